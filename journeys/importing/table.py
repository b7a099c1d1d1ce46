"""A table out of an uploaded file, xlsx or csv as offices write them: its sheets, its header, its rows of cells."""

import csv
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 200
MOST_UNPACKED = 300 * 1024 * 1024
_LONGEST_CELL = 10_000
# A title, a date and an empty line may stand above the header.
_HEADER_WITHIN = 15

# What zipfile, the XML parser and openpyxl raise at bytes that are not what they say.
_DAMAGED = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    OSError,
    EOFError,
    SyntaxError,
    RuntimeError,
)

Cell = str | int | float | bool | date | datetime | time | None


class TableError(Exception):
    """The file cannot be read as a table; the text is for whoever uploaded it."""


@dataclass(frozen=True)
class Table:
    """`columns` are the names in the header, some empty or alike; `first` is the file's number of the first row."""

    sheets: tuple[str, ...]
    sheet: str
    columns: tuple[str, ...]
    first: int
    data: bytes

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """Rows below the header with their number in the file, as wide as the header; empty ones are passed over.

        Raises TableError past 200,000 rows.
        """
        width, count = len(self.columns), 0
        for number, cells in _lines(self.data, self.sheet):
            if number < self.first or not _filled(cells):
                continue
            count += 1
            if count > MOST_ROWS:
                raise TableError(_("The file has over 200,000 rows. Send it in parts."))
            yield number, [*cells[:width], *[None] * (width - len(cells))]


def open_table(data: bytes, *, sheet: str = "") -> Table:
    """Read what the file holds. Without a `sheet` it is the first one with a table. Raises TableError.

    Cells of formulas give the value the office program last saved; nothing is ever calculated here.
    """
    if len(data) > MOST_BYTES:
        raise TableError(_("The file is over 20 MB. Send it in parts."))
    sheets = _sheets(data)
    if sheet and sheet not in sheets:
        raise TableError(_("The file has no such sheet."))
    for name in [sheet] if sheet else sheets:
        found = _header(data, name)
        if found:
            number, columns = found
            return Table(sheets if len(sheets) > 1 else (), name, columns, number + 1, data)
    raise TableError(_("The file is empty: no header of columns was found."))


def _sheets(data: bytes) -> tuple[str, ...]:
    if not data:
        raise TableError(_("The file is empty: no header of columns was found."))
    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise TableError(_("This is an old .xls file, or one with a password. Save it as .xlsx or .csv without one."))
    if not _is_zip(data):
        return ("",)
    _check_zip(data)
    book = _book(data)
    try:
        return tuple(sheet.title for sheet in book.worksheets)
    finally:
        book.close()


def _is_zip(data: bytes) -> bool:
    return data[:4] == b"PK\x03\x04"


def _check_zip(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
    except _DAMAGED as error:
        raise TableError(_("The file is damaged: it cannot be opened as .xlsx.")) from error
    if sum(part.file_size for part in parts) > MOST_UNPACKED or len(parts) > 2_000:
        raise TableError(_("The file unpacks to more than 300 MB. Send it in parts, or as .csv."))
    if any(part.flag_bits & 1 for part in parts):
        raise TableError(_("This is an old .xls file, or one with a password. Save it as .xlsx or .csv without one."))


def _book(data: bytes) -> Any:
    try:
        return load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    except _DAMAGED as error:
        raise TableError(_("The file is damaged: it cannot be opened as .xlsx.")) from error


def _lines(data: bytes, sheet: str) -> Iterator[tuple[int, list[Cell]]]:
    return _sheet_lines(data, sheet) if _is_zip(data) else _text_lines(data)


def _sheet_lines(data: bytes, name: str) -> Iterator[tuple[int, list[Cell]]]:
    book = _book(data)
    try:
        sheet = book[name]
        # What a file says of its own size may be wrong, or meant to be.
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), start=1):
            yield number, [_cut(cell) for cell in cells]
    except _DAMAGED as error:
        raise TableError(_("The file is damaged: it cannot be opened as .xlsx.")) from error
    finally:
        book.close()


def _cut(cell: Any) -> Cell:
    if isinstance(cell, str):
        return cell[:_LONGEST_CELL]
    return cell if isinstance(cell, (int, float, date, datetime, time, type(None))) else str(cell)[:_LONGEST_CELL]


def _text_lines(data: bytes) -> Iterator[tuple[int, list[Cell]]]:
    text = _decoded(data)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise TableError(
                _("Row %(row)d cannot be read. Is a quotation mark left open?") % {"row": number}
            ) from error
        if len(cells) > MOST_COLUMNS:
            cells = cells[:MOST_COLUMNS]
        yield number, [cell[:_LONGEST_CELL] for cell in cells]


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Excel in Finnish and Swedish writes this where one chooses "CSV" and not "CSV UTF-8".
        return data.decode("cp1252", errors="replace")


def _delimiter(text: str) -> str:
    """The sign that parts the first lines most often and alike; a decimal comma does not."""
    lines = [line for line in islice(io.StringIO(text, newline=""), 30) if line.strip()]
    best, found = (0, 0), ";"
    for sign in (";", "\t", ",", "|"):
        try:
            counts = [len(row) - 1 for row in csv.reader(lines, delimiter=sign) if row]
        except csv.Error:  # a cell too long: the sign is another, or reading the rows says which one
            continue
        widest = max(counts, default=0)
        alike = sum(count == widest for count in counts)
        if widest and (alike, widest) > best:
            best, found = (alike, widest), sign
    return found


def _header(data: bytes, sheet: str) -> tuple[int, tuple[str, ...]] | None:
    """The line that names the columns: the first that is nearly as full as the fullest, all of it text.

    A title over the table, and the upper of two lines of merged cells, fill fewer cells than the header does.
    """
    lines = list(islice(((n, cells) for n, cells in _lines(data, sheet) if _filled(cells)), _HEADER_WITHIN))
    if not lines:
        return None
    widest = max(_filled(cells) for _, cells in lines)
    number, cells = next(
        (
            (number, cells)
            for number, cells in lines
            if _filled(cells) >= max(1, 0.8 * widest) and all(isinstance(cell, (str, type(None))) for cell in cells)
        ),
        lines[0],
    )
    names = [" ".join(str(cell).split()) if cell is not None else "" for cell in cells]
    width = max((place + 1 for _, row in lines for place, cell in enumerate(row) if _has(cell)), default=0)
    names = [*names, *[""] * (width - len(names))][: max(width, 1)]
    return number, tuple(name[:200] for name in names)


def _filled(cells: list[Cell]) -> int:
    return sum(_has(cell) for cell in cells)


def _has(cell: Cell) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None
