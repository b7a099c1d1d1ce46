"""Stored passages made equal to fresh traces, and what changed written down for the counts.

`path_move` gets what stands there before with sign -1 and what is to stand there after with sign 1; of a passage that
stays as it is, neither.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from journeys.paths.tracing import Reading, Tracing
from journeys.paths.variants import DIGEST

# All but what is told apart by answers, which have a step of their own.
_SHAPE = (
    "journey_id", "version_id", "trace_by", "gap_hours", "subject", "customer_id", "started_at", "last_at", "over_at",
    "ended", "truncated", "variant", "touchpoint_ids", "channel_ids", "unit_ids", "seconds", "failures", "human_after",
    "source", "dimensions", "from_customer", "fitness", "skipped", "repeated", "undesigned",
)  # fmt: skip
_SCORES = ("score_touchpoint_ids", "scores", "score_seconds")
_COLUMNS = ", ".join(("tenant_id", "id", *_SHAPE, *_SCORES, "wake_at"))

# What an event says of a dimension goes before what its customer is. A passage keeps what its customer was when that
# was first known, and learns what nobody had told.
_FRESH = """
INSERT INTO path_move (sign, {columns})
SELECT 1, %(tenant)s, t.id, t.journey_id, t.version_id, %(by)s, %(gap)s, t.subject, t.customer_id, t.started_at,
    t.last_at, t.over_at, t.ended, t.truncated, t.variant, t.touchpoint_ids, t.channel_ids, t.unit_ids, t.seconds,
    t.failures, t.human_after, t.source, {known} || t.said, {known}, CASE WHEN t.ended THEN t.fitness END,
    CASE WHEN t.ended THEN t.skipped ELSE '{{}}' END, CASE WHEN t.ended THEN t.repeated ELSE '{{}}' END,
    CASE WHEN t.ended THEN t.undesigned ELSE '{{}}' END,
    coalesce(o.score_touchpoint_ids, '{{}}'), coalesce(o.scores, '{{}}'), coalesce(o.score_seconds, '{{}}'),
    t.over_at
FROM (
    SELECT t.*, f.journey_id, f.version_id, f.fitness, f.skipped, f.repeated, f.undesigned, {digest} AS variant,
        t.last_at + make_interval(hours => f.over_hours) AS over_at,
        t.last_at + make_interval(hours => f.over_hours) < %(now)s AS ended
    FROM path_trace t JOIN path_fit f ON f.kind = t.kind
) t
LEFT JOIN path_move o ON o.id = t.id
{customers}
"""
# A customer is asked for only where its events leave something open, and in the order of ids, which only the primary
# key has: of a tenant that statistics have not met yet the planner would expect one customer, and as gladly read them
# all by another index for each trace.
_BEFORE = (
    "CASE WHEN o.customer_id IS NOT DISTINCT FROM t.customer_id THEN coalesce(o.from_customer, '{}') ELSE '{}' END"
)
_KNOWN = f"(coalesce(k.known, '{{}}') || {_BEFORE})"
_CUSTOMERS = f"""
LEFT JOIN LATERAL (
    SELECT CASE WHEN c.dimensions <> '{{}}' THEN (
        SELECT jsonb_object_agg(d.slug, left(c.dimensions ->> d.slug, 200))
        FROM unnest(%(dimensions)s::text[]) AS d(slug) WHERE c.dimensions ->> d.slug <> ''
    ) END AS known
    FROM (
        SELECT id, dimensions FROM journeys_customer
        WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id >= t.customer_id
            AND NOT ({_BEFORE} || t.said) ?& %(dimensions)s::text[]
        ORDER BY id LIMIT 1
    ) c WHERE c.id = t.customer_id
) k ON true
"""

# Uses passage_by_case or passage_by_customer, and the primary key for what was another subject's (customers merged).
_REACHED = """
INSERT INTO path_move
SELECT -1, * FROM journeys_passage
WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = ANY(ARRAY(
    SELECT id FROM path_trace
    UNION SELECT id FROM journeys_passage WHERE tenant_id = (SELECT %(tenant)s::bigint) AND {of_subjects}))
"""
_OF_CASES = "trace_by = 'correlation' AND subject = ANY(%(subjects)s::text[])"
_OF_CUSTOMERS = "trace_by = 'customer' AND customer_id = ANY(%(subjects)s::uuid[]) AND gap_hours = %(gap)s"
_SAME = f"""
WITH same AS MATERIALIZED (
    SELECT o.id FROM path_move o JOIN path_move f ON f.id = o.id AND f.sign = 1
    WHERE o.sign = -1 AND ({", ".join(f"f.{name}" for name in _SHAPE)})
        IS NOT DISTINCT FROM ({", ".join(f"o.{name}" for name in _SHAPE)})
)
DELETE FROM path_move WHERE id IN (SELECT id FROM same)
"""
_GONE = """
DELETE FROM journeys_passage
WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = ANY(ARRAY(
    SELECT id FROM path_move GROUP BY id HAVING max(sign) = -1))
"""
_STORE = f"""
INSERT INTO journeys_passage ({_COLUMNS})
SELECT {_COLUMNS} FROM path_move WHERE sign = 1 ORDER BY id
ON CONFLICT (tenant_id, id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _SHAPE)},
    wake_at = least(journeys_passage.wake_at, excluded.over_at)
"""
# Nothing is known of how many rows temporary tables have: of few it would join some of them row by row.
_JOINING = "SET LOCAL enable_nestloop = {}"


def reach(cursor: Any, *, tracing: Tracing, tenant_id: int, subjects: Sequence[str]) -> None:
    """Put all stored passages of these subjects, and those of their traces, into `path_move`."""
    of_subjects = _OF_CASES if tracing.by_case else _OF_CUSTOMERS
    values = {"tenant": tenant_id, "gap": tracing.gap_hours, "subjects": list(subjects)}
    cursor.execute(_REACHED.format(of_subjects=of_subjects), values)


def fresh(reading: Reading) -> str:
    """The statement that makes passages of traces; of customers it asks only where there are dimensions."""
    split = bool(reading.dimensions)
    return _FRESH.format(
        columns=_COLUMNS, digest=DIGEST, known=_KNOWN if split else "'{}'::jsonb", customers=_CUSTOMERS if split else ""
    )


def store(cursor: Any, *, reading: Reading, tracing: Tracing, now: datetime) -> int:
    """Make the stored passages in reach those of `path_trace`; how many rows changed, came or went."""
    values = {
        "tenant": reading.tenant_id,
        "by": tracing.by,
        "gap": tracing.gap_hours,
        "now": now,
        "dimensions": list(reading.dimensions),
    }
    cursor.execute(f"{_JOINING.format('off')}; {fresh(reading)}; {_SAME}; {_JOINING.format('on')}", values)
    cursor.execute(_GONE, values)
    gone = cursor.rowcount
    cursor.execute(_STORE, values)
    return int(gone + cursor.rowcount)
