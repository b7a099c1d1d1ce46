"""Outcomes and their counts move together: one statement stores what changed and corrects the rollups."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

from cxplatform.ids import uuid7s
from promises.judging.instances import Touched
from promises.judging.judge import BROKEN, EXCEEDED, EXCLUDED, FALLBACK, KEPT, NEAR, Judged
from promises.judging.measure import Measure

UNIT, TOUCHPOINT = "unit", "touchpoint"


@dataclass(frozen=True)
class Change:
    """An outcome whose counted status moved from `before` to `after`; "" is not counted."""

    outcome_id: str
    rule_id: int
    subject: str
    opened_by: str
    closed_by: str | None
    customer_id: str | None
    touchpoint_id: int | None
    channel_id: int | None
    unit_id: int | None
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    before: str
    after: str


def store(
    *, tenant_id: int, measure: Measure, part: Touched, judged: Sequence[Judged], now: datetime, zone: str
) -> list[Change]:
    """Make the stored outcomes of these subjects (opened `part.since`, where that is given) equal to `judged`, and the
    rollups with them.

    A case keeps its outcome when an earlier opening turns up. What a closed outcome took from its customer's
    dimensions stays as it was at closing.
    """
    return _run(
        _STORE,
        {
            "tenant": tenant_id,
            "rule": measure.rule_id,
            "fresh": msgspec.json.encode(judged).decode(),
            "ids": list(map(str, uuid7s(len(judged)))) if judged else [],
            "subjects": list(part.subjects),
            "events": list(part.event_ids) if measure.single else None,
            "by_subject": measure.one_per_subject,
            "since": part.since or "-infinity",
            "now": now,
            "zone": zone,
        },
    )


def due(*, tenant_id: int, now: datetime, limit: int) -> list[tuple[str, int, str, datetime]]:
    """The oldest `limit` outcomes that have fallen due and are not counted: id, rule, subject, opened at.

    Uses outcome_due.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"tenant": tenant_id, "now": now, "limit": limit})
        return list(cursor.fetchall())


def count_due(*, tenant_id: int, outcome_ids: Sequence[str], zone: str) -> list[Change]:
    """Break what is overdue of these outcomes (or keep it by fallback), and count what has fallen due.

    Nothing is broken of a promise that was retired meanwhile: nobody listens for its closing any more.
    """
    return _run(_COUNT_DUE, {"tenant": tenant_id, "zone": zone, "ids": list(outcome_ids)})


def _run(statement: str, parameters: dict[str, Any]) -> list[Change]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [Change(*row) for row in cursor.fetchall()]


# The slices an outcome counts in: the total, its unit, its touchpoint (so that a journey's are summed over its
# touchpoints), and each dimension. A dimension that a tenant calls "unit" or "touchpoint" gives way to these.
SLICES = f"""
    LATERAL (
        SELECT '' AS dimension, '' AS value
        UNION ALL SELECT '{UNIT}', m.unit_id::text WHERE m.unit_id IS NOT NULL
        UNION ALL SELECT '{TOUCHPOINT}', m.touchpoint_id::text WHERE m.touchpoint_id IS NOT NULL
        UNION ALL SELECT key, value FROM jsonb_each_text(m.dimensions) WHERE key NOT IN ('{UNIT}', '{TOUCHPOINT}')
    ) slice
"""

# The columns of a rollup, and which of `m` each of them counts: by status and, of those kept, by margin.
_COUNTED = {status: f"m.counted = '{status}'" for status in (KEPT, FALLBACK, BROKEN, EXCLUDED)} | {
    margin: f"m.counted = '{KEPT}' AND m.margin = '{margin}'" for margin in (EXCEEDED, NEAR)
}
COUNTS = ", ".join(_COUNTED)
ADDED = ", ".join(f"coalesce(sum(m.n) FILTER (WHERE {which}), 0) AS {name}" for name, which in _COUNTED.items())


def counts_of(row: str) -> str:
    """The counts of a named row, in the order of COUNTS."""
    return ", ".join(f"{row}.{name}" for name in _COUNTED)


# Follows a CTE `moves` (n, rule_id, counted, margin, counted_day, touchpoint_id, channel_id, unit_id, dimensions). Rows
# go in by their key's order, so that no two writers can wait for each other.
_ROLL_UP = f"""
rolled AS (
    INSERT INTO promises_outcomerollup AS r
        (tenant_id, rule_id, dimension, value, day, channel_id, {COUNTS})
    SELECT %(tenant)s, m.rule_id, slice.dimension, slice.value, m.counted_day, coalesce(m.channel_id, 0), {ADDED}
    FROM moves m, {SLICES}
    GROUP BY 2, 3, 4, 5, 6 ORDER BY 2, 3, 4, 5, 6
    ON CONFLICT (tenant_id, rule_id, dimension, value, day, channel_id) DO UPDATE
    SET {", ".join(f"{name} = r.{name} + excluded.{name}" for name in _COUNTED)}
)
"""

_CHANGE = """
    id::text, rule_id, subject, opened_by::text, closed_by::text, customer_id::text, touchpoint_id, channel_id, unit_id,
    opened_at, due_at, closed_at
"""

_FACTS = (
    "subject", "opened_by", "customer_id", "touchpoint_id", "channel_id", "unit_id", "opened_at", "due_at",
    "closed_at", "status", "reason", "told_at", "used", "margin", "at_due",
)  # fmt: skip
_OF = ", ".join(f"{{0}}.{name}" for name in _FACTS)
_EITHER = ", ".join(f"CASE WHEN g.id IS NULL THEN s.{name} ELSE g.{name} END AS {name}" for name in _FACTS)
_SET = ", ".join(f"{name} = c.{name}" for name in _FACTS)
_KEY = "CASE WHEN %(by_subject)s THEN subject ELSE subject || ' ' || opened_by::text END AS key"

# The same closing of the same customer: that customer's own values stay as they were then.
_FROM_CUSTOMER = """(CASE WHEN s.closed_at IS NOT DISTINCT FROM g.closed_at AND s.id IS NOT NULL
    AND s.customer_id IS NOT DISTINCT FROM g.customer_id THEN s.from_customer ELSE g.known END)"""

# `stored` uses outcome_once (tenant, rule, subject, opened_by). One scan with an array, not a look-up for each
# subject: where the table was never analysed the planner may take another index, and would read it that often.
# A FULL JOIN, for the same reason: it is always hashed or merged, never row by row.
_STORE = f"""
WITH given AS (
    SELECT *, unnest AS id, {_KEY} FROM ROWS FROM (jsonb_to_recordset(%(fresh)s::jsonb) AS (
        subject text, opened_by uuid, closed_by uuid, customer_id uuid, touchpoint_id bigint,
        channel_id bigint, unit_id bigint, opened_at timestamptz, due_at timestamptz, closed_at timestamptz,
        status text, reason text, said jsonb, known jsonb, told_at timestamptz, used double precision, margin text,
        at_due text), unnest(%(ids)s::uuid[])) AS f
),
stored AS MATERIALIZED (
    SELECT *, {_KEY} FROM promises_promiseoutcome
    WHERE tenant_id = %(tenant)s AND rule_id = %(rule)s AND subject = ANY(%(subjects)s::text[])
        AND (%(events)s::uuid[] IS NULL OR opened_by = ANY(%(events)s::uuid[]))
        AND opened_at >= %(since)s::timestamptz
),
fresh AS (
    SELECT *, CASE WHEN status = 'pending' OR due_at >= %(now)s THEN '' ELSE status END AS counted FROM given
),
paired AS MATERIALIZED (
    SELECT coalesce(s.id, g.id) AS id, %(rule)s::bigint AS rule_id, g.id IS NULL AS gone, s.id IS NULL AS new,
        g.closed_by, {_EITHER},
        CASE WHEN g.id IS NULL THEN s.dimensions ELSE {_FROM_CUSTOMER} || g.said END AS dimensions,
        CASE WHEN g.id IS NULL THEN s.from_customer ELSE {_FROM_CUSTOMER} END AS from_customer,
        coalesce(g.counted, '') AS counted,
        CASE WHEN g.counted <> '' THEN (coalesce(g.due_at, g.opened_at) AT TIME ZONE %(zone)s)::date
             END AS counted_day,
        coalesce(s.counted, '') AS before, s.margin AS margin_before, s.counted_day AS day_before,
        s.touchpoint_id AS touchpoint_before, s.channel_id AS channel_before,
        s.unit_id AS unit_before, s.dimensions AS dimensions_before, s.from_customer AS from_customer_before,
        ({_OF.format("s")}) IS DISTINCT FROM ({_OF.format("g")}) AS other_facts
    FROM fresh g FULL JOIN stored s USING (key)
),
changed AS MATERIALIZED (
    SELECT * FROM paired WHERE gone OR new OR other_facts OR counted <> before
        OR dimensions <> dimensions_before OR from_customer <> from_customer_before
        OR counted_day IS DISTINCT FROM day_before
),
deleted AS (
    DELETE FROM promises_promiseoutcome o USING changed c
    WHERE c.gone AND o.tenant_id = %(tenant)s AND o.id = c.id
),
updated AS (
    UPDATE promises_promiseoutcome o
    SET {_SET}, dimensions = c.dimensions, from_customer = c.from_customer, counted = c.counted,
        counted_day = c.counted_day
    FROM changed c WHERE NOT c.gone AND NOT c.new AND o.tenant_id = %(tenant)s AND o.id = c.id
),
inserted AS (
    INSERT INTO promises_promiseoutcome
        (tenant_id, id, rule_id, {", ".join(_FACTS)}, dimensions, from_customer, counted, counted_day)
    SELECT %(tenant)s, id, rule_id, {", ".join(_FACTS)}, dimensions, from_customer, counted, counted_day
    FROM changed WHERE new
),
moves AS (
    SELECT -1 AS n, rule_id, before AS counted, margin_before AS margin, day_before AS counted_day,
        touchpoint_before AS touchpoint_id, channel_before AS channel_id, unit_before AS unit_id,
        dimensions_before AS dimensions
    FROM changed WHERE before <> ''
    UNION ALL
    SELECT 1, rule_id, counted, margin, counted_day, touchpoint_id, channel_id, unit_id, dimensions
    FROM changed WHERE counted <> ''
),
{_ROLL_UP}
SELECT {_CHANGE}, before, counted FROM changed
"""

_DUE = """
SELECT id::text, rule_id, subject, opened_at FROM promises_promiseoutcome
WHERE tenant_id = %(tenant)s AND counted = '' AND due_at < %(now)s ORDER BY due_at LIMIT %(limit)s
"""

_COUNT_DUE = f"""
WITH due AS MATERIALIZED (
    SELECT o.id, r.archived_at IS NULL AND p.archived_at IS NULL AND p.lifecycle IN ('pilot', 'public') AS judged
    FROM (
        SELECT id, rule_id FROM promises_promiseoutcome
        WHERE tenant_id = %(tenant)s AND id = ANY(%(ids)s::uuid[]) AND counted = ''
    ) o
    JOIN promises_rule r ON r.id = o.rule_id
    JOIN promises_promise p ON p.id = r.promise_id
),
changed AS (
    UPDATE promises_promiseoutcome o SET
        status = CASE WHEN status <> 'pending' THEN status WHEN due.judged THEN at_due ELSE 'excluded' END,
        reason = CASE WHEN status <> 'pending' OR due.judged THEN reason ELSE 'promise retired' END,
        counted = CASE WHEN status <> 'pending' THEN status WHEN due.judged THEN at_due ELSE 'excluded' END,
        counted_day = (due_at AT TIME ZONE %(zone)s)::date
    FROM due WHERE o.tenant_id = %(tenant)s AND o.id = due.id
    RETURNING o.*
),
moves AS (
    SELECT 1 AS n, rule_id, counted, margin, counted_day, touchpoint_id, channel_id, unit_id, dimensions FROM changed
),
{_ROLL_UP}
SELECT {_CHANGE.replace("closed_by::text", "NULL")}, '', counted FROM changed
"""
