"""What a link shows: the page's own sheets, fewer; never a customer, a customer's words, or who answers for what."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.http import QueryDict

from dashboards.leadership.page import Page, load_page
from dashboards.leadership.sheets import notes_of, page_sheets
from dashboards.leadership.tiles import Tile
from dashboards.models import ShareLink
from dashboards.out.document import Table, table
from dashboards.query import parse
from dashboards.sheets import Sheet

SCORES = "scores"
# Columns of people, and of what customers wrote; the chair is one customer's case.
_INSIDE = frozenset({"owner", "who", "by", "quote", "words", "customer", "case"})
_NEVER = frozenset({"chair"})
_COLUMNS, _ROWS = 40, 500
MOST_OPEN = 12  # a longer table is folded: beside it the other parts would not be found on a phone


@dataclass(frozen=True)
class Part:
    """A sheet as a table; `coloured` is the column that carries the colour scale, `levels` its step in each row."""

    sheet: Sheet
    table: Table
    coloured: int | None
    levels: tuple[int | None, ...]

    @property
    def rows(self) -> Sequence[tuple[tuple[str, ...], int | None]]:
        levels = self.levels or (None,) * len(self.table.rows)
        return list(zip(self.table.rows, levels, strict=False))

    @property
    def folded(self) -> bool:
        """Whether the table opens only when asked for."""
        return len(self.table.rows) > MOST_OPEN


@dataclass(frozen=True)
class Shared:
    """The sentence where it is shown, tiles where scores are, and the other parts as tables."""

    page: Page
    said: str
    tiles: tuple[Tile, ...]
    parts: tuple[Part, ...]
    notes: tuple[str, ...]


def page_of(link: ShareLink, *, today: date) -> Page:
    """The page that a link asks for. Raises BadQuery where something of it is no longer there."""
    return load_page(
        query=parse(QueryDict(link.query.lstrip("?")), today=today),
        today=today,
        tenant=link.tenant,
    )


def offered(page: Page) -> list[Sheet]:
    """The sheets of a page that may be shown outside the company."""
    return [outside(sheet) for sheet in page_sheets(page) if sheet.key not in _NEVER]


def outside(sheet: Sheet) -> Sheet:
    """The sheet without people's names and customers' words, and without columns that have nothing to show."""
    keys = [column.key for column in sheet.columns]
    filled = [any(row[place] is not None for row in sheet.rows) for place in range(len(keys))]
    kept = [key for key, has in zip(keys, filled, strict=True) if has and key not in _INSIDE]
    if kept == keys:
        return sheet
    less = sheet.only(kept)
    return replace(less, coloured=sheet.coloured, levels=sheet.levels) if sheet.coloured in kept else less


def shared(page: Page, keys: Collection[str]) -> Shared:
    """These parts of the page, and the sentence where its scores are among them."""
    sheets = [sheet for sheet in offered(page) if sheet.key in keys]
    return Shared(
        page=page,
        said="; ".join(phrase.text for phrase in page.sentence) if SCORES in keys else "",
        tiles=tuple(tile for tile in page.tiles if tile.cell.state != "empty") if SCORES in keys else (),
        parts=tuple(part_of(sheet) for sheet in sheets if sheet.key != SCORES),
        notes=notes_of(page),
    )


def part_of(sheet: Sheet) -> Part:
    """The sheet as a table of the page."""
    made = table(sheet, columns=_COLUMNS, rows=_ROWS)
    kept = [column.key for column in sheet.columns if not (column.low_of or column.high_of)]
    coloured = kept.index(sheet.coloured) if sheet.coloured in kept else None
    return Part(sheet, made, coloured, sheet.levels if coloured is not None else ())
