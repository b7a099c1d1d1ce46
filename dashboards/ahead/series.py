"""Months of scores that may be foretold: of the company, of touchpoints and of their customer groups."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from django.db import connection

from cxplatform.stats.forecast import FEWEST
from cxplatform.stats.metrics import METRICS, Metric, metric
from cxplatform.stats.score import score_of_many
from dashboards.cells import shown_groups
from dashboards.load import COMPANY, Histogram
from dashboards.measures import PAGE_METRICS
from dashboards.periods import Period, months_until, next_month
from journeys.models import Dimension, Touchpoint

MOST_PLACES, MOST = 100, 1000
"""Touchpoints that are foretold, and series: theirs, the company's and their customer groups'."""
ANSWERS = 10
"""That a month needs to be a point of a series."""


@dataclass(frozen=True)
class Series:
    """Touchpoint 0 is the whole company; `dimension` "" is everybody. `values` are by month, oldest first, None where
    too few answered; they begin with the first month that was answered at all."""

    touchpoint_id: int
    dimension: str
    value: str
    metric: str
    months: tuple[date, ...] = field(compare=False)
    values: tuple[float | None, ...] = field(compare=False)

    @property
    def key(self) -> tuple[int, str, str, str]:
        return self.touchpoint_id, self.dimension, self.value, self.metric


def load_series(*, today: date, minimum: int) -> list[Series]:
    """The company, the hundred most answered touchpoints of the active tenant and their customer groups, each in its
    most answered metric, the most answered first. A group that everybody belongs to is no series of its own."""
    months = known_months(today)
    period = Period(months[0], next_month(months[-1]))
    ranked = _ranked(period)
    found = []
    for name in sorted({name for _, _, _, name in ranked}):
        of = metric(name)
        chosen = [(place, dimension, value) for place, dimension, value, its in ranked if its == name]
        table = _table(of, period, sorted({place for place, _, _ in chosen}))
        shown = _shown(table, {each[:2] for each in chosen}, max(minimum, ANSWERS))
        found += [_series(of, each, table, shown, months, max(minimum, ANSWERS)) for each in chosen]
    order = {each: place for place, each in enumerate(ranked)}
    whole = {(each.touchpoint_id, each.metric): each.values for each in found if not each.dimension}
    return sorted(
        (each for each in found if not each.dimension or each.values != whole.get((each.touchpoint_id, each.metric))),
        key=lambda each: order[each.key],
    )


def known_months(today: date) -> list[date]:
    """The last two years and a month; the month under way counts once half of it is over."""
    months = months_until(today, FEWEST + 2)
    half_over = (today - months[-1]).days * 2 >= (next_month(months[-1]) - months[-1]).days
    return months[1:] if half_over else months[:-1]


def _ranked(period: Period) -> list[tuple[int, str, str, str]]:
    """(touchpoint, dimension, value, metric) by answers, of what is in use: the places first, then their groups."""
    in_use = list(Touchpoint.objects.in_use().values_list("pk", flat=True))
    places = _best(period, [""], in_use)[:MOST_PLACES]
    within = [COMPANY, *(place for place, _, _, _ in places)]
    return _best(period, _dimensions(), within)[:MOST]


def _best(period: Period, dimensions: Sequence[str], places: Sequence[int]) -> list[tuple[int, str, str, str]]:
    """Each place and group in the metric that it answered most, by answers; of metrics answered as often in the one
    that the page names first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT touchpoint_id, dimension, value, metric, sum((SELECT sum(c) FROM unnest(histogram) AS c)) AS n
            FROM surveys_scorerollup
            WHERE metric = ANY(%s) AND grain = 'm' AND start >= %s AND start < %s
                AND audience = 'customer' AND wave = '' AND dimension = ANY(%s) AND touchpoint_id = ANY(%s)
            GROUP BY 1, 2, 3, 4 ORDER BY n DESC, array_position(%s, metric), 1, 2, 3
            """,
            [list(PAGE_METRICS), period.start, period.end, list(dimensions), list(places), list(PAGE_METRICS)],
        )
        best: dict[tuple[int, str, str], str] = {}
        for touchpoint, dimension, value, name, n in cursor.fetchall():
            if n and name in METRICS:
                best.setdefault((touchpoint, dimension, value), name)
    return [(*each, name) for each, name in best.items()]


def _dimensions() -> list[str]:
    return ["", *Dimension.objects.in_use().values_list("slug", flat=True)]


Months = Mapping[date, Histogram]
Table = Mapping[tuple[int, str], Mapping[str, Months]]
Shown = Mapping[tuple[int, str, date], Collection[str]]


def _table(of: Metric, period: Period, places: Sequence[int]) -> Table:
    """Histograms by (touchpoint, dimension), value and month, every group of each dimension, to protect small ones.
    The period is of whole months."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT touchpoint_id, dimension, value, start, histogram FROM surveys_scorerollup
            WHERE metric = %s AND grain = 'm' AND start >= %s AND start < %s AND dimension = ANY(%s)
                AND touchpoint_id = ANY(%s) AND audience = 'customer' AND wave = ''
            """,
            [of.name, period.start, period.end, _dimensions(), list(places)],
        )
        rows = cursor.fetchall()
    table: dict[tuple[int, str], dict[str, dict[date, Histogram]]] = {}
    for place, dimension, value, month, counted in rows:
        by_month = table.setdefault((place, dimension), {}).setdefault(value, {})
        histogram = np.array(counted, dtype=np.int64)
        # A row for each channel.
        by_month[month] = by_month[month] + histogram if month in by_month else histogram
    return table


def _shown(table: Table, divisions: Collection[tuple[int, str]], least: int) -> Shown:
    """The values of these divisions that may be told, by month: once for all groups, as there may be hundreds."""
    found: dict[tuple[int, str, date], Collection[str]] = {}
    for place, dimension in divisions:
        whole = table.get((place, ""), {}).get("", {})
        by_month: dict[date, dict[str, Histogram]] = {}
        for value, months in table.get((place, dimension), {}).items():
            for month, histogram in months.items():
                by_month.setdefault(month, {})[value] = histogram
        for month, groups in by_month.items():
            shown = shown_groups(groups, whole.get(month), minimum=least) if dimension else groups
            found[place, dimension, month] = shown.keys()
    return found


def _series(
    of: Metric, each: tuple[int, str, str], table: Table, shown: Shown, months: Sequence[date], least: int
) -> Series:
    place, dimension, value = each
    mine = table.get((place, dimension), {}).get(value, {})
    points = {month: histogram for month, histogram in mine.items() if value in shown[place, dimension, month]}
    scores = dict(zip(points, score_of_many(of, list(points.values())), strict=True))
    begun = [month for month in months if mine and month >= min(mine)]
    return Series(
        place,
        dimension,
        value,
        of.name,
        tuple(begun),
        tuple(scores[month].value if month in scores and scores[month].n >= least else None for month in begun),
    )
