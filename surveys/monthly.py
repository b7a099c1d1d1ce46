"""Months of answers given elsewhere, told as counts: kept as they were told, and counted with everything else.

Their day is the middle of the month, so that a period that cuts a month has it or has it not, and adds up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
from django.db import connection

from cxplatform.pipeline import locks, pulse
from cxplatform.tenancy.context import active_tenant_id
from surveys.rollup_rows import add_summed

MIDDLE = 15


@dataclass(frozen=True)
class Told:
    """The histogram of one metric, touchpoint and channel (0 = not known) in the month that begins on `month`."""

    metric: str
    touchpoint_id: int
    channel_id: int
    month: date
    histogram: tuple[int, ...]

    @property
    def key(self) -> tuple[str, int, int, date]:
        return (self.metric, self.touchpoint_id, self.channel_id, self.month)


# What is told against what was told before: only the difference is stored and counted.
_CHANGED = """
WITH told AS (
    SELECT * FROM jsonb_to_recordset(%(rows)s::jsonb)
        AS t (metric text, touchpoint_id bigint, channel_id bigint, month date, histogram int[])
),
changed AS MATERIALIZED (
    SELECT t.*, coalesce(before.histogram, array_fill(0, ARRAY[cardinality(t.histogram)])) AS earlier
    FROM told t
    LEFT JOIN surveys_monthlycount before ON before.tenant_id = %(tenant)s AND before.metric = t.metric
        AND before.touchpoint_id = t.touchpoint_id AND before.channel_id = t.channel_id AND before.month = t.month
    WHERE coalesce(before.histogram, array_fill(0, ARRAY[cardinality(t.histogram)])) <> t.histogram
),
gone AS (
    DELETE FROM surveys_monthlycount m USING changed c
    WHERE m.tenant_id = %(tenant)s AND m.metric = c.metric AND m.touchpoint_id = c.touchpoint_id
        AND m.channel_id = c.channel_id AND m.month = c.month AND 0 = ALL(c.histogram)
),
kept AS (
    INSERT INTO surveys_monthlycount (tenant_id, metric, touchpoint_id, channel_id, month, histogram, told_at)
    SELECT %(tenant)s, metric, touchpoint_id, channel_id, month, histogram, now()
    FROM changed WHERE NOT 0 = ALL(histogram)
    ON CONFLICT (tenant_id, metric, touchpoint_id, channel_id, month)
    DO UPDATE SET histogram = excluded.histogram, told_at = excluded.told_at
),
"""
_ALL = """
WITH changed AS MATERIALIZED (
    SELECT metric, touchpoint_id, channel_id, month, histogram,
        array_fill(0, ARRAY[cardinality(histogram)]) AS earlier
    FROM surveys_monthlycount WHERE tenant_id = %(tenant)s
),
"""
_SUMMED = """
difference AS (
    SELECT metric, touchpoint_id, channel_id, month, (pair.place - 1)::int AS bin, coalesce(a, 0) - coalesce(b, 0) AS n
    FROM changed, unnest(histogram, earlier) WITH ORDINALITY AS pair (a, b, place)
),
summed AS (
    SELECT metric, '' AS dimension, '' AS value, grain, place, start, channel_id, 'customer' AS audience, '' AS wave,
        array_agg(bin) AS bins, array_agg(n) AS counts
    FROM (
        SELECT metric, grain, place, start, channel_id, bin, sum(n) AS n
        FROM difference
        CROSS JOIN LATERAL (VALUES ('d', month + (%(middle)s - 1)), ('m', month)) AS grains (grain, start)
        CROSS JOIN LATERAL (
            SELECT 0::bigint AS place UNION ALL SELECT touchpoint_id WHERE touchpoint_id <> 0
        ) places
        GROUP BY 1, 2, 3, 4, 5, 6
    ) bins
    WHERE n <> 0 GROUP BY metric, grain, place, start, channel_id
),
"""
_SAME = """
SELECT count(*) FROM jsonb_to_recordset(%(rows)s::jsonb)
    AS t (metric text, touchpoint_id bigint, channel_id bigint, month date, histogram int[])
LEFT JOIN surveys_monthlycount m ON m.tenant_id = %(tenant)s AND m.metric = t.metric
    AND m.touchpoint_id = t.touchpoint_id AND m.channel_id = t.channel_id AND m.month = t.month
WHERE coalesce(m.histogram, array_fill(0, ARRAY[cardinality(t.histogram)])) = t.histogram
"""


def take_in(rows: Sequence[Told]) -> int:
    """Let these counts stand for their months, in the active tenant; how many say something new.

    What was told of a month before is replaced by the difference; all zeros take it away. Each key at most once.
    """
    if not rows:
        return 0
    tenant_id = active_tenant_id()
    values: dict[str, Any] = {"tenant": tenant_id, "rows": msgspec.json.encode(rows).decode(), "middle": MIDDLE}
    locks.wait(tenant_id)
    with connection.cursor() as cursor:
        cursor.execute(_SAME, values)
        changed = len(rows) - cursor.fetchone()[0]
        if changed:
            add_summed(cursor, _CHANGED + _SUMMED, values)
            pulse.beat()
    return changed


def count_all() -> None:
    """Add every month that was told to rollups that hold none of them: part of a rebuild."""
    with connection.cursor() as cursor:
        add_summed(cursor, _ALL + _SUMMED, {"tenant": active_tenant_id(), "middle": MIDDLE})
