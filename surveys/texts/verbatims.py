"""Verbatims follow the answers they stand in: the pipeline's consumer, and the rebuild that must find the same.

Here a text is masked and put in its place, which is cheap; what it is about and how it feels is told in bulk by a
task of its own (surveys.texts.tell), newest first.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from cxplatform.ids import as_array, uuid7
from cxplatform.pipeline.consumers import Claim
from cxplatform.stats.metrics import METRICS
from cxplatform.tenancy.context import active_tenant_id
from journeys.claimed import ANSWERED, claimed
from surveys.models import TopicExample
from surveys.texts import tasks, topic_counts
from surveys.texts.mask import mask
from surveys.unsolicited import COLLECTED_BY, EVENT_TYPE

NAME = "surveys.texts"
PER_STATEMENT = 5_000
TEXT = "text"
"""The only one of the texts of unsolicited feedback that its writer wrote for us: not the link, nor the author."""

# The subselects keep the planner on the keys, whatever it thinks of a tenant it has not met (see rollups).
_WRITTEN = """
SELECT r.id::text, r.survey_id, r.answered_at::text, r.language, r.audience, r.collected_by, r.answers ->> 'source',
    r.customer_id::text, r.touchpoint_id, r.channel_id, r.unit_id, r.dimensions, r.scores, r.texts,
    coalesce(c.name, '')
FROM unnest(%(ids)s::uuid[]) AS wanted (id)
CROSS JOIN LATERAL (
    SELECT * FROM surveys_response WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = wanted.id LIMIT 1
) r
LEFT JOIN LATERAL (
    SELECT name FROM journeys_customer
    WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = r.customer_id LIMIT 1
) c ON true
WHERE NOT r.is_test AND r.texts <> '{}'
"""
# A text that changed is told anew; one that only moved keeps what was told of it. What is not there now goes.
_KEEP = """
WITH sent AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(rows)s::jsonb) AS sent (
        id uuid, response_id uuid, key text, survey_id bigint, answered_at timestamptz, language text, audience text,
        source text, customer_id uuid, touchpoint_id bigint, channel_id bigint, unit_id bigint, dimensions jsonb,
        scores jsonb, value float, text text)
)
INSERT INTO surveys_verbatim AS old (
    tenant_id, id, response_id, key, survey_id, answered_at, language, audience, source, customer_id, touchpoint_id,
    channel_id, unit_id, dimensions, scores, value, text, lemmas, topics, emotions, model, counted)
SELECT %(tenant)s, id, response_id, key, survey_id, answered_at, language, audience, source, customer_id,
    touchpoint_id, channel_id, unit_id, dimensions, scores, value, text, '', '{}', '{}', 0, '{}'
FROM sent ORDER BY response_id, key
ON CONFLICT (tenant_id, response_id, key) DO UPDATE SET
    survey_id = excluded.survey_id, answered_at = excluded.answered_at, audience = excluded.audience,
    source = excluded.source, customer_id = excluded.customer_id, touchpoint_id = excluded.touchpoint_id,
    channel_id = excluded.channel_id, unit_id = excluded.unit_id, dimensions = excluded.dimensions,
    scores = excluded.scores, value = excluded.value, text = excluded.text,
    model = CASE WHEN old.text = excluded.text THEN old.model ELSE 0 END,
    lemmas = CASE WHEN old.text = excluded.text THEN old.lemmas ELSE '' END,
    topics = CASE WHEN old.text = excluded.text THEN old.topics ELSE '{}' END,
    emotions = CASE WHEN old.text = excluded.text THEN old.emotions ELSE '{}' END,
    sentiment = CASE WHEN old.text = excluded.text THEN old.sentiment END,
    confidence = CASE WHEN old.text = excluded.text THEN old.confidence END,
    language = CASE WHEN old.text = excluded.text THEN old.language ELSE excluded.language END
RETURNING id, model = 0
"""
_GONE = """
SELECT v.id FROM unnest(%(ids)s::uuid[]) AS wanted (id)
CROSS JOIN LATERAL (
    SELECT id, response_id, key FROM surveys_verbatim
    WHERE tenant_id = (SELECT %(tenant)s::bigint) AND response_id = wanted.id
) v
WHERE NOT EXISTS (
    SELECT FROM jsonb_to_recordset(%(rows)s::jsonb) AS sent (response_id uuid, key text)
    WHERE sent.response_id = v.response_id AND sent.key = v.key
)
"""


def consume(claim: Claim) -> None:
    """The pipeline's consumer: answers and unsolicited feedback have the ids of their events."""
    if claimed(claim).types & {ANSWERED, EVENT_TYPE} and bring(claim.event_ids):
        tasks.tell.after_commit(claim.tenant_id)


def bring(response_ids: Sequence[UUID | str]) -> int:
    """Let the verbatims of these responses of the active tenant be as the responses are now: made, changed, moved,
    taken away. How many of them are to be told what they are about. Ids of other events are passed over.

    The caller holds the tenant's turn to count (pipeline.locks).
    """
    tenant_id = active_tenant_id()
    ids = sorted(map(str, set(response_ids)))
    untold = 0
    with connection.cursor() as cursor:
        for start in range(0, len(ids), PER_STATEMENT):
            part = as_array(ids[start : start + PER_STATEMENT])
            cursor.execute(_WRITTEN, {"tenant": tenant_id, "ids": part})
            rows = [row for written in cursor.fetchall() for row in _rows(*written)]
            values: dict[str, Any] = {"tenant": tenant_id, "ids": part, "rows": msgspec.json.encode(rows).decode()}
            cursor.execute(_GONE, values)
            remove([id_ for (id_,) in cursor.fetchall()])
            if rows:
                cursor.execute(_KEEP, values)
                kept = cursor.fetchall()
                untold += sum(1 for _, waits in kept if waits)
                topic_counts.count([id_ for id_, _ in kept])
    return untold


def remove(verbatim_ids: Sequence[UUID | str]) -> None:
    """Take verbatims of the active tenant away, out of the counts, and what was taught by them with them."""
    if not verbatim_ids:
        return
    ids = list(map(str, verbatim_ids))
    topic_counts.count(ids, out=True)
    TopicExample.objects.filter(verbatim_id__in=ids).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM surveys_verbatim WHERE tenant_id = %s AND id = ANY(%s::uuid[])",
            [active_tenant_id(), as_array(ids)],
        )


def _rows(
    response_id: str,
    survey_id: int,
    answered_at: str,
    language: str,
    audience: str,
    collected_by: str,
    source: str | None,
    customer_id: str | None,
    touchpoint_id: int | None,
    channel_id: int | None,
    unit_id: int | None,
    dimensions: str,
    scores: str,
    texts: str,
    name: str,
) -> list[dict[str, Any]]:
    written: Mapping[str, Any] = msgspec.json.decode(texts)
    unasked = collected_by == COLLECTED_BY
    bins: Mapping[str, int] = msgspec.json.decode(scores)
    common = {
        "response_id": response_id,
        "survey_id": survey_id,
        "answered_at": answered_at,
        "language": language,
        "audience": audience,
        "source": (source or "") if unasked else "",
        "customer_id": customer_id,
        "touchpoint_id": touchpoint_id,
        "channel_id": channel_id,
        "unit_id": unit_id,
        "dimensions": msgspec.Raw(dimensions.encode()),
        "scores": msgspec.Raw(scores.encode()),
        "value": leading_value(bins),
    }
    return [
        common | {"id": str(uuid7()), "key": key[:60], "text": mask(text, name=name)}
        for key, text in written.items()
        if (not unasked or key == TEXT) and isinstance(text, str) and text.strip()
    ]


def leading_value(scores: Mapping[str, int]) -> float | None:
    """The first of an answer's scores in the order in which metrics are declared, on 0-100; None without one."""
    for name, of in METRICS.items():
        place = scores.get(name)
        if place is not None and of.normal[place] is not None:
            return of.normal[place]
    return None


_NEXT = """
SELECT id FROM surveys_response WHERE tenant_id = %s AND (%s::uuid IS NULL OR id > %s) AND texts <> '{}'
ORDER BY id LIMIT %s
"""
_ORPHANS = """
SELECT id FROM surveys_verbatim v WHERE tenant_id = %(tenant)s AND NOT EXISTS (
    SELECT FROM surveys_response r WHERE r.tenant_id = %(tenant)s AND r.id = v.response_id
        AND r.texts <> '{}' AND NOT r.is_test)
"""


def rebuild(tenant_id: int) -> int:
    """Make the active tenant's verbatims and their counts anew from its responses; how many count rows differed.

    What was told of a text that stands is kept: it was made from the text alone. The caller holds the tenant's turn.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ORPHANS, {"tenant": tenant_id})
        remove([id_ for (id_,) in cursor.fetchall()])
        last = None
        untold = 0
        while True:
            cursor.execute(_NEXT, [tenant_id, last, last, PER_STATEMENT])
            ids = [id_ for (id_,) in cursor.fetchall()]
            if not ids:
                break
            untold += bring(ids)
            last = ids[-1]
    different = topic_counts.recount()
    if untold:
        tasks.tell.after_commit(tenant_id)
    return different
