"""What goes out: sheets with the words that go with them, whatever file they become."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from cxplatform.tenancy import numbers
from cxplatform.tenancy.colours import accent
from cxplatform.tenancy.models import Tenant
from dashboards.leadership.page import Page
from dashboards.leadership.sheets import notes_of, page_sheets
from dashboards.sheets import Kind, Sheet, Value

# What XML cannot hold: an office file with one of these in it does not open.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SHORT = 3  # letters of a unit that can stand after each number


@dataclass(frozen=True)
class Document:
    """`said` is the sentence to read aloud, "" where there is none. `colour` (#rrggbb) is readable on white."""

    company: str
    title: str
    said: str
    notes: tuple[str, ...]
    sheets: tuple[Sheet, ...]
    colour: str


@dataclass(frozen=True)
class Table:
    """A sheet as people read it: score and interval in one cell, every value in words. `numeric` by column.

    `links`: where each cell leads, as `rows`.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    links: tuple[tuple[str, ...], ...] = ()

    @property
    def cells(self) -> tuple[tuple[tuple[str, bool], ...], ...]:
        """Rows of (text, whether it is a number), for a template."""
        return tuple(tuple(zip(row, self.numeric, strict=True)) for row in self.rows)

    @property
    def labelled(self) -> tuple[tuple[tuple[str, str, bool], ...], ...]:
        """Rows of (heading, text, whether it is a number), for a table whose rows stack on a narrow screen."""
        return tuple(tuple(zip(self.heads, row, self.numeric, strict=True)) for row in self.rows)

    @property
    def headings(self) -> tuple[tuple[str, bool], ...]:
        """(name, whether it heads numbers), for a template."""
        return tuple(zip(self.heads, self.numeric, strict=True))

    @property
    def lines(self) -> tuple[str, ...]:
        """Each row as one line that can be read aloud: "NPS: Score 42.0 (39.1…44.9), n 412"."""
        return tuple(
            f"{row[0]}: {', '.join(f'{head} {cell}' for head, cell in zip(self.heads[1:], row[1:], strict=True))}"
            if len(row) > 1
            else row[0]
            for row in self.rows
        )


def document(
    *, tenant: Tenant, title: str, sheets: Sequence[Sheet], said: str = "", notes: Sequence[str] = ()
) -> Document:
    """A document of the tenant's colours."""
    colour = accent(tenant.brand_colour).light
    return Document(
        clean(tenant.name), clean(title), clean(said), tuple(map(clean, notes)), tuple(map(_whole, sheets)), colour
    )


def _whole(sheet: Sheet) -> Sheet:
    """The sheet without characters that would break a file."""
    return replace(
        sheet,
        title=clean(sheet.title),
        columns=tuple(replace(column, name=clean(column.name)) for column in sheet.columns),
        rows=[tuple(clean(value) if isinstance(value, str) else value for value in row) for row in sheet.rows],
        notes=tuple(map(clean, sheet.notes)),
    )


def clean(text: str) -> str:
    return _CONTROL.sub("", str(text))


def leadership_document(page: Page, *, title: str) -> Document:
    """The whole leadership page, in the language that is on."""
    said = "; ".join(phrase.text for phrase in page.sentence)
    return document(
        tenant=page.scene.tenant,
        title=title,
        sheets=page_sheets(page),
        said=f"{said}." if said else "",
        notes=notes_of(page),
    )


def table(sheet: Sheet, *, columns: int, rows: int) -> Table:
    """The first `columns` columns, after intervals have joined their scores, and the first `rows` rows."""
    beside = {
        (key, kind): place
        for place, column in enumerate(sheet.columns)
        for kind, key in (("low", column.low_of), ("high", column.high_of), ("unit", column.unit_of))
        if key
    }
    kept = [place for place in range(len(sheet.columns)) if place not in beside.values()][:columns]

    def cell(row: tuple[Value, ...], place: int) -> str:
        key, kind = sheet.columns[place].key, sheet.columns[place].kind
        low, high, unit = (row[beside[key, of]] if (key, of) in beside else None for of in ("low", "high", "unit"))
        # Points are the unit that goes without saying.
        text = with_unit(row[place], kind, unit if isinstance(unit, str) and len(unit) <= _SHORT else "")
        if low is None or high is None or row[place] is None:
            return text
        return f"{text} ({shown(low, 'score')}…{shown(high, 'score')})"

    return Table(
        heads=tuple(sheet.columns[place].name for place in kept),
        rows=tuple(tuple(cell(row, place) for place in kept) for row in sheet.rows[:rows]),
        numeric=tuple(sheet.columns[place].kind not in ("text", "date", "month") for place in kept),
        links=tuple(tuple(sheet.link(row, place) for place in kept) for row in range(len(sheet.rows[:rows]))),
    )


def with_unit(value: Value, kind: Kind, unit: str) -> str:
    """A value with the unit that stands in a column beside it."""
    if unit == "%" and isinstance(value, int | float):
        return shown(value, "percent")
    text = shown(value, kind)
    return f"{text} {unit}".strip() if value is not None else text


def shown(value: Value, kind: Kind) -> str:
    """A value as people read it in the language that is on; a dash for nothing."""
    if value is None or value == "":
        return "–"
    if isinstance(value, str):
        return value
    if isinstance(value, date) and kind == "month":
        return f"{value.month}/{value.year}"
    if isinstance(value, date):
        return numbers.day(value.date() if isinstance(value, datetime) else value)
    if kind == "count":
        return numbers.count(round(value))
    if kind == "percent":
        return numbers.per_cent(value, decimals=1)
    text = numbers.number(value, decimals=0 if kind == "money" else 1)
    return f"+{text}" if kind == "points" and value > 0 else text
