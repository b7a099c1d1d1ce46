"""The rows that were not taken in, as xlsx: why, then the row as it was, to be mended and sent again."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from journeys.importing.plan import own_headings, reason_heading, row_heading

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def neutral(text: str) -> str:
    """The text as no office program takes for a formula: with an apostrophe before it where it looks like one."""
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    return f"'{text}" if text.startswith(_FORMULA) and not _is_number(text) else text


def workbook(columns: Sequence[str], rows: Iterator[tuple[int, str, Sequence[str]]]) -> bytes:
    """An xlsx of (number in the file, why, cells as they were)."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    own = own_headings()
    kept = [place for place, name in enumerate(columns) if name not in own]
    sheet.append([row_heading(), reason_heading(), *(neutral(columns[place]) for place in kept)])
    for number, reason, cells in rows:
        sheet.append([number, neutral(reason), *(neutral(cells[place]) for place in kept)])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def rejected_rows(path: Path) -> dict[int, str]:
    """Why by row number, from the file the import wrote."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows, None)
        return {int(row[0]): row[1] for row in rows}


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True
