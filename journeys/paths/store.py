"""Stored passages made equal to fresh traces, and what changed written down for the counts.

`path_move` gets every stored row in reach: sign -1 where it is to go or to change, 0 where it stays as it is; and
with sign 1 what stands there after.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from journeys.paths.tracing import Reading, Tracing

# All but what is told apart by answers, which have a step of their own.
_SHAPE = (
    "journey_id", "version_id", "trace_by", "gap_hours", "subject", "customer_id", "started_at", "last_at", "over_at",
    "ended", "truncated", "variant", "touchpoint_ids", "channel_ids", "unit_ids", "seconds", "failures", "human_after",
    "source", "dimensions", "from_customer", "fitness", "skipped", "repeated", "undesigned",
)  # fmt: skip
_SCORES = ("score_touchpoint_ids", "scores", "score_seconds")
_COLUMNS = ", ".join(("tenant_id", "id", *_SHAPE, *_SCORES))

# What an event says of a dimension goes before what its customer is. A passage keeps what its customer was when that
# was first known, and learns what nobody had told.
_FRESH = """
INSERT INTO path_fresh ({columns})
SELECT %(tenant)s, t.id, f.journey_id, f.version_id, %(by)s, %(gap)s, t.subject, t.customer_id, t.started_at, t.last_at,
    t.last_at + make_interval(hours => f.over_hours), t.last_at + make_interval(hours => f.over_hours) < %(now)s,
    t.truncated, f.variant, t.touchpoint_ids, t.channel_ids, t.unit_ids, t.seconds, t.failures, t.human_after,
    t.source, {known} || t.said, {known}, f.fitness, f.skipped, f.repeated, f.undesigned, '{{}}', '{{}}', '{{}}'
FROM path_trace t
JOIN path_fit f ON f.sequence = t.sequence AND f.era = t.era AND f.holds = t.holds
{customers}
"""
# A customer is asked for in the order of ids, which only the primary key has: of a tenant that statistics have not met
# yet the planner would expect one customer, and as gladly read them all by another index for each trace.
_KNOWN = "(coalesce(k.known, '{}') || coalesce(o.from_customer, '{}'))"
_CUSTOMERS = """
LEFT JOIN path_move o ON o.id = t.id AND o.customer_id IS NOT DISTINCT FROM t.customer_id
LEFT JOIN LATERAL (
    SELECT CASE WHEN c.dimensions <> '{}' THEN (
        SELECT jsonb_object_agg(d.slug, left(c.dimensions ->> d.slug, 200))
        FROM unnest(%(dimensions)s::text[]) AS d(slug) WHERE c.dimensions ->> d.slug <> ''
    ) END AS known
    FROM (
        SELECT id, dimensions FROM journeys_customer
        WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id >= t.customer_id ORDER BY id LIMIT 1
    ) c WHERE c.id = t.customer_id
) k ON true
"""

# Uses passage_by_subject, and the primary key for what another subject had before (customers merged).
_REACHED = """
INSERT INTO path_move
SELECT 0, * FROM journeys_passage
WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = ANY(ARRAY(SELECT id FROM path_trace UNION {reached}))
"""
_OF_SUBJECTS = """
SELECT id FROM journeys_passage
WHERE tenant_id = (SELECT %(tenant)s::bigint)
    AND trace_by = %(by)s AND subject = ANY(%(subjects)s::text[]) AND gap_hours = %(gap)s
"""
_NEAR = "SELECT id FROM path_near"

_DIFFER = f"""
UPDATE path_move m SET sign = -1
WHERE NOT EXISTS (
    SELECT FROM path_fresh f
    WHERE f.id = m.id AND ({", ".join(f"f.{name}" for name in _SHAPE)})
        IS NOT DISTINCT FROM ({", ".join(f"m.{name}" for name in _SHAPE)})
)
"""
_GONE = """
DELETE FROM journeys_passage
WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = ANY(ARRAY(
    SELECT id FROM path_move WHERE sign = -1 AND id NOT IN (SELECT id FROM path_fresh)))
"""
_STORE = f"""
WITH stored AS (
INSERT INTO journeys_passage ({_COLUMNS})
SELECT {", ".join(f"f.{name}" for name in _COLUMNS.split(", "))} FROM path_fresh f
WHERE NOT EXISTS (SELECT FROM path_move m WHERE m.id = f.id AND m.sign = 0)
ORDER BY id
ON CONFLICT (tenant_id, id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _SHAPE)}
RETURNING *
)
INSERT INTO path_move SELECT 1, * FROM stored
"""


def reach(cursor: Any, *, tracing: Tracing, tenant_id: int, subjects: Sequence[str], whole: bool) -> None:
    """Put the stored passages of these subjects into `path_move`: all, or those that `path_near` names."""
    cursor.execute(
        _REACHED.format(reached=_OF_SUBJECTS if whole else _NEAR),
        {"tenant": tenant_id, "by": tracing.by, "gap": tracing.gap_hours, "subjects": list(subjects)},
    )


def fresh(reading: Reading) -> str:
    """The statement that makes passages of traces; of customers it asks only where there are dimensions."""
    split = bool(reading.dimensions)
    return _FRESH.format(
        columns=_COLUMNS, known=_KNOWN if split else "'{}'::jsonb", customers=_CUSTOMERS if split else ""
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
    cursor.execute(fresh(reading), values)
    cursor.execute(_DIFFER)
    cursor.execute(_GONE, values)
    gone = cursor.rowcount
    cursor.execute(_STORE, values)
    return int(gone + cursor.rowcount)
