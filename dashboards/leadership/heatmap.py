"""Journeys by stages, or the values of a dimension by measures: cells of one view, judged together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cxplatform.stats.metrics import Metric
from cxplatform.stats.score import Score, score_of_many
from dashboards.cells import Cell, Pair, cells, pool
from dashboards.goals import Goals
from dashboards.leadership.coverage import RECENT_DAYS
from dashboards.leadership.signals import Signal, Signals
from dashboards.load import Histogram
from dashboards.reading import NOW
from dashboards.structure import JourneyOf, Place, StageOf

Counts = Mapping[int, Histogram | None]


@dataclass(frozen=True)
class Worst:
    """The touchpoint that pulls a stage down."""

    place: Place
    value: float


@dataclass(frozen=True)
class StageCell:
    """A stage's pooled score. `worst` is None when there is nothing to tell apart; `last` the newest answer, `stale`
    one over RECENT_DAYS days old; `signal` that of the stage's newest whole month, None where it is as ever."""

    stage: StageOf
    cell: Cell
    worst: Worst | None
    last: date | None
    stale: bool = False
    signal: Signal | None = None


@dataclass(frozen=True)
class Row:
    """A journey: one entry per column, None where the journey has no such stage."""

    journey: JourneyOf
    cells: tuple[StageCell | None, ...]


@dataclass(frozen=True)
class Heatmap:
    """`columns` are stage names where the journeys share them; else "" and each cell names its own stage."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Board:
    """Counts per touchpoint in the two windows, NOW and `against`; a hidden touchpoint is None. `tells` says whether a
    window's sum over some places may be told."""

    now: Counts
    then: Counts
    tells: Callable[[str, Sequence[Place]], bool]
    against: str

    def pool(self, of: Metric, places: Sequence[Place], target: float | None) -> Pair:
        """Several touchpoints' answers together, each once; hidden where they would tell on a small group."""
        now, then = (
            _sum(of, counts, places) if self.tells(window, [place for place in places if place.id in counts]) else None
            for window, counts in ((NOW, self.now), (self.against, self.then))
        )
        return Pair(now=now, then=then, target=target)


def heatmap(
    of: Metric,
    journeys: Sequence[JourneyOf],
    board: Board,
    *,
    goals: Goals,
    minimum: int,
    on_target: bool,
    compared: bool,
    centre: float | None,
    last: Mapping[int, date],
    today: date,
    signals: Signals,
) -> Heatmap:
    """The cells of all journeys, their verdicts controlled as one family."""
    stages = [stage for journey in journeys for stage in journey.stages]
    pairs = [board.pool(of, stage.touchpoints, goals.stage(of, stage.id)) for stage in stages]
    found = cells(of, pairs, minimum=minimum, on_target=on_target, compared=compared, centre=centre)
    known = {id: histogram for id, histogram in board.now.items() if histogram is not None}
    scores = dict(zip(known, score_of_many(of, list(known.values())), strict=True))
    since = today - timedelta(days=RECENT_DAYS - 1)
    newest = {
        stage.id: max((last[place.id] for place in stage.touchpoints if place.id in last), default=None)
        for stage in stages
    }
    by_stage = {
        stage.id: StageCell(
            stage=stage,
            cell=cell,
            worst=_worst(of, stage.touchpoints, board, scores, minimum) if cell.state == "measured" else None,
            last=newest[stage.id],
            stale=(newest[stage.id] or since) < since,
            signal=signals.stages.get(stage.id),
        )
        for stage, cell in zip(stages, found, strict=True)
    }
    columns = _columns(journeys)
    return Heatmap(
        columns=columns,
        rows=tuple(Row(journey, tuple(_placed(journey, columns, by_stage))) for journey in journeys),
    )


def _worst(
    of: Metric, places: Sequence[Place], board: Board, scores: Mapping[int, Score], minimum: int
) -> Worst | None:
    if len(places) < 2:
        return None
    scored = [
        (value, place)
        for place in places
        if place.id in scores and board.tells(NOW, [place])
        if (score := scores[place.id]).n >= minimum and (value := score.value) is not None
    ]
    if len(scored) < 2:
        return None
    value, place = (min if of.better == "higher" else max)(scored, key=lambda pair: pair[0])
    return Worst(place, value)


def _sum(of: Metric, counts: Counts, places: Sequence[Place]) -> Histogram | None:
    """The pool of some touchpoints; those without counts have none to add."""
    return pool(of, [counts[place.id] for place in places if place.id in counts])


def _columns(journeys: Sequence[JourneyOf]) -> tuple[str, ...]:
    names: list[str] = []
    for journey in journeys:
        at = 0
        for stage in journey.stages:
            if stage.name in names:
                at = names.index(stage.name) + 1
            else:
                names.insert(at, stage.name)
                at += 1
    longest = max((len(journey.stages) for journey in journeys), default=0)
    repeated = any(len({stage.name for stage in j.stages}) < len(j.stages) for j in journeys)
    # Journeys with names of their own for everything would make a table of empty corners.
    if repeated or len(names) > max(longest + 2, 1.4 * longest):
        return ("",) * longest
    return tuple(names)


def _placed(
    journey: JourneyOf, columns: Sequence[str], by_stage: Mapping[int, StageCell]
) -> Sequence[StageCell | None]:
    if columns and not columns[0]:
        mine = [by_stage[stage.id] for stage in journey.stages]
        return [*mine, *[None] * (len(columns) - len(mine))]
    named = {stage.name: by_stage[stage.id] for stage in journey.stages}
    return [named.get(column) for column in columns]
