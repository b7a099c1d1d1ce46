"""What a cell says, whichever way an office writes it: as the text the write path reads (docs/import.md)."""

import math
import re
from datetime import date, datetime, time

from django.utils.translation import gettext as _

from journeys.importing.table import Cell

_MONTHS = {
    name: number
    for names in (
        "tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu",
        "januari februari mars april maj juni juli augusti september oktober november december",
        "january february march april may june july august september october november december",
    )
    for number, name in enumerate(names.split(), start=1)
}
_CLOCK = r"(?:[\sT,]+(?:klo|kl\.?|at)?\s*(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?)?"
_FINNISH = re.compile(rf"(\d{{1,2}})\.\s?(\d{{1,2}})\.\s?(\d{{4}}){_CLOCK}", re.IGNORECASE)
_WORDED = re.compile(rf"(?:(\d{{1,2}})\.?\s+)?([^\W\d_]+)[.\s-]\s*(\d{{4}}){_CLOCK}", re.IGNORECASE)
_MONTH_YEAR = re.compile(r"(\d{1,2})[./](\d{4})")
_YEAR_MONTH = re.compile(r"(\d{4})(?:-|\s?M\s?|/)(\d{1,2})", re.IGNORECASE)
# vk 5/2026, viikko 5 2026, v. 5/2026, vecka 5, 2026, week 5/2026, 2026-W05, 2026 vk 5
_WEEK_WORD = r"(?:viikko|vko|vk|vecka|v|week|wk|w)\.?"
_WEEK = re.compile(rf"{_WEEK_WORD}\s?(\d{{1,2}})\s?[/,.\s-]\s?(\d{{4}})", re.IGNORECASE)
_YEAR_WEEK = re.compile(rf"(\d{{4}})[\s/-]?{_WEEK_WORD}\s?(\d{{1,2}})", re.IGNORECASE)
_UNIT = re.compile(r"(?:%|€|eur)$", re.IGNORECASE)
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009']+")


def text_of(cell: Cell) -> str:
    """The cell as one would read it: 1001.0 is 1001, a date is ISO; no signs that no database takes."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    text = str(cell).strip()
    # An apostrophe that our own files of rejected rows put before what a program would take for a formula.
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


def time_of(cell: Cell) -> str:
    """A date or time as ISO, without an offset where none is told. Raises ValueError.

    Reads 24.12.2026 klo 9.30, 24. joulukuuta 2026, joulukuu 2026, 12/2026, 2026-12, 2026M12 and ISO.
    """
    if isinstance(cell, (datetime, date)):
        return cell.isoformat()
    text = text_of(cell)
    if not text:
        return ""
    try:
        if found := _FINNISH.fullmatch(text):
            day, month, year, *clock = found.groups()
            return _moment(int(year), int(month), int(day), clock)
        if (found := _WORDED.fullmatch(text)) and (number := _month(found[2])):
            return _moment(int(found[3]), number, int(found[1] or 1), [found[4], found[5], found[6]])
        if found := _MONTH_YEAR.fullmatch(text):
            return date(int(found[2]), int(found[1]), 1).isoformat()
        if found := _YEAR_MONTH.fullmatch(text):
            return date(int(found[1]), int(found[2]), 1).isoformat()
        return datetime.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError(
            _("“%(cell)s” is not a date. Write it as 24.12.2026 or 24.12.2026 9:30.") % _short(text)
        ) from None


def period_of(cell: Cell) -> str:
    """A week as 2026-W05, a month as 2026-12, any other date or time as ISO. Raises ValueError.

    Reads vk 5/2026, viikko 5 2026, v. 5/2026, week 5/2026, 2026-W05, months as `time_of` reads them, and days.
    """
    text = text_of(cell)
    found = _WEEK.fullmatch(text)
    year_first = None if found else _YEAR_WEEK.fullmatch(text)
    if found or year_first:
        week, year = (found[1], found[2]) if found else (year_first[2], year_first[1])  # type: ignore[index]
        try:
            date.fromisocalendar(int(year), int(week), 1)
        except ValueError:
            raise ValueError(_("“%(cell)s” is not a week of that year.") % _short(text)) from None
        return f"{int(year):04}-W{int(week):02}"
    told = time_of(cell)
    worded = _WORDED.fullmatch(text)
    whole_month = _MONTH_YEAR.fullmatch(text) or _YEAR_MONTH.fullmatch(text) or (worded and not worded[1])
    return told[:7] if whole_month and not isinstance(cell, (date, datetime)) else told


def number_of(cell: Cell) -> str:
    """A number with a decimal point: "1 234,5" is 1234.5, "412 €" is 412. Raises ValueError."""
    text = text_of(cell)
    if not text:
        return ""
    plain = _UNIT.sub("", _SPACES.sub("", text)).replace("\u2212", "-")
    if "," in plain:
        # 1.234,5 as in German, 1,234.5 as in English
        plain = (
            plain.replace(".", "").replace(",", ".") if plain.rfind(",") > plain.rfind(".") else plain.replace(",", "")
        )
    try:
        value = float(plain)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or "_" in plain:
        raise ValueError(_("“%(cell)s” is not a number.") % _short(text))
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)


def _moment(year: int, month: int, day: int, clock: list[str | None]) -> str:
    hour, minute, second = (int(part) if part else 0 for part in clock)
    if clock[0] is None:
        return date(year, month, day).isoformat()
    return datetime(year, month, day, hour, minute, second).isoformat()


def _month(word: str) -> int | None:
    word = word.lower()
    # joulukuu, joulukuuta, joulukuussa; joulu as spreadsheets have it
    for name, number in _MONTHS.items():
        if word.startswith(name) or f"{word}kuu" == name:
            return number
    # dec, jan. Not Finnish: nobody there means marraskuu by "mar".
    return next((n for name, n in _MONTHS.items() if word == name[:3] and not name.endswith("kuu")), None)


def _short(text: str) -> dict[str, str]:
    return {"cell": text if len(text) <= 60 else text[:57] + "..."}
