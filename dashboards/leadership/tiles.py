"""The row of tiles: each measure of the whole company (or journey), honestly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from cxplatform.stats.metrics import Metric
from cxplatform.stats.score import Estimate, Score, score_of_many
from cxplatform.stats.sparkline import Sparkline, sparkline
from dashboards.cells import Cell, Pair, as_family, cells
from dashboards.load import Histogram
from dashboards.measures import MEASURES, Measure
from dashboards.query import Query


@dataclass(frozen=True)
class Tile:
    """A measure with its cell; `months` are (month, score or None), oldest first; `beside` named quantities. `monthly`
    are the same months with interval and n; `customers` about how many gave the answers, where clearly fewer;
    `newest` the day of the newest answer, None where it is not known of just these answers."""

    measure: Measure
    metric: Metric
    cell: Cell
    months: tuple[tuple[date, float | None], ...]
    spark: Sparkline
    beside: Mapping[str, Estimate]
    monthly: tuple[tuple[date, Score | None], ...] = ()
    customers: int | None = None
    newest: date | None = None


@dataclass(frozen=True)
class Series:
    """What a tile is made of: counts now, then and by month (None = hidden)."""

    measure: Measure
    metric: Metric
    pair: Pair
    months: Mapping[date, Histogram | None]


def tiles(of: Sequence[Series], *, minimum: int, on_target: bool, compared: bool = False) -> list[Tile]:
    """Tiles in the order given, their verdicts controlled as one family."""
    family = as_family(
        [cells(s.metric, [s.pair], minimum=minimum, on_target=on_target, compared=compared)[0] for s in of],
        on_target=on_target,
    )
    return [_tile(series, cell, minimum) for series, cell in zip(of, family, strict=True)]


def with_ages(tiles: Sequence[Tile], newest: Mapping[str, date], *, query: Query, today: date) -> tuple[Tile, ...]:
    """Tiles that say when their metric was answered last: where the period goes on and the answers are not of one
    channel, unit or group alone, of which that day is not read."""
    if query.period.end <= today or query.channel or query.segment or query.own_units:
        return tuple(tiles)
    return tuple(replace(tile, newest=newest.get(tile.metric.name)) for tile in tiles)


def worth_showing(key: str, answers: int) -> bool:
    """The first four measures always have a tile, empty or not; the others when they were asked."""
    return bool(answers) or key in list(MEASURES)[:4]


def _tile(series: Series, cell: Cell, minimum: int) -> Tile:
    days = list(series.months)
    known = [(day, histogram) for day, histogram in series.months.items() if histogram is not None]
    scores: dict[date, Score | None] = dict.fromkeys(days)
    for (day, _), score in zip(known, score_of_many(series.metric, [h for _, h in known]), strict=True):
        scores[day] = score if score.n >= minimum else None
    values = {day: found.value if found else None for day, found in scores.items()}
    least, greatest = series.metric.limits
    return Tile(
        measure=series.measure,
        metric=series.metric,
        cell=cell,
        months=tuple(values.items()),
        spark=sparkline(list(values.values()), target=cell.target, least_range=(greatest - least) / 20),
        beside=cell.score.beside if cell.score else {},
        monthly=tuple(scores.items()),
    )
