"""The one door by which answers come in: check, score, store, queue. Accepted means durable."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from django.db import connection
from django.utils import timezone

from cxplatform.ids import uuid7s
from cxplatform.pipeline import queue
from cxplatform.prepared import Prepared
from cxplatform.tenancy.context import active_tenant_id
from journeys.record import Rejection
from surveys.learn import learn
from surveys.questionnaire import published
from surveys.questionnaire.published import Remembered, Shelf
from surveys.submission import EVENT_SOURCE, EVENT_TYPE, Place, Submission, row

PER_STATEMENT = 2_000


@dataclass(frozen=True)
class Taken:
    """A submission that is stored: now, or already before (`duplicate`), when `id` is the first one's."""

    index: int
    submission_id: str
    id: UUID
    duplicate: bool = False


@dataclass(frozen=True)
class Recorded:
    """What became of a batch; every submission is in one of the lists, by its index."""

    taken: list[Taken] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)

    @property
    def accepted(self) -> int:
        return sum(not taken.duplicate for taken in self.taken)

    @property
    def duplicates(self) -> int:
        return sum(taken.duplicate for taken in self.taken)


def record_responses(
    submissions: Sequence[Submission], *, collected_by: str, place: Place | None = None, kind: str = ""
) -> Recorded:
    """Store a batch in the active tenant's transaction and queue it for counting.

    Each becomes a response and, unless it is a test, an event `survey.answered` of the same id. Submissions are
    the same when their `submission_id` is: the first one stays. `place` says where those stand that name no place.
    `collected_by` is the door: api, link, widget or import. `kind` is that of the answers where it is not their
    survey's own.
    """
    take = partial(_take, submissions, collected_by=collected_by, place=place or Place(), kind=kind)
    remembered = published.remembered(submissions[0].survey) if len(submissions) == 1 else None
    if remembered:
        with suppress(_Changed):
            recorded = take(remembered.shelf, remembered=remembered)
            if not recorded.rejected:
                return recorded
    numbers = {submission.version for submission in submissions if submission.version is not None}
    return take(published.shelf(slugs={submission.survey for submission in submissions}, numbers=numbers))


class _Changed(Exception):
    """A remembered survey is not as it was; nothing was stored."""


def _take(
    submissions: Sequence[Submission],
    shelf: Shelf,
    *,
    collected_by: str,
    place: Place,
    kind: str,
    remembered: Remembered | None = None,
) -> Recorded:
    """Check against a shelf and store what is right; `_Changed` where the shelf was remembered and is out of date."""
    now = timezone.now()
    recorded = Recorded()
    rows: list[bytes] = []
    valid: list[tuple[int, str, UUID]] = []
    for index, (submission, response_id) in enumerate(zip(submissions, uuid7s(len(submissions)), strict=True)):
        text, errors = row(submission, response_id=response_id, shelf=shelf, place=place, now=now, kind=kind)
        if errors:
            recorded.rejected.append(Rejection(index, submission.submission_id[:100], errors))
        else:
            rows.append(text)
            valid.append((index, submission.submission_id, response_id))
    new: set[UUID] = set()
    for start in range(0, len(rows), PER_STATEMENT):
        new |= _store(rows[start : start + PER_STATEMENT], collected_by, remembered)
    first = _first_ids([submission_id for _, submission_id, id_ in valid if id_ not in new])
    recorded.taken.extend(
        Taken(index, submission_id, id_) if id_ in new else Taken(index, submission_id, first[submission_id], True)
        for index, submission_id, id_ in valid
    )
    if any(survey.profile for survey in shelf.versions.values()):
        learn(
            (id_, question)
            for index, _, id_ in valid
            if id_ in new
            for question in shelf.of(submissions[index].survey, submissions[index].version).profile
            if submissions[index].answers.get(question.key)
        )
    if new:
        queue.wake_on_commit()
    return recorded


# One statement, so one round trip for a single answer: customers, responses, events, their keys and the queue.
# Rows go in by the order of their unique keys, so that two batches that share some wait instead of deadlocking.
# A customer somebody else is just creating is invisible here: DO UPDATE waits for that row and returns it.
# The number of a customer merged into another is an alias of that one.
# Names are looked up one by one (LATERAL, LIMIT 1): as joins of a function's rows, of unknown number, they took
# 14 ms to plan and could scan all customers of the tenant. And in their order, which only their own index has: before
# statistics know a new company's customers, the planner would as gladly read them all by the primary key for each.
# What was checked against a remembered survey goes in only if the survey is still the same, else one null comes back.
_STORE = Prepared(
    "store_responses",
    """
WITH incoming AS MATERIALIZED (SELECT * FROM jsonb_to_recordset(%(rows)s::jsonb) AS incoming (
    id uuid, digest uuid, submission_id text, survey_id bigint, version_id bigint, answered_at timestamptz,
    language text, audience text, wave text, customer text, touchpoint text, channel text, unit text,
    touchpoint_id bigint, survey_touchpoint_id bigint, channel_id bigint, unit_id bigint, correlation text,
    answers jsonb, texts jsonb, scores jsonb, properties jsonb, experience jsonb, is_test boolean
) WHERE %(stamp)s IS NULL OR %(stamp)s = ("""  # noqa: S608 (our own condition)
    + published.STAMP_NOW
    + """)),
known AS (
    SELECT c.* FROM (SELECT DISTINCT customer FROM incoming WHERE customer <> '') named
    CROSS JOIN LATERAL (
        SELECT coalesce(merged_into_id, id) AS id, external_id, CASE WHEN merged_into_id IS NULL THEN dimensions
            ELSE (SELECT dimensions FROM journeys_customer WHERE tenant_id = %(tenant)s AND id = a.merged_into_id)
            END AS dimensions
        FROM journeys_customer a WHERE tenant_id = %(tenant)s AND external_id >= named.customer
        ORDER BY external_id LIMIT 1
    ) c WHERE c.external_id = named.customer
),
made AS (
    INSERT INTO journeys_customer
        (tenant_id, id, external_id, name, email, phone, locale, account, role, dimensions)
    SELECT DISTINCT ON (customer) %(tenant)s, id, customer, '', '', '', '', '', '', '{}'
    FROM incoming WHERE customer <> '' AND customer NOT IN (SELECT external_id FROM known)
    ORDER BY customer, id
    ON CONFLICT (tenant_id, external_id) DO UPDATE SET external_id = excluded.external_id
    RETURNING coalesce(merged_into_id, id) AS id, external_id, dimensions
),
customer AS (SELECT * FROM known UNION ALL SELECT * FROM made),
placed AS MATERIALIZED (
    SELECT i.id, i.digest, i.submission_id, i.survey_id, i.version_id, i.answered_at, i.language, i.audience, i.wave,
        i.customer, i.touchpoint, i.channel, i.unit, i.correlation, i.answers, i.texts, i.scores, i.properties,
        i.experience, i.is_test,
        c.id AS customer_id, t.id AS touchpoint_id,
        CASE WHEN i.channel = '' THEN coalesce(i.channel_id, t.channel_id) ELSE coalesce(
            (SELECT id FROM journeys_channel
                WHERE tenant_id = %(tenant)s AND slug = lower(i.channel) AND archived_at IS NULL),
            (SELECT target_id FROM journeys_textmapping
                WHERE tenant_id = %(tenant)s AND kind = 'channel' AND text = i.channel)
        ) END AS channel_id,
        CASE WHEN i.unit = '' THEN coalesce(i.unit_id, t.unit_id) ELSE coalesce(
            (SELECT id FROM journeys_unit
                WHERE tenant_id = %(tenant)s AND slug = lower(i.unit) AND archived_at IS NULL),
            (SELECT target_id FROM journeys_textmapping
                WHERE tenant_id = %(tenant)s AND kind = 'unit' AND text = i.unit)
        ) END AS unit_id,
        (
            SELECT coalesce(jsonb_object_agg(d.slug, left(found.value, 200)), '{}')
            FROM journeys_dimension d
            CROSS JOIN LATERAL (
                SELECT coalesce(
                    CASE WHEN jsonb_typeof(i.properties -> d.slug) IN ('string', 'number', 'boolean')
                        THEN nullif(i.properties ->> d.slug, '') END,
                    nullif(c.dimensions ->> d.slug, '')
                ) AS value
            ) found
            WHERE d.tenant_id = %(tenant)s AND d.archived_at IS NULL AND found.value IS NOT NULL
        ) AS dimensions
    FROM incoming i
    LEFT JOIN customer c ON c.external_id = i.customer
    LEFT JOIN LATERAL (
        SELECT id, channel_id, unit_id FROM journeys_touchpoint
        WHERE tenant_id = %(tenant)s AND id = CASE
            WHEN i.touchpoint = '' THEN coalesce(i.touchpoint_id, i.survey_touchpoint_id) ELSE coalesce(
                (SELECT id FROM journeys_touchpoint
                    WHERE tenant_id = %(tenant)s AND slug = lower(i.touchpoint) AND archived_at IS NULL),
                (SELECT target_id FROM journeys_textmapping
                    WHERE tenant_id = %(tenant)s AND kind = 'touchpoint' AND text = i.touchpoint)
            ) END
        LIMIT 1
    ) t ON true
),
stored AS (
    INSERT INTO surveys_response (
        tenant_id, id, survey_id, version_id, submission_id, answered_at, language, audience, wave, customer_id,
        touchpoint_id, channel_id, unit_id, touchpoint_text, channel_text, unit_text, collected_by, answers, texts,
        scores, dimensions, counted, is_test)
    SELECT %(tenant)s, id, survey_id, version_id, submission_id, answered_at, language, audience, wave, customer_id,
        touchpoint_id, channel_id, unit_id, touchpoint, channel, unit, %(collected_by)s, answers, texts,
        scores, dimensions, '{}', is_test
    FROM placed ORDER BY submission_id, id
    ON CONFLICT (tenant_id, submission_id) DO NOTHING
    RETURNING id
),
happened AS (
    INSERT INTO journeys_event (
        tenant_id, id, source, source_id, type, time, sequence, customer_id, touchpoint_id, channel_id, unit_id,
        touchpoint_text, channel_text, unit_text, correlation, properties)
    SELECT %(tenant)s, id, %(source)s, id::text, %(type)s, answered_at, NULL, customer_id, touchpoint_id,
        channel_id, unit_id, touchpoint, channel, unit, correlation, properties || experience
    FROM placed JOIN stored USING (id) WHERE NOT is_test
    RETURNING id
),
remembered AS (
    INSERT INTO journeys_eventkey (tenant_id, digest)
    SELECT %(tenant)s, digest FROM placed JOIN happened USING (id) ORDER BY digest
    ON CONFLICT DO NOTHING
),
queued AS (
    INSERT INTO pipeline_queuerow (tenant_id, event_ids)
    SELECT %(tenant)s, array_agg(id ORDER BY id)
    FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / %(per_row)s AS queue_row FROM happened) waiting
    GROUP BY queue_row ORDER BY queue_row
)
SELECT id FROM stored UNION ALL SELECT NULL WHERE NOT EXISTS (SELECT FROM incoming)
""",
    {
        "rows": "text",
        "tenant": "bigint",
        "collected_by": "text",
        "source": "text",
        "type": "text",
        "per_row": "int",
        "survey": "bigint",
        "stamp": "bigint",
    },
)


def _store(rows: Sequence[bytes], collected_by: str, remembered: Remembered | None) -> set[UUID]:
    with connection.cursor() as cursor:
        _STORE.run(
            cursor,
            {
                "rows": (b"[" + b",".join(rows) + b"]").decode(),
                "tenant": active_tenant_id(),
                "collected_by": collected_by,
                "source": EVENT_SOURCE,
                "type": EVENT_TYPE,
                "per_row": queue.PER_ROW,
                "survey": remembered.survey.survey_id if remembered else None,
                "stamp": remembered.stamp if remembered else None,
            },
        )
        stored = {id_ for (id_,) in cursor.fetchall()}
    if None in stored:
        raise _Changed
    return stored


def _first_ids(submission_ids: Sequence[str]) -> dict[str, UUID]:
    # A statement of its own: the one that met the conflict may not see the row it conflicted with.
    if not submission_ids:
        return {}
    with connection.cursor() as cursor:
        # Uses response_once (tenant_id, submission_id).
        cursor.execute(
            "SELECT submission_id, id FROM surveys_response WHERE tenant_id = %s AND submission_id = ANY(%s)",
            [active_tenant_id(), list(submission_ids)],
        )
        return dict(cursor.fetchall())
