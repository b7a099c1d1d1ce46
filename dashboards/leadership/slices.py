"""The values of a dimension side by side: rows of units or segments, a column a measure."""

from collections.abc import Sequence
from dataclasses import dataclass

from cxplatform.stats.metrics import Metric
from cxplatform.stats.score import score_of_many
from dashboards.asked import Asked
from dashboards.cells import Cell, Pair, as_family, cells, pool, shown_groups
from dashboards.disclosure import Disclosure
from dashboards.goals import Goals
from dashboards.load import Counted, Histogram
from dashboards.measures import Measure, measure_of
from dashboards.reading import NOW
from dashboards.structure import JourneyOf, StageOf


@dataclass(frozen=True)
class SliceRow:
    value: str
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class SliceTable:
    """Columns are `measures`, or one measure by the `stages` of a journey. `hidden` is how many values are left out
    of `rows` because they are not among the most answered. `beside` is the value with which the others are compared,
    "" where the comparison is in time."""

    measures: tuple[Measure, ...]
    rows: tuple[SliceRow, ...]
    hidden: int = 0
    stages: tuple[StageOf, ...] = ()
    beside: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(stage.name for stage in self.stages) or tuple(str(measure.short) for measure in self.measures)


def slice_table(
    asked: Sequence[tuple[Measure, Metric]],
    values: Sequence[tuple[str, str]],
    counted: Counted,
    seen: Disclosure | None = None,
    *,
    then: str,
    goals: Goals,
    minimum: int,
    on_target: bool,
    beside: str | None = None,
    hidden: int = 0,
) -> SliceTable:
    """A table over (value, name) pairs; `counted` is split by value, with "" for everybody. Compared with `then`, or
    every value with the value `beside` in the same days.

    Small values are hidden, and the next smallest beside them where a subtraction would tell; of a part of the company
    `seen` says what of a value would tell on the rest of it.
    """
    table: list[Cell] = []
    for _, of in asked:
        now, before = (_shown(of, values, counted, window, minimum, seen) for window in (NOW, then))
        if beside is not None:
            before = {value: now[beside] for value, _ in values if value != beside and beside in now}
        goal = goals.company(of)
        pairs = [Pair(now=now.get(value), then=before.get(value), target=goal) for value, _ in values]
        everybody = cells(of, [Pair(counted.get(of.name, "now", ""), None)], minimum=minimum)[0]
        centre = everybody.score.value if everybody.score else None
        table += cells(of, pairs, minimum=minimum, on_target=on_target, compared=beside is not None, centre=centre)
    family = as_family(table, on_target=on_target)
    return SliceTable(
        measures=tuple(measure for measure, _ in asked),
        rows=tuple(
            SliceRow(value, name, tuple(family[place :: len(values)])) for place, (value, name) in enumerate(values)
        ),
        hidden=hidden,
        beside=beside or "",
    )


def stage_table(
    asked: Asked,
    journey: JourneyOf,
    values: Sequence[tuple[str, str]],
    counted: Counted,
    told: Disclosure | None,
    *,
    hidden: int,
) -> SliceTable:
    """The values of a dimension by the stages of a journey, in the page's metric: `counted` is split by touchpoint and
    value. Small values are hidden at each touchpoint, and a stage where any of its touchpoints is."""
    of, minimum, query = asked.metric, asked.reading.minimum, asked.query
    compare = query.compare.value if query.compare and query.compare.dimension == query.view else ""
    seen = {
        (window, place.id): shown_groups(
            {value: counted.get(of.name, window, place.id, value) for value, _ in values},
            counted.get(of.name, window, place.id, ""),
            minimum=minimum,
        )
        for window in {NOW, asked.against}
        for place in journey.touchpoints
    }

    def pooled(window: str, stage: StageOf, value: str) -> Histogram | None:
        if told and not told.shows(of.name, window, stage.touchpoints, value=value):
            return None
        return pool(of, [seen[window, place.id].get(value) for place in stage.touchpoints])

    pairs = []
    for value, _ in values:
        for stage in journey.stages:
            then = pooled(NOW, stage, compare) if compare else pooled(asked.against, stage, value)
            goal = asked.goals.stage(of, stage.id)
            pairs.append(Pair(pooled(NOW, stage, value), None if compare == value else then, goal))
    whole = asked.whole.get(of.name, NOW)
    centre = None if whole is None else score_of_many(of, [whole])[0].value
    found = cells(of, pairs, minimum=minimum, on_target=asked.on_target, compared=bool(compare), centre=centre)
    width = len(journey.stages)
    measure = measure_of(of)
    return SliceTable(
        measures=(measure,) if measure else (),
        rows=tuple(
            SliceRow(value, name, tuple(found[at * width : (at + 1) * width]))
            for at, (value, name) in enumerate(values)
        ),
        hidden=hidden,
        stages=journey.stages,
        beside=compare,
    )


def _shown(
    of: Metric,
    values: Sequence[tuple[str, str]],
    counted: Counted,
    window: str,
    minimum: int,
    seen: Disclosure | None,
) -> dict[str, Histogram]:
    groups = {value: counted.get(of.name, window, value) for value, _ in values}
    shown = shown_groups(groups, counted.get(of.name, window, ""), minimum=minimum)
    # Company-wide a value is weighed with its siblings alone; in a channel with what it is in the others too.
    return {value: one for value, one in shown.items() if not seen or seen.shows(of.name, window, None, value=value)}
