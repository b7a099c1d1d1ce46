"""Numbers and days as people read them, in the language of the page."""

from datetime import date
from functools import lru_cache

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

MINUS = "−"


def number(value: float, *, decimals: int = 0) -> str:
    """42, −8, 53,4: the minus is a minus and never stands before a zero."""
    return _formatted(round(value, decimals) + 0.0, decimals, get_language())


def count(value: int) -> str:
    return _formatted(value, None, get_language())


# A page shows hundreds of numbers, most of them as it showed them before.
@lru_cache(maxsize=10_000, typed=True)
def _formatted(value: float, decimals: int | None, language: str | None) -> str:
    return number_format(value, decimal_pos=decimals, use_l10n=True, force_grouping=True).replace("-", MINUS)


def per_cent(of: float | None, *, decimals: int = 0) -> str:
    """A value already in per cent; a dash where there is none."""
    return "–" if of is None else _("%(number)s%%") % {"number": number(of, decimals=decimals)}


def share(of: float | None) -> str:
    """A share 0..1 as per cent with a decimal; a dash where there is none."""
    return per_cent(None if of is None else 100 * of, decimals=1)


def between(low: float | None, high: float | None, *, decimals: int = 0) -> str:
    """low…high beside a value that says its unit; a dash where the ends are not known."""
    return "–" if low is None or high is None else "…".join(number(end, decimals=decimals) for end in (low, high))


def share_number(of: float | None) -> str:
    """`share` without its sign: an end of the interval beside it."""
    return "–" if of is None else number(100 * of, decimals=1)


def share_between(low: float | None, high: float | None) -> str:
    """`between` of shares 0..1."""
    return "–" if low is None or high is None else f"{share_number(low)}…{share_number(high)}"


def day(of: date) -> str:
    return _day(of.toordinal(), get_language())


@lru_cache(maxsize=2_000)
def _day(ordinal: int, language: str | None) -> str:
    # Translators: the order of day, month and year (Django's date format letters).
    return date_format(date.fromordinal(ordinal), pgettext("date format", "j M Y"))


def minutes(of: float | None, *, rough: bool = False) -> str:
    """How long, as one says it: under a minute, 12 min, 3.0 h (or `rough`: 3 h), 2 days; a dash where not known."""
    if of is None:
        return "–"
    if of < 1:
        return _("under 1 min")
    if of < 90:
        return _("%(n)s min") % {"n": number(of)}
    if of < 36 * 60:
        return _("%(n)s h") % {"n": number(of / 60, decimals=1 if of < 600 and not rough else 0)}
    return ngettext("%(n)s day", "%(n)s days", round(of / 1440)) % {"n": number(of / 1440)}
