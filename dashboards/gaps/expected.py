"""Below, as or above what was expected, at each touchpoint, and whether expectations drift."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np

from cxplatform.stats import anonymity
from cxplatform.stats.metrics import metric
from cxplatform.stats.score import Score, score_of_many
from cxplatform.stats.sparkline import Sparkline, sparkline
from dashboards.asked import values_of
from dashboards.cells import Cell, Pair, as_family, cells
from dashboards.disclosure import Disclosure
from dashboards.load import Histogram
from dashboards.periods import Period, months_until, next_month
from dashboards.query import Against, Query
from dashboards.reading import NOW, Read, Reading, comparisons, settle
from dashboards.structure import Place, Structure

EXPECTATION, RECOMMENDATION = "expectation/3", "nps/0-10"
MONTHS = 24
# A table is read, not scrolled through.
MOST_PLACES = 100

Drift = Literal["rising", "falling", "with_us", "worse", "better", "none", "not_enough"]


@dataclass(frozen=True)
class PlaceExpected:
    """A touchpoint: shares of worse, as expected and better in the cell's score; verdicts are of the worse share."""

    place: Place
    cell: Cell


@dataclass(frozen=True)
class MonthExpected:
    """A month of the company; `score` None where too few answered."""

    month: date
    score: Score | None


@dataclass(frozen=True)
class Expected:
    """`drift`: "rising" when more answered worse than expected though recommendation did not fall clearly, "falling"
    when fewer did though it did not rise, "with_us" when both moved the same way; "worse" and "better" when there is
    no recommendation to hold it against. `then` None: nothing to compare."""

    company: Cell
    recommendation: Cell
    places: tuple[PlaceExpected, ...]
    months: tuple[MonthExpected, ...]
    spark: Sparkline
    drift: Drift
    against: Against
    then: Period | None


def load_expected(*, query: Query, today: date, minimum: int, structure: Structure) -> Expected:
    """Expectations of the query's period against its comparison, and month by month. Raises BadQuery.

    A fixed number of queries: four, with a segment five.
    """
    structure.check(query)
    query = replace(query, against=None) if query.against == "target" else query
    months = {month.isoformat(): Period(month, next_month(month)) for month in months_until(today, MONTHS)}
    compared = comparisons(query)
    windows = {NOW: query.period, **compared}
    reading = Reading(query, structure, minimum, values_of(query, {**windows, **months}))
    whole = reading.counts(metrics=[EXPECTATION, RECOMMENDATION], windows={**windows, **months})
    against = settle(query, whole)
    journey = structure.journey(query.journey)
    places = tuple(journey.touchpoints if journey else structure.places.values())
    of = metric(EXPECTATION)
    split = reading.counts(metrics=[EXPECTATION], windows=windows, places=places, by=["touchpoint_id"])
    seen = reading.disclosure(metrics=[EXPECTATION], windows=windows)
    company, recommendation = (_whole(whole, name, against, minimum) for name in (EXPECTATION, RECOMMENDATION))
    company, recommendation = as_family([company, recommendation])
    monthly = [(window.start, whole.get(EXPECTATION, name)) for name, window in months.items()]
    scores = _months(monthly, minimum)
    return Expected(
        company=company,
        recommendation=recommendation,
        places=_places(split, seen, places, against, minimum),
        months=scores,
        spark=sparkline(
            [month.score.value if month.score else None for month in scores],
            target=None,
            least_range=(of.limits[1] - of.limits[0]) / 10,
        ),
        drift=drift_of(company, recommendation),
        against=against,
        then=compared.get(against),
    )


def drift_of(expectation: Cell, recommendation: Cell) -> Drift:
    """What the change of "worse than expected" says beside the change of recommendation."""
    if expectation.verdict == "not_enough" or expectation.state != "measured":
        return "not_enough"
    if recommendation.verdict == "not_enough" and expectation.verdict in ("worse", "better"):
        return expectation.verdict
    if expectation.verdict == "worse":
        return "with_us" if recommendation.verdict == "worse" else "rising"
    if expectation.verdict == "better":
        return "with_us" if recommendation.verdict == "better" else "falling"
    return "none"


def _whole(read: Read, name: str, against: Against, minimum: int) -> Cell:
    return cells(metric(name), [Pair(read.get(name, NOW), read.get(name, against))], minimum=minimum)[0]


def _places(
    read: Read, seen: Disclosure, places: Sequence[Place], against: Against, minimum: int
) -> tuple[PlaceExpected, ...]:
    """Touchpoints where it was asked, those with the most disappointed first; too few come last."""
    of = metric(EXPECTATION)

    def told(window: str, place: Place) -> Histogram | None:
        return read.get(EXPECTATION, window, place.id) if seen.shows(EXPECTATION, window, [place]) else None

    pairs = [Pair(told(NOW, place), told(against, place)) for place in places]
    found = cells(of, pairs, minimum=minimum)
    rows = [PlaceExpected(place, cell) for place, cell in zip(places, found, strict=True) if cell.state != "empty"]
    return tuple(sorted(rows, key=lambda row: (row.cell.score is None, -(_worse(row.cell) or 0.0)))[:MOST_PLACES])


def _worse(cell: Cell) -> float | None:
    return cell.score.value if cell.score else None


def _months(counted: Sequence[tuple[date, Histogram | None]], minimum: int) -> tuple[MonthExpected, ...]:
    of = metric(EXPECTATION)
    none = np.zeros(of.bins, dtype=np.int64)
    scores = score_of_many(of, [none if histogram is None else histogram for _, histogram in counted])
    return tuple(
        MonthExpected(month, found if anonymity.enough(found.n, minimum=minimum) else None)
        for (month, _), found in zip(counted, scores, strict=True)
    )
