"""The values of a dimension side by side: rows of units or segments, a column a measure."""

from collections.abc import Sequence
from dataclasses import dataclass

from cxplatform.stats.metrics import Metric
from dashboards.cells import Cell, Pair, as_family, cells, shown_groups
from dashboards.goals import Goals
from dashboards.load import Counted
from dashboards.measures import Measure


@dataclass(frozen=True)
class SliceRow:
    value: str
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class SliceTable:
    """`hidden` is how many values are left out of `rows` because they are not among the most answered."""

    measures: tuple[Measure, ...]
    rows: tuple[SliceRow, ...]
    hidden: int = 0


def slice_table(
    asked: Sequence[tuple[Measure, Metric]],
    values: Sequence[tuple[str, str]],
    counted: Counted,
    *,
    then: str,
    goals: Goals,
    minimum: int,
    on_target: bool,
    hidden: int = 0,
) -> SliceTable:
    """A table over (value, name) pairs; `counted` is split by value, with "" for everybody.

    Small values are hidden, and the next smallest beside them where a subtraction would tell.
    """
    table: list[Cell] = []
    for _, of in asked:
        now, before = (_shown(of, values, counted, window, minimum) for window in ("now", then))
        goal = goals.company(of)
        pairs = [Pair(now=now.get(value), then=before.get(value), target=goal) for value, _ in values]
        everybody = cells(of, [Pair(counted.get(of.name, "now", ""), None)], minimum=minimum)[0]
        centre = everybody.score.value if everybody.score else None
        table += cells(of, pairs, minimum=minimum, on_target=on_target, centre=centre)
    family = as_family(table, on_target=on_target)
    return SliceTable(
        measures=tuple(measure for measure, _ in asked),
        rows=tuple(
            SliceRow(value, name, tuple(family[place :: len(values)])) for place, (value, name) in enumerate(values)
        ),
        hidden=hidden,
    )


def _shown(of: Metric, values: Sequence[tuple[str, str]], counted: Counted, window: str, minimum: int):  # type: ignore[no-untyped-def]
    groups = {value: counted.get(of.name, window, value) for value, _ in values}
    return shown_groups(groups, counted.get(of.name, window, ""), minimum=minimum)
