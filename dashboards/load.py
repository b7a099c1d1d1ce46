"""Counts behind every figure, read from the rollups alone: one statement a question, whatever is stored."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection
from psycopg2 import sql

from cxplatform.stats.metrics import metric
from dashboards.periods import Period, spans
from surveys.questionnaire import choices

Histogram = npt.NDArray[np.int64]
COMPANY = 0  # the touchpoint of the rollups' total rows
EVERYBODY = ("", "")
BY = ("touchpoint_id", "channel_id", "dimension", "value")
At = tuple[str, str, int]  # a metric, a window, a touchpoint


@dataclass(frozen=True)
class Slice:
    """Which answers. `parts` are (dimension, value) pairs, ("", "") for everybody; `touchpoints` None is the
    company's total, which also holds answers from unknown touchpoints. `every_wave` reads those of relationship and
    recall surveys too: only for a metric that belongs to one survey, so that no two kinds are pooled."""

    parts: tuple[tuple[str, str], ...] = (EVERYBODY,)
    channel_id: int | None = None
    touchpoints: tuple[int, ...] | None = None
    every_wave: bool = False


@dataclass(frozen=True)
class Counted:
    """Histograms by (metric, window, *by) in the order asked; a missing key was never answered."""

    by: tuple[str, ...]
    histograms: Mapping[tuple[Any, ...], Histogram]

    def get(self, metric_name: str, window: str, *by: Any) -> Histogram:
        """One histogram, of zeros where nothing was answered."""
        found = self.histograms.get((metric_name, window, *by))
        return np.zeros(bins_of(metric_name), dtype=np.int64) if found is None else found

    def total(self, metric_name: str, window: str, keys: Iterable[tuple[Any, ...]]) -> Histogram:
        """The sum over some keys (the touchpoints of a stage)."""
        return np.sum([self.get(metric_name, window, *key) for key in keys] or [self.get(metric_name, "")], axis=0)


def counts(
    *,
    metrics: Sequence[str],
    windows: Mapping[str, Period],
    of: Slice = Slice(),
    by: Sequence[str] = (),
    only: Collection[At] | None = None,
) -> Counted:
    """Histograms of transactional customer answers per metric and window, split `by` columns of BY. One query.

    `only`: not every metric in every window at every touchpoint, but these of them. Raises ValueError for an unknown
    metric or column. Relationship waves and staff are never pooled in.
    """
    if unknown := set(by) - set(BY):
        raise ValueError(f"by: {', '.join(sorted(unknown))} is not known; use {', '.join(BY)}")
    rows = [(label, span) for label, period in windows.items() for span in spans(period)]
    touchpoints = (COMPANY,) if of.touchpoints is None else of.touchpoints
    with connection.cursor() as cursor:
        cursor.execute(
            _statement(
                bins=max(bins_of(name) for name in metrics),
                by=by,
                channel=of.channel_id is not None,
                every_wave=of.every_wave,
                only=only is not None,
            ),
            {
                "labels": [label for label, _ in rows],
                "grains": [span.grain for _, span in rows],
                "firsts": [span.first for _, span in rows],
                "ends": [span.end for _, span in rows],
                "signs": [span.sign for _, span in rows],
                "metrics": list(metrics) if only is None else [metric for metric, _window, _touchpoint in only],
                "windows": [window for _metric, window, _touchpoint in only or ()],
                "touchpoints": list(touchpoints) if only is None else [touchpoint for *_rest, touchpoint in only],
                "dimensions": [dimension for dimension, _ in of.parts],
                "values": [value for _, value in of.parts],
                "channel": of.channel_id,
            },
        )
        found = cursor.fetchall()
    histograms: dict[tuple[Any, ...], Histogram] = {}
    for *columns, sums in found:
        key = tuple(columns)
        histogram = np.array(sums[: bins_of(key[0])], dtype=np.int64)
        histograms[key] = histograms[key] + histogram if key in histograms else histogram
    return Counted(by=tuple(by), histograms=histograms)


def _statement(*, bins: int, by: Sequence[str], channel: bool, every_wave: bool, only: bool = False) -> sql.Composed:
    """One range of the primary key for each metric, part, touchpoint and span, summed on the spot.

    OFFSET 0 keeps the planner from turning that inside out: joined the other way round, every row that a
    touchpoint ever had is read.
    """
    names = {
        "touchpoint_id": "t.touchpoint_id",
        "channel_id": "sums.channel_id",
        "dimension": "p.dimension",
        "value": "p.value",
    }
    inner = sql.SQL("r.channel_id, ") if "channel_id" in by else sql.SQL("")
    return sql.SQL(
        """
        SELECT {columns}, sums.histogram
        FROM unnest(%(labels)s::text[], %(grains)s::text[], %(firsts)s::date[], %(ends)s::date[],
            %(signs)s::int[]) AS w (label, grain, first, "end", sign)
        {places}
        CROSS JOIN unnest(%(dimensions)s::text[], %(values)s::text[]) AS p (dimension, value)
        CROSS JOIN LATERAL (
            SELECT {inner} ARRAY[{bins}] AS histogram
            FROM surveys_scorerollup r
            WHERE r.metric = t.metric AND r.dimension = p.dimension AND r.value = p.value AND r.grain = w.grain
                AND r.touchpoint_id = t.touchpoint_id AND r.start >= w.first AND r.start < w."end"
                AND r.audience = 'customer'{wave}{channel}
            {group}
            OFFSET 0
        ) AS sums
        """
    ).format(
        columns=sql.SQL(", ".join(["t.metric", "w.label", *(names[name] for name in by)])),
        inner=inner,
        places=_ONLY if only else _EVERY,
        bins=sql.SQL(", ").join(
            sql.SQL("w.sign * sum(r.histogram[{}])").format(sql.Literal(k + 1)) for k in range(bins)
        ),
        wave=sql.SQL("" if every_wave else " AND r.wave = ''"),
        channel=sql.SQL(" AND r.channel_id = %(channel)s" if channel else ""),
        group=sql.SQL("GROUP BY r.channel_id" if "channel_id" in by else "HAVING count(*) > 0"),
    )


_EVERY = sql.SQL(
    """CROSS JOIN (
            SELECT m.metric, at.touchpoint_id FROM unnest(%(metrics)s::text[]) AS m (metric)
            CROSS JOIN unnest(%(touchpoints)s::bigint[]) AS at (touchpoint_id)
        ) AS t"""
)
_ONLY = sql.SQL(
    """JOIN unnest(%(metrics)s::text[], %(windows)s::text[], %(touchpoints)s::bigint[])
            AS t (metric, label, touchpoint_id) ON t.label = w.label"""
)


@lru_cache(maxsize=1024)
def bins_of(metric_name: str) -> int:
    """How many bins a rollup's metric has, free choices included. Raises ValueError for one that is not known."""
    return choices.BINS.get(metric_name.partition(":")[0]) or metric(metric_name).bins


# Every metric that was ever answered, one step along the primary key for each: free choices have names of their own
# for every question (of several chosen for every option), so the registry does not list them all.
_ANSWERED = sql.SQL("""
WITH RECURSIVE answered AS (
    (SELECT metric FROM surveys_scorerollup ORDER BY metric LIMIT 1)
    UNION ALL
    SELECT (SELECT r.metric FROM surveys_scorerollup r WHERE r.metric > answered.metric ORDER BY r.metric LIMIT 1)
    FROM answered WHERE answered.metric IS NOT NULL
)
""")


def metrics_answered() -> list[str]:
    """The names of all metrics in the rollups, free choices and each image word's included. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERED + sql.SQL("SELECT metric FROM answered WHERE metric IS NOT NULL"))
        return [name for (name,) in cursor.fetchall()]


# The newest row of the highest touchpoint, then of the next lower one: one step for each metric and touchpoint that
# were ever answered together, as most questions are asked at one touchpoint or two.
_NEWEST = sql.SQL("""
, newest AS (
    SELECT answered.metric, first.touchpoint_id, first.start
    FROM answered CROSS JOIN LATERAL (
        SELECT touchpoint_id, start FROM surveys_scorerollup
        WHERE metric = answered.metric AND dimension = '' AND value = '' AND grain = 'd'
            AND touchpoint_id BETWEEN %(lowest)s AND %(highest)s AND audience = 'customer'
        ORDER BY touchpoint_id DESC, start DESC LIMIT 1
    ) first
    UNION ALL
    SELECT newest.metric, next.touchpoint_id, next.start
    FROM newest CROSS JOIN LATERAL (
        SELECT touchpoint_id, start FROM surveys_scorerollup
        WHERE metric = newest.metric AND dimension = '' AND value = '' AND grain = 'd'
            AND touchpoint_id >= %(lowest)s AND touchpoint_id < newest.touchpoint_id AND audience = 'customer'
        ORDER BY touchpoint_id DESC, start DESC LIMIT 1
    ) next
)
SELECT touchpoint_id, max(start), array_agg(metric) FROM newest
WHERE touchpoint_id = ANY(%(touchpoints)s) GROUP BY touchpoint_id
UNION ALL SELECT NULL, max(told.start), ARRAY[metric]
FROM answered CROSS JOIN unnest(%(within)s::bigint[]) AS place CROSS JOIN LATERAL (
    SELECT start FROM surveys_scorerollup
    WHERE metric = answered.metric AND dimension = '' AND value = '' AND grain = 'd'
        AND touchpoint_id = place AND start >= %(since)s AND audience = 'customer' AND wave = ''
    ORDER BY start DESC LIMIT 1
) told WHERE metric = ANY(%(aged)s::text[]) GROUP BY metric
UNION ALL SELECT NULL, NULL, array_agg(metric) FROM answered WHERE metric IS NOT NULL
""")


@dataclass(frozen=True)
class Newest:
    """The day of the newest answer at each touchpoint, of any metric, and the metrics that were ever answered there;
    touchpoints without an answer are missing. `by_metric` is the day of the newest transactional answer of each metric
    that was asked for. `answered` are the metrics of all counts, wherever they came from."""

    days: Mapping[int, date]
    metrics: frozenset[str]
    by_metric: Mapping[str, date]
    answered: frozenset[str]


def last_answered(touchpoints: Sequence[int]) -> dict[int, date]:
    """The day of the newest answer at each touchpoint, of any metric; touchpoints without one are missing."""
    return dict(newest_answers(touchpoints).days)


def newest_answers(
    touchpoints: Sequence[int],
    *,
    aged: Collection[str] = (),
    within: Collection[int] = (COMPANY,),
    since: date = date.min,
) -> Newest:
    """When each of these touchpoints was answered last, and what was ever answered at them; of the metrics `aged` also
    when each was, `within` touchpoints or in the whole company and not before `since`. One query."""
    lowest, highest = min(touchpoints, default=0), max(touchpoints, default=0)
    with connection.cursor() as cursor:
        cursor.execute(
            _ANSWERED + _NEWEST,
            {
                "touchpoints": list(touchpoints),
                "within": list(within),
                "aged": list(aged),
                "since": since,
                "lowest": lowest,
                "highest": highest,
            },
        )
        found = cursor.fetchall()
    at = [(id, day, names) for id, day, names in found if id is not None]
    return Newest(
        {id: day for id, day, _names in at},
        frozenset(name for _id, _day, names in at for name in names),
        {name: day for id, day, names in found if id is None and day for name in names},
        frozenset(name for _id, day, names in found if day is None for name in names or ()),
    )


def segment_values(period: Period, *, metrics: Sequence[str]) -> dict[str, dict[str, int]]:
    """The values of every dimension and the answers of each in the period's months, the most answered first:
    {dimension: {value: n}}."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT dimension, value, sum((SELECT sum(c) FROM unnest(histogram) AS c)) AS n
            FROM surveys_scorerollup
            WHERE metric = ANY(%s) AND dimension > '' AND grain = 'm' AND touchpoint_id = %s
                AND start >= %s AND start < %s AND audience = 'customer'
            GROUP BY dimension, value ORDER BY n DESC, value
            """,
            [list(metrics), COMPANY, period.start.replace(day=1), period.end],
        )
        found: dict[str, dict[str, int]] = {}
        for dimension, value, n in cursor.fetchall():
            found.setdefault(dimension, {})[value] = int(n)
    return found
