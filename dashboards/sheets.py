"""A panel as a table with what a chart of it needs: what XLSX, PPTX, CSV and print are made from.

A sheet holds what may be shown, nothing else: a small group's figures are not in it, not even hidden.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

Value = str | int | float | date | None
Kind = Literal["text", "count", "score", "percent", "points", "money", "date", "month"]
"""What a column holds. A percent is 0-100, as on the page; points are a difference, shown with their sign; money is in
the tenant's or the series' own currency; a month is its first day."""


@dataclass(frozen=True)
class Column:
    """`name` in the reader's language. Of the interval of column x the ends are two columns, `low_of` and `high_of` x;
    `n_of` x is the number of answers (or cases) behind it, `unit_of` x its unit where rows have
    different ones. Each names x by its key. `less` (a, b) are the keys of two
    columns whose difference a - b this one is: a spreadsheet works it out itself, again when one of them is changed."""

    key: str
    name: str
    kind: Kind = "text"
    low_of: str = ""
    high_of: str = ""
    n_of: str = ""
    unit_of: str = ""
    less: tuple[str, str] | None = None


@dataclass(frozen=True)
class Formula:
    """A cell of a last row, worked out by the spreadsheet itself: `of` the column, `how` over its rows. Those of one
    name stand in one row."""

    of: str
    how: Literal["sum", "average", "min", "max"]
    name: str


@dataclass(frozen=True)
class Chart:
    """`x` is the column of the categories, `y` the columns of the values; a `target` line is drawn where there is."""

    kind: Literal["column", "bar", "line", "stacked"]
    x: str
    y: tuple[str, ...]
    target: float | None = None


@dataclass(frozen=True)
class Sheet:
    """`rows` are values in the order of `columns`, None = nothing to show (not measured, or too few). `notes` are
    sentences that must go wherever the figures go: the period, what is compared, what is hidden. `levels` are the
    steps of the colour scale (-4 to 4, None = no colour) of the column `coloured`, a row each. `links`, a row each too,
    are whole addresses by the key of the column whose value leads there; "" = nowhere."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Value, ...]]
    chart: Chart | None = None
    formulas: tuple[Formula, ...] = ()
    notes: tuple[str, ...] = field(default=())
    coloured: str = ""
    levels: tuple[int | None, ...] = ()
    links: Sequence[Mapping[str, str]] = ()

    def __post_init__(self) -> None:
        keys = [column.key for column in self.columns]
        if twice := {key for key in keys if keys.count(key) > 1}:
            raise ValueError(f"{self.key}: two columns are called {', '.join(sorted(twice))}")
        named = [key for column in self.columns for key in _ties(column) if key]
        named += [key for column in self.columns for key in column.less or ()]
        named += [self.chart.x, *self.chart.y] if self.chart else []
        named += {key for links in self.links for key in links}
        named += [formula.of for formula in self.formulas] + ([self.coloured] if self.coloured else [])
        if unknown := set(named) - set(keys):
            raise ValueError(f"{self.key}: there is no column {', '.join(sorted(unknown))}")
        if any(len(row) != len(keys) for row in self.rows):
            raise ValueError(f"{self.key}: a row has not as many values as there are columns ({len(keys)})")
        if self.links and len(self.links) != len(self.rows):
            raise ValueError(f"{self.key}: there must be links for each row, or none at all")
        if self.levels and len(self.levels) != len(self.rows):
            raise ValueError(f"{self.key}: there must be a level for each row, or none at all")

    def place(self, key: str) -> int:
        """Where a column stands. Raises ValueError for one that is not there."""
        return [column.key for column in self.columns].index(key)

    def link(self, row: int, place: int) -> str:
        """Where a cell leads; "" nowhere."""
        return self.links[row].get(self.columns[place].key, "") if self.links else ""

    def newest(self, rows: int) -> "Sheet":
        """The last `rows` rows alone."""
        return replace(self, rows=self.rows[-rows:], levels=self.levels[-rows:], links=self.links[-rows:])

    def only(self, keys: Sequence[str]) -> "Sheet":
        """The same with these columns alone, in this order, where it has them; without chart, colours and last rows."""
        places = [place for key in keys for place, column in enumerate(self.columns) if column.key == key]
        return replace(
            self,
            columns=tuple(_freed(self.columns[place], keys) for place in places),
            rows=[tuple(row[place] for place in places) for row in self.rows],
            chart=None,
            formulas=(),
            coloured="",
            levels=(),
        )


def _ties(column: Column) -> tuple[str, ...]:
    return (column.low_of, column.high_of, column.n_of, column.unit_of)


def _freed(column: Column, keys: Sequence[str]) -> Column:
    """The column without its ties to columns that are not among `keys`."""
    low, high, n, unit = (key if key in keys else "" for key in _ties(column))
    less = column.less if column.less and set(column.less) <= set(keys) else None
    return replace(column, low_of=low, high_of=high, n_of=n, unit_of=unit, less=less)
