"""The case worked out in rows of a spreadsheet, one figure of each at one end of its range."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from dashboards.cases import formulas
from dashboards.cases.inputs import Input
from dashboards.cases.model import Line, Model

FIRST_ROW = 4
_ROW = "§"
"""Stands for the row's number in a formula: it is written once and used on every row."""


@dataclass(frozen=True)
class Runs:
    """Columns: the run's name, every figure, every line of every year."""

    model: Model
    inputs: Mapping[str, int]
    places: Mapping[tuple[str, int], int]
    order: tuple[tuple[Input, Literal["low", "high"]], ...]

    @property
    def heads(self) -> tuple[str, ...]:
        return ("", *self.inputs, *(f"{key} {year}" for key, year in self.places))

    def row(self, number: int) -> int:
        return FIRST_ROW + number

    def figures(self, varied: Input, end: str) -> Iterator[tuple[int, Input, str]]:
        """The figures of a row: (column, figure, formula)."""
        for each in self.model.inputs:
            name = f"{each.key}_{end if each is varied else 'base'}"
            yield self.inputs[each.key], each, f'=IF(ISNUMBER({name}),{name},"")'

    def lines(self, row: int) -> Iterator[tuple[int, Line, int, str]]:
        """The lines of a row: (column, line, year, formula)."""
        number = str(row + 1)
        for place, line, year, text in self._templates:
            yield place, line, year, text.replace(_ROW, number)

    def npv_of(self, varied: Input, end: str) -> str:
        """The cell of a run's net present value."""
        number = next(place for place, run in enumerate(self.order) if run == (varied, end))
        return address(self.row(number), self.places["npv", 0])

    @cached_property
    def _templates(self) -> tuple[tuple[int, Line, int, str], ...]:
        cells = {key: _column(place) for key, place in self.inputs.items()}
        columns = {key: _column(place) for key, place in self.places.items()}
        years = self.model.years

        def span(key: str) -> str:
            return f"{columns[key, 0]}:{columns[key, years]}"

        def text(line: Line, year: int) -> str:
            def at(key: str, back: int) -> str:
                if key == formulas.YEAR:
                    return str(year)
                if key in cells:
                    return cells[key]
                return columns[key, 0 if self.model.by_key[key].once else years if line.once else year + back]

            written = formulas.written(line.of_year(year), at=at, span=span)
            return f"={guarded(written, line, self.model, cells.__getitem__)}"

        return tuple(
            (place, self.model.by_key[key], year, text(self.model.by_key[key], year))
            for (key, year), place in self.places.items()
        )


def runs_of(model: Model) -> Runs:
    """The runs of a case, two for each figure that has a range, in the order in which they were worked out."""
    inputs = {each.key: place for place, each in enumerate(model.inputs, start=1)}
    keys = [(line.key, year) for line in model.lines for year in ((0,) if line.once else range(model.years + 1))]
    places = {key: place for place, key in enumerate(keys, start=1 + len(inputs))}
    ends: tuple[Literal["low", "high"], ...] = ("low", "high")
    return Runs(model, inputs, places, tuple((each, end) for each in model.inputs if each.ranges for end in ends))


def address(row: int, place: int, *, fixed: bool = False, fixed_row: bool = False) -> str:
    """A cell as A1, $A$1 or A$1."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(row, place, row_abs=fixed or fixed_row, col_abs=fixed))


def guarded(text: str, line: Line, model: Model, at: Callable[[str], str]) -> str:
    """The formula with what it is while a figure that it waits for is not known."""
    if not (keys := model.waits_for.get(line.key)):
        return text
    cells = ",".join(at(key) for key in keys)
    return f"IF(COUNT({cells})<{len(keys)},{'0' if line.guard == 'zero' else chr(34) * 2},{text})"


def _column(place: int) -> str:
    return address(0, place)[:-1] + _ROW
