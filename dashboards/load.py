"""Counts behind every figure, read from the rollups alone: one statement a question, whatever is stored."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection
from psycopg2 import sql

from cxplatform.stats.metrics import METRICS, metric
from dashboards.periods import Period, spans

Histogram = npt.NDArray[np.int64]
COMPANY = 0  # the touchpoint of the rollups' total rows
BY = ("touchpoint_id", "channel_id", "value")


@dataclass(frozen=True)
class Slice:
    """Which answers: `dimension` and `value` empty = all; a dimension alone = each of its values and all.

    `touchpoints` None is the company's total, which also holds answers from unknown touchpoints.
    """

    dimension: str = ""
    value: str = ""
    channel_id: int | None = None
    touchpoints: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Counted:
    """Histograms by (metric, window, *by) in the order asked; a missing key was never answered."""

    by: tuple[str, ...]
    histograms: Mapping[tuple[Any, ...], Histogram]

    def get(self, metric_name: str, window: str, *by: Any) -> Histogram:
        """One histogram, of zeros where nothing was answered."""
        found = self.histograms.get((metric_name, window, *by))
        return np.zeros(metric(metric_name).bins, dtype=np.int64) if found is None else found

    def total(self, metric_name: str, window: str, keys: Iterable[tuple[Any, ...]]) -> Histogram:
        """The sum over some keys (the touchpoints of a stage)."""
        return np.sum([self.get(metric_name, window, *key) for key in keys] or [self.get(metric_name, "")], axis=0)


def counts(
    *,
    metrics: Sequence[str],
    windows: Mapping[str, Period],
    of: Slice = Slice(),  # noqa: B008 (frozen)
    by: Sequence[str] = (),
) -> Counted:
    """Histograms of transactional customer answers per metric and window, split `by` columns of BY. One query.

    Raises ValueError for an unknown metric or column. Relationship waves and staff are never pooled in.
    """
    if unknown := set(by) - set(BY):
        raise ValueError(f"by: {', '.join(sorted(unknown))} is not known; use {', '.join(BY)}")
    bins = max(metric(name).bins for name in metrics)
    columns = sql.SQL(", ").join(
        sql.Identifier("w" if name == "label" else "r", name) for name in ("metric", "label", *by)
    )
    statement = sql.SQL(
        """
        SELECT {columns}, ARRAY[{sums}]
        FROM unnest(%(labels)s::text[], %(grains)s::text[], %(firsts)s::date[], %(ends)s::date[])
            AS w (label, grain, first, "end")
        JOIN surveys_scorerollup r ON r.grain = w.grain AND r.start >= w.first AND r.start < w."end"
        WHERE r.metric = ANY(%(metrics)s) AND {slice} AND r.touchpoint_id = ANY(%(touchpoints)s)
            AND r.audience = 'customer' AND r.wave = ''{channel}
        GROUP BY {groups}
        """
    ).format(
        columns=columns,
        groups=columns,
        sums=sql.SQL(", ").join(sql.SQL("sum(r.histogram[{}])").format(sql.Literal(place + 1)) for place in range(bins)),
        slice=_slice(of),
        channel=sql.SQL("" if of.channel_id is None else " AND r.channel_id = %(channel)s"),
    )
    rows = [(label, span) for label, period in windows.items() for span in spans(period)]
    parameters = {
        "labels": [label for label, _ in rows],
        "grains": [span.grain for _, span in rows],
        "firsts": [span.first for _, span in rows],
        "ends": [span.end for _, span in rows],
        "metrics": list(metrics),
        "touchpoints": [COMPANY] if of.touchpoints is None else list(of.touchpoints),
        "dimension": of.dimension,
        "value": of.value,
        "channel": of.channel_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found = cursor.fetchall()
    width = {name: metric(name).bins for name in metrics}
    return Counted(
        by=tuple(by),
        histograms={tuple(key): np.array(sums[: width[key[0]]], dtype=np.int64) for *key, sums in found},
    )


def _slice(of: Slice) -> sql.Composable:
    if of.dimension and not of.value:
        return sql.SQL("r.dimension IN ('', %(dimension)s)")
    return sql.SQL("r.dimension = %(dimension)s AND r.value = %(value)s")


def last_answered(touchpoints: Sequence[int]) -> dict[int, date]:
    """The day of the newest answer at each touchpoint, of any metric; touchpoints without one are missing.

    By the primary key: one step to the newest row per touchpoint and metric, however many there are.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT t, max(newest.start)
            FROM unnest(%s::bigint[]) AS t CROSS JOIN unnest(%s::text[]) AS m CROSS JOIN LATERAL (
                SELECT start FROM surveys_scorerollup
                WHERE metric = m AND dimension = '' AND value = '' AND grain = 'd' AND touchpoint_id = t
                    AND audience = 'customer'
                ORDER BY start DESC LIMIT 1
            ) newest
            GROUP BY t
            """,
            [list(touchpoints), list(METRICS)],
        )
        return dict(cursor.fetchall())


def segment_values(period: Period, *, metrics: Sequence[str]) -> dict[str, dict[str, int]]:
    """The values of every dimension and the answers of each in the period's months: {dimension: {value: n}}."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT dimension, value, sum((SELECT sum(c) FROM unnest(histogram) AS c))
            FROM surveys_scorerollup
            WHERE metric = ANY(%s) AND dimension > '' AND grain = 'm' AND touchpoint_id = %s
                AND start >= %s AND start < %s AND audience = 'customer'
            GROUP BY dimension, value
            """,
            [list(metrics), COMPANY, period.start.replace(day=1), period.end],
        )
        found: dict[str, dict[str, int]] = {}
        for dimension, value, n in cursor.fetchall():
            found.setdefault(dimension, {})[value] = int(n)
    return found
