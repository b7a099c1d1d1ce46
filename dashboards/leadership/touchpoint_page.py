"""A touchpoint's answers: now and then, by channel, spread over the scale, month by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db.models import Count, Max, Min

from cxplatform.stats import anonymity
from cxplatform.stats.metrics import Metric, metric, value_of
from cxplatform.stats.score import score_of_many
from dashboards.asked import Asked, settle_query, values_of
from dashboards.cells import Cell, Pair, cells
from dashboards.choices import Chosen, load_choices
from dashboards.leadership.place_rows import channel_columns, channel_pairs
from dashboards.load import Histogram, last_answered
from dashboards.measures import measure_of
from dashboards.periods import Period, months_until, next_month
from dashboards.query import Query
from dashboards.reading import NOW, Reading
from dashboards.structure import Place, StageOf
from surveys.models import MonthlyCount
from surveys.questionnaire.screen import Voice

TREND_MONTHS = 24
MOST_BARS = 11


@dataclass(frozen=True)
class Bar:
    """Answers of one step of the scale: `share` is per cent of all answers. `side` is good, bad, middle or out."""

    label: str
    count: int
    share: float
    side: str


@dataclass(frozen=True)
class Month:
    """A month of the trend; everything is None where too few answered."""

    month: date
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int | None = None


@dataclass(frozen=True)
class ToldMonths:
    """Months of a metric that were brought in as counts; `metric` may be another scale than the page's."""

    metric: Metric
    months: int
    first: date
    last: date


@dataclass(frozen=True)
class PlacePage:
    """`stages` are those the touchpoint serves; `bars` is empty unless the cell is measured."""

    asked: Asked
    place: Place
    stages: tuple[StageOf, ...]
    cell: Cell
    bars: tuple[Bar, ...]
    channels: tuple[tuple[str, Cell], ...]
    months: tuple[Month, ...]
    last: date | None
    choices: tuple[Chosen, ...] = ()
    told: tuple["ToldMonths", ...] = ()


def load_place(*, slug: str, query: Query, today: date, minimum: int, voice: Voice | None = None) -> PlacePage | None:
    """A touchpoint's page, in a fixed number of queries; None when there is no such touchpoint.

    Free choices are read when there is a `voice` to word them in.
    """
    asked = settle_query(query, minimum=minimum)
    place = next((place for place in asked.structure.places.values() if place.slug == slug), None)
    if place is None:
        return None
    of = asked.metric
    months = {month.isoformat(): Period(month, next_month(month)) for month in months_until(today, TREND_MONTHS)}
    reading = Reading(
        query, asked.structure, minimum, values_of(query, {**asked.windows, **months}), asked.reading.baseline
    )
    read = reading.counts(metrics=[of.name], windows={**asked.windows, **months}, places=[place])
    split = reading.counts(metrics=[of.name], windows=asked.windows, places=[place], by=["touchpoint_id", "channel_id"])
    now = read.get(of.name, NOW) if asked.tells(NOW, [place]) else None
    seen = reading.disclosure(metrics=[of.name], windows=months)
    target = asked.goals.touchpoint(of, place.id)
    columns = channel_columns(split, asked)
    found = cells(
        of,
        [
            Pair(now, read.get(of.name, asked.against) if asked.tells(asked.against, [place]) else None, target),
            *channel_pairs(asked, split, place, list(columns)),
        ],
        minimum=minimum,
        on_target=asked.on_target,
        compared=asked.compared,
    )
    return PlacePage(
        asked=asked,
        place=place,
        stages=tuple(stage for stage in asked.structure.stages() if place in stage.touchpoints),
        cell=found[0],
        bars=_bars(of, now) if found[0].state == "measured" and now is not None else (),
        channels=tuple(zip(columns.values(), found[1:], strict=True)),
        months=_months(
            of,
            [
                (month.start, read.get(of.name, name) if seen.shows(of.name, name, [place]) else None)
                for name, month in months.items()
            ],
            minimum,
        ),
        last=last_answered([place.id]).get(place.id),
        choices=_choices(reading, asked, place, voice) if voice else (),
        told=_told(of, place),
    )


def _choices(reading: Reading, asked: Asked, place: Place, voice: Voice) -> tuple[Chosen, ...]:
    def target(of: Metric) -> float | None:
        return asked.goals.touchpoint(of, place.id)

    return tuple(load_choices(reading, period=asked.query.period, places=[place], voice=voice, target=target))


def _told(of: Metric, place: Place) -> tuple[ToldMonths, ...]:
    measure = measure_of(of)
    rows = (
        MonthlyCount.objects.filter(touchpoint_id=place.id, metric__in=measure.metrics if measure else (of.name,))
        .values("metric")
        .annotate(months=Count("month", distinct=True), first=Min("month"), last=Max("month"))
        .order_by("metric")
    )
    return tuple(ToldMonths(metric(row["metric"]), row["months"], row["first"], row["last"]) for row in rows)


def _months(of: Metric, counted: Sequence[tuple[date, Histogram | None]], minimum: int) -> tuple[Month, ...]:
    none = np.zeros(of.bins, dtype=np.int64)
    scores = score_of_many(of, [none if histogram is None else histogram for _, histogram in counted])
    return tuple(
        Month(month, score.value, score.low, score.high, score.n)
        if anonymity.enough(score.n, minimum=minimum)
        else Month(month)
        for (month, _), score in zip(counted, scores, strict=True)
    )


def _bars(of: Metric, histogram: Histogram) -> tuple[Bar, ...]:
    """A bar a step of the scale; a scale of pairs ("first contact" x "as expected") by its named parts."""
    labels = of.choices or [str(value_of(of, place)) for place in range(of.bins)]
    steps: list[tuple[str, tuple[int, ...]]] = [(label, (place,)) for place, label in enumerate(labels)]
    if of.bins > MOST_BARS:
        steps = [*((part, of.parts[part]) for part in of.bar), ("outside", of.outside)]
    everybody = int(histogram.sum())
    return tuple(
        Bar(label=label, count=count, share=100 * count / everybody, side=side_of(of, places[0]))
        for label, places in steps
        if places
        for count in [int(histogram[list(places)].sum())]
    )


def side_of(of: Metric, place: int) -> str:
    """Whether a bin is on the good or the bad side for the customer, in the middle, or outside the denominator."""
    normal = of.normal[place]
    if normal is None:
        return "out"
    if of.net:
        return "good" if place in of.parts[of.net[0]] else "bad" if place in of.parts[of.net[1]] else "middle"
    return "good" if normal > 50 else "bad" if normal < 50 else "middle"
