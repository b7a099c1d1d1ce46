"""A case worked out: its scenarios, and how far each figure alone moves the result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dashboards.cases import formulas
from dashboards.cases.formulas import Floats
from dashboards.cases.inputs import SCENARIOS, End, Input
from dashboards.cases.model import Line, Model

Ends = Mapping[str, End]


@dataclass(frozen=True)
class Worked:
    """Every line of every run: `(key, year)` to the runs' values; a figure that is not by year has the year 0."""

    model: Model
    cells: Mapping[tuple[str, int], Floats]

    def get(self, key: str, run: int, year: int = 0) -> float | None:
        """One cell; None where a figure that it rests on is not known."""
        found = float(self.cells[key, year][run])
        return None if np.isnan(found) else found

    def over(self, key: str, run: int) -> list[float | None]:
        """A line's years of one run."""
        return [self.get(key, run, year) for year in range(self.model.years + 1)]


@dataclass(frozen=True)
class Swing:
    """What the net present value would be with one figure at either end of its range, the others at their base."""

    of: Input
    low: float
    high: float

    @property
    def width(self) -> float:
        return abs(self.high - self.low)


@dataclass(frozen=True)
class Results:
    """`runs` holds the three scenarios in the order of SCENARIOS, then two runs for each swing."""

    model: Model
    worked: Worked
    runs: tuple[Ends, ...]
    swings: tuple[Swing, ...]

    def total(self, key: str, scenario: str = "base") -> float | None:
        return self.worked.get(key, place_of(scenario))

    def payback(self, scenario: str = "base") -> float | None:
        """Years until what was spent has come back, None where it does not within the case's years."""
        found = self.total("payback", scenario)
        return None if found is None or found < 0 else found

    @property
    def counted(self) -> bool:
        """Whether anything at all is counted: a cost that is told, or a benefit whose figures are all known."""
        costs = any(self.total("total_costs", scenario) for scenario in SCENARIOS)
        return costs or any(not self.model.missing(line) for line in self.model.benefits())

    @property
    def base_npv(self) -> float:
        return self.total("npv") or 0.0

    @property
    def uncounted(self) -> tuple[tuple[Line, tuple[Input, ...]], ...]:
        """Benefits that are left out, each with the figures that are not known."""
        return tuple((line, gaps) for line in self.model.benefits() if (gaps := self.model.missing(line)))


def place_of(scenario: str) -> int:
    """The run of a scenario."""
    return list(SCENARIOS).index(scenario)


def place_of_run(number: int) -> int:
    """Where the runs of the swings stand: after the scenarios."""
    return len(SCENARIOS) + number


def results(model: Model) -> Results:
    """All scenarios and swings, worked out in one go."""
    ranging = [each for each in model.inputs if each.ranges]
    scenarios: list[Ends] = [{each.key: each.end_of(scenario) for each in model.inputs} for scenario in SCENARIOS]
    singles: list[Ends] = [{each.key: end} for each in ranging for end in ("low", "high")]  # type: ignore[misc]
    runs = (*scenarios, *singles)
    worked = work_out(model, figures_of(model.inputs, runs))
    npv = worked.cells["npv", 0]
    swings = [
        Swing(each, float(npv[place_of_run(2 * place)]), float(npv[place_of_run(2 * place + 1)]))
        for place, each in enumerate(ranging)
    ]
    order = sorted(swings, key=lambda swing: (-round(swing.width, 2), swing.of.title))
    return Results(model, worked, runs, tuple(order))


def figures_of(inputs: Sequence[Input], runs: Sequence[Ends]) -> dict[str, Floats]:
    """Each input's figure in each run: the base where a run does not name its end, nan where it is not known."""

    def figure(each: Input, run: Ends) -> Any:
        told = each.at(run.get(each.key, "base"))
        return np.nan if told is None else told

    return {each.key: np.array([figure(each, run) for run in runs], dtype=float) for each in inputs}


def work_out(model: Model, figures: Mapping[str, Floats]) -> Worked:
    """Every line over all runs at once. `figures` as `figures_of` gives them."""
    cells: dict[tuple[str, int], Floats] = {}
    size = len(next(iter(figures.values())))

    def formula(line: Line, year: int) -> Floats:
        def at(name: str, back: int) -> Any:
            if name == formulas.YEAR:
                return float(year)
            if name in figures:
                return figures[name]
            other = model.by_key[name]
            # A figure of the end reads a line of its last year.
            place = 0 if other.once else model.years if line.once else year + back
            return cells[name, place]

        def total(name: str) -> Floats:
            return np.sum([cells[name, each] for each in range(model.years + 1)], axis=0)

        found = np.broadcast_to(formulas.value(line.of_year(year), at=at, total=total), (size,))
        if not (keys := model.waits_for.get(line.key)):
            return found
        known = ~np.any([np.isnan(figures[key]) for key in keys], axis=0)
        return np.where(known, found, np.nan if line.guard == "blank" else 0.0)

    # By year within the lines that have years: a line reads its own year before, and others of its own year.
    yearly = [line for line in model.lines if not line.once]
    before = [line for line in model.lines if line.once and line.group == "derived"]
    after = [line for line in model.lines if line.once and line.group != "derived"]
    for line in before:
        cells[line.key, 0] = formula(line, 0)
    for year in range(model.years + 1):
        for line in yearly:
            cells[line.key, year] = formula(line, year)
    for line in after:
        cells[line.key, 0] = formula(line, 0)
    return Worked(model, cells)
