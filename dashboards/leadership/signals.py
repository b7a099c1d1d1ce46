"""Signals of the cells: a month beyond what its place does of itself, from control charts over twelve months or more.

Worked out by a worker, for stages and touchpoints of the whole company; the page puts them beside the verdict.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import numpy as np
from django.db import connection
from psycopg2 import sql

from cxplatform.stats import signals
from cxplatform.stats.histogram import answers
from cxplatform.stats.metrics import MEAN, NET, Metric, metric
from cxplatform.stats.score import score_of_many
from cxplatform.tenancy.models import Tenant
from dashboards.insights.finders import Finder, Found
from dashboards.insights.read import Findings
from dashboards.load import Histogram, bins_of
from dashboards.measures import PAGE_METRICS
from dashboards.periods import months_until, next_month
from dashboards.query import Query
from dashboards.structure import load_structure

KIND = "signal"
MONTHS = 24
FEWEST_MONTHS = 12
MOST = 500  # findings kept: a page of more signals than that has none


@dataclass(frozen=True)
class Signal:
    """The newest whole month of a place against its own chart, in the metric's unit. `worse` is which way it went;
    `run` is a shift that has lasted, else one month is out of its limits."""

    month: date
    value: float
    centre: float
    low: float
    high: float
    worse: bool
    run: bool


@dataclass(frozen=True)
class Signals:
    """By stage and by touchpoint, of one metric."""

    stages: Mapping[int, Signal]
    places: Mapping[int, Signal]


NONE = Signals({}, {})


def read_signals(findings: Findings, of: Metric, query: Query) -> Signals:
    """The signals of a metric among the findings; none for a part of the customers, as they are of everybody."""
    if query.segment or query.channel or query.own_units:
        return NONE
    stages: dict[int, Signal] = {}
    places: dict[int, Signal] = {}
    for found in findings.get(KIND, ()):
        if found.data["metric"] != of.name:
            continue
        given = {name: value for name, value in found.data.items() if name != "metric"}
        signal = Signal(**given | {"month": date.fromisoformat(given["month"])})
        if found.stage_id:
            stages[found.stage_id] = signal
        elif found.touchpoint_id:
            places[found.touchpoint_id] = signal
    return Signals(stages, places)


def find(*, tenant: Tenant, today: date) -> Sequence[Found]:
    """Stages and touchpoints whose newest whole month stands out, those that got worse first."""
    months = months_until(today, MONTHS + 1)[:-1]
    structure = load_structure()
    stages = list(structure.stages())
    found: list[tuple[bool, Found]] = []
    for name in PAGE_METRICS:
        of = metric(name)
        series = dict(_series(name, months))
        for place in structure.places:
            found += _found(of, months, series.get(place), tenant, touchpoint_id=place)
        for stage in stages:
            parts = [series[place.id] for place in stage.touchpoints if place.id in series]
            pooled: Any = np.sum(parts, axis=0) if parts else None
            found += _found(of, months, pooled, tenant, stage_id=stage.id)
    return [one for worse, one in sorted(found, key=lambda pair: not pair[0])][:MOST]


FINDER = Finder(KIND, find)


def chart_of(of: Metric, histograms: Sequence[Histogram]) -> signals.Chart:
    """The chart of a metric's leading quantity, shares as 0..1."""
    if of.lead in (NET, MEAN):
        return signals.individuals([float(s.value or 0) for s in score_of_many(of, histograms)])
    part = list(of.parts[of.lead])
    return signals.shares([int(h[part].sum()) for h in histograms], [answers(of, h) for h in histograms])


def _found(
    of: Metric, months: Sequence[date], series: Any, tenant: Tenant, **place: int
) -> Iterator[tuple[bool, Found]]:
    """The finding of one place, if its newest month has a signal. Months of few answers are left out."""
    if series is None:
        return
    told = [(month, h) for month, h in zip(months, series, strict=True) if answers(of, h) >= tenant.anonymity_minimum]
    if len(told) < FEWEST_MONTHS or told[-1][0] != months[-1]:
        return
    chart = chart_of(of, [h for _, h in told])
    if not chart.last or chart.centre is None:
        return
    unit = 1 if of.lead in (NET, MEAN) else 100
    worse = chart.last.endswith("low") == (of.better == "higher")
    yield (
        worse,
        Found(
            data={
                "metric": of.name,
                "month": months[-1].isoformat(),
                "value": unit * chart.values[-1],
                "centre": unit * chart.centre,
                "low": unit * chart.low[-1],
                "high": unit * chart.high[-1],
                "worse": worse,
                "run": chart.last.startswith("run"),
            },
            start=told[0][0],
            last=next_month(months[-1]) - timedelta(days=1),
            **place,
        ),
    )


def _series(name: str, months: Sequence[date]) -> Iterator[tuple[int, Any]]:
    """Histograms [month, bin] by touchpoint, of everybody: one range of the rollups' primary key."""
    bins = bins_of(name)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("""
                SELECT touchpoint_id, start, ARRAY[{bins}]::int[]
                FROM surveys_scorerollup
                WHERE metric = %s AND dimension = '' AND value = '' AND grain = 'm' AND touchpoint_id > 0
                    AND start >= %s AND start <= %s AND audience = 'customer' AND wave = ''
                GROUP BY touchpoint_id, start ORDER BY touchpoint_id
            """).format(
                bins=sql.SQL(", ").join(sql.SQL("sum(histogram[{}])").format(sql.Literal(k + 1)) for k in range(bins))
            ),
            [name, months[0], months[-1]],
        )
        rows = cursor.fetchall()
    at = {month: number for number, month in enumerate(months)}
    for place, group in groupby(rows, key=lambda row: row[0]):
        series = np.zeros((len(months), bins), dtype=np.int64)
        for _, start, histogram in group:
            series[at[start]] = histogram
        yield place, series
