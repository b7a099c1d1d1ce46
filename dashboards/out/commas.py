"""A sheet as a text table that spreadsheet programs open."""

import csv
import io
from datetime import date

from django.utils.translation import get_language

from dashboards.sheets import Sheet, Value

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def commas(sheet: Sheet) -> bytes:
    """CSV with a byte-order mark. With `;` and decimal commas in Finnish and Swedish, where programs expect them; the
    notes follow after an empty row."""
    comma = not (get_language() or "").startswith("en")
    file = io.StringIO(newline="")
    rows = csv.writer(file, delimiter=";" if comma else ",", lineterminator="\r\n")
    rows.writerow([neutral(column.name) for column in sheet.columns])
    rows.writerows([_cell(value, comma=comma) for value in row] for row in sheet.rows)
    if sheet.notes:
        rows.writerow([])
        rows.writerows([neutral(note)] for note in sheet.notes)
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def neutral(text: str) -> str:
    """Text that no spreadsheet program takes for a formula: with an apostrophe before it where it begins like one."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _cell(value: Value, *, comma: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return neutral(value)
    if isinstance(value, date):
        return value.isoformat()
    text = str(round(value, 4))
    return text.replace(".", ",") if comma else text
