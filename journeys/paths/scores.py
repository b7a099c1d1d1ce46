"""What customers answered along their way: each answer belongs to one passage at most.

By case it is the one of the same correlation. An answer that names none, and any by customer, belongs to the
latest passage of that customer which had begun, has its touchpoint, and was heard of at most 14 days before; of
cases begun at the same moment, to the one whose name comes last.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Tenant
from journeys.models import Event
from journeys.paths import pending, scratch
from journeys.paths.tracing import ANSWERED, ANSWERS_FOR, LONGEST, Reading, Tracing, measures_anything, read

# The first an answer has speaks for it: what was felt goes before what was thought.
METRICS = ("emotion", "nps", "csat", "faces", "ces", "cx3d", "expectation", "value", "fcr")
_DAYS = ANSWERS_FOR.days
_NUMBERS = ", ".join(
    f"CASE WHEN jsonb_typeof(properties -> '{key}') = 'number' THEN (properties ->> '{key}')::numeric END"
    for key in METRICS
)
# 0 ... 100 told as -100 ... 100 about the neutral point.
_SCORE = f"round(least(100, greatest(-100, 2 * coalesce({_NUMBERS}) - 100)))::smallint"
_ANSWER = f"type = '{ANSWERED}'"
_TEXT = 'source_id COLLATE "C", source COLLATE "C"'

_TABLES = """
CREATE TEMPORARY TABLE IF NOT EXISTS path_answer (customer_id uuid, time timestamptz) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS path_scored (id uuid) ON COMMIT DELETE ROWS;
TRUNCATE path_answer, path_scored
"""

# Answers near passages that changed: they may belong to another now. Uses answer_by_customer; its bounds are made
# before, so that it is used under row-level security.
_NEAR_CHANGES = f"""
INSERT INTO path_answer
SELECT DISTINCT m.customer_id, e.time
FROM (
    SELECT DISTINCT customer_id, started_at, last_at + interval '{_DAYS} days' AS until FROM path_move
    WHERE sign <> 0 AND customer_id IS NOT NULL OFFSET 0
) m
CROSS JOIN LATERAL (
    SELECT time FROM journeys_event
    WHERE tenant_id = (SELECT %(tenant)s::bigint) AND customer_id = m.customer_id AND {_ANSWER}
        AND time BETWEEN m.started_at AND m.until AND (correlation = '' OR NOT %(by_case)s)
    OFFSET 0
) e
"""
_CHANGED = "INSERT INTO path_scored SELECT DISTINCT id FROM path_move WHERE sign <> 0"

# Uses passage_by_customer. How it is traced is an expression: of a tenant that statistics have not met yet the planner
# may else take passage_by_case, which looks alike then and reads all there is for each answer.
_NEIGHBOURS = f"""
INSERT INTO path_scored
SELECT DISTINCT p.id
FROM (SELECT customer_id, time, time - interval '{_DAYS} days' AS since FROM path_answer OFFSET 0) a
CROSS JOIN LATERAL (
    SELECT id FROM journeys_passage
    WHERE tenant_id = (SELECT %(tenant)s::bigint)
        AND customer_id = a.customer_id AND started_at <= a.time AND last_at >= a.since
        AND trace_by || '' = %(by)s AND gap_hours = %(gap)s
    OFFSET 0
) p
"""
_GIVEN = f"""
INSERT INTO path_answer
SELECT customer_id, time FROM journeys_event
WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = ANY(%(ids)s::uuid[]) AND {_ANSWER} AND customer_id IS NOT NULL
    AND (correlation = '' OR NOT %(by_case)s)
"""
_CASES = f"""
INSERT INTO path_scored
SELECT id FROM journeys_passage
WHERE tenant_id = (SELECT %(tenant)s::bigint) AND trace_by = %(by)s AND subject = ANY(ARRAY(
    SELECT correlation FROM journeys_event
    WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = ANY(%(ids)s::uuid[]) AND {_ANSWER} AND correlation <> ''))
"""

_BEFORE = """
INSERT INTO path_move SELECT 0, * FROM journeys_passage
WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = ANY(ARRAY(SELECT id FROM path_scored))
"""
_OF_CASE = f"""
    SELECT id, time, source_id, source, coalesce(touchpoint_id, 0) AS touchpoint, properties FROM journeys_event
    WHERE tenant_id = (SELECT %(tenant)s::bigint)
        AND correlation = p.subject AND correlation <> '' AND {_ANSWER} AND time <= p.until
    UNION ALL
"""
_SCORED = f"""
WITH passage AS MATERIALIZED (
    SELECT *, last_at + interval '{_DAYS} days' AS until FROM path_move
),
now AS (
    SELECT p.id, coalesce(a.touchpoints, '{{}}') AS touchpoints, coalesce(a.scores, '{{}}') AS scores,
        coalesce(a.seconds, '{{}}') AS seconds
    FROM passage p
    CROSS JOIN LATERAL (
        SELECT array_agg(touchpoint ORDER BY n) AS touchpoints, array_agg(score ORDER BY n) AS scores,
            array_agg(floor(extract(epoch FROM time - p.started_at))::bigint ORDER BY n) AS seconds
        FROM (
            SELECT *, row_number() OVER (ORDER BY time, {_TEXT}) AS n FROM (
                SELECT touchpoint, time, source_id, source, {_SCORE} AS score FROM (
                    [of_case]
                    SELECT id, time, source_id, source, touchpoint_id AS touchpoint, properties FROM journeys_event e
                    WHERE tenant_id = (SELECT %(tenant)s::bigint) AND customer_id = p.customer_id AND {_ANSWER}
                        AND time BETWEEN p.started_at AND p.until AND (correlation = '' OR NOT %(by_case)s)
                        AND touchpoint_id = ANY(p.touchpoint_ids)
                        AND NOT EXISTS (
                            SELECT FROM journeys_passage q
                            WHERE q.tenant_id = (SELECT %(tenant)s::bigint) AND q.customer_id = p.customer_id
                                AND q.started_at BETWEEN p.started_at AND e.time
                                AND (q.started_at, q.subject COLLATE "C") > (p.started_at, p.subject COLLATE "C")
                                AND q.trace_by || '' = p.trace_by AND q.gap_hours = p.gap_hours
                                AND q.last_at >= e.time - interval '{_DAYS} days'
                                AND e.touchpoint_id = ANY(q.touchpoint_ids))
                ) e WHERE properties -> 'test' IS DISTINCT FROM 'true'
            ) e WHERE score IS NOT NULL ORDER BY time, {_TEXT} LIMIT {LONGEST}
        ) e
    ) a
),
changed AS (
    UPDATE path_move m SET sign = -1 FROM now n
    WHERE n.id = m.id AND (m.score_touchpoint_ids, m.scores, m.score_seconds) <> (n.touchpoints, n.scores, n.seconds)
    RETURNING n.*
)
UPDATE journeys_passage p
SET score_touchpoint_ids = c.touchpoints, scores = c.scores, score_seconds = c.seconds
FROM changed c WHERE p.tenant_id = (SELECT %(tenant)s::bigint) AND p.id = c.id
"""


def any_answers() -> bool:
    """Whether anybody of the active tenant's customers ever answered; uses answer_by_customer or answer_by_case."""
    return bool(
        Event.objects.filter(type=ANSWERED, customer_id__isnull=False).exists()
        or Event.objects.filter(type=ANSWERED).exclude(correlation="").exists()
    )


def rescore_changed(cursor: Any, *, reading: Reading, tracing: Tracing) -> None:
    """Give the passages that `path_move` says changed, and those beside them, the scores that are theirs now."""
    values = _values(reading, tracing)
    cursor.execute(_TABLES)
    cursor.execute(_NEAR_CHANGES, values)
    cursor.execute(_CHANGED)
    cursor.execute(_NEIGHBOURS, values)
    _score(cursor, reading, tracing)


def rescore_answers(event_ids: Sequence[UUID]) -> None:
    """Give passages of the active tenant the scores of these answers: new, changed or taken back."""
    if event_ids and measures_anything() and any_answers():
        reading = read(Tenant.objects.get(pk=active_tenant_id()))
        for tracing in reading.tracings:
            rescore(reading, tracing, event_ids=event_ids)
        pending.settle(reading)


def rescore(
    reading: Reading,
    tracing: Tracing,
    *,
    event_ids: Sequence[UUID] = (),
    passage_ids: Sequence[UUID] = (),
    counting: bool = True,
) -> int:
    """Give these passages, and those that these answers are near, the scores that are theirs; how many changed.

    The caller lets `pending` settle the counts. Without `counting` it counts all passages after.
    """
    values = _values(reading, tracing) | {"ids": list(event_ids), "passages": list(passage_ids)}
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        cursor.execute("INSERT INTO path_scored SELECT unnest(%(passages)s::uuid[])", values)
        if event_ids:
            cursor.execute(_GIVEN, values)
            cursor.execute(_NEIGHBOURS, values)
            if tracing.by_case:
                cursor.execute(_CASES, values)
        return _score(cursor, reading, tracing, counting=counting)


def _values(reading: Reading, tracing: Tracing) -> dict[str, Any]:
    return {
        "tenant": reading.tenant_id,
        "by": tracing.by,
        "gap": tracing.gap_hours,
        "by_case": tracing.by_case,
    }


def _score(cursor: Any, reading: Reading, tracing: Tracing, *, counting: bool = True) -> int:
    values = _values(reading, tracing)
    scratch.clear(cursor)
    cursor.execute(_BEFORE, values)
    if not cursor.rowcount:
        return 0
    cursor.execute(_SCORED.replace("[of_case]", _OF_CASE if tracing.by_case else ""), values)
    changed = int(cursor.rowcount)
    if changed and counting:
        pending.note(cursor)
    return changed
