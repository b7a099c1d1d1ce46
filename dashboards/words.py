"""Numbers and verdicts as people read them, in the language of the page."""

from django.utils.formats import date_format, get_format
from django.utils.translation import gettext as _

from cxplatform.stats.metrics import Metric, Unit
from cxplatform.stats.score import Score
from cxplatform.tenancy.numbers import MINUS, between, day, number, per_cent
from dashboards.cells import Cell
from dashboards.leadership.signals import Signal
from dashboards.periods import Period

# An interval narrower than this carries a decimal.
_NARROW = 5
# Less than this is shown as 0.0.
_NOTHING = 0.05


def value(of: float | None, unit: Unit, *, decimals: int = 0) -> str:
    """A score in its unit; a dash where there is none."""
    return per_cent(of, decimals=decimals) if unit == "percent" else bare(of, unit, decimals=decimals)


def bare(of: float | None, unit: Unit, *, decimals: int = 0) -> str:
    """`value` without its sign: an end of the interval beside it."""
    return "–" if of is None else number(of, decimals=decimals or (1 if unit == "mean" else 0))


def lead(score: Score, *, cell: bool = False) -> str:
    """The leading value; in a cell of many without decimals."""
    return value(score.value, score.unit, decimals=0 if cell else _decimals(score))


def interval(score: Score) -> str:
    """low…high, empty where it cannot be known."""
    if score.low is None or score.high is None:
        return ""
    return between(score.low, score.high, decimals=_decimals(score))


def difference(of: float, unit: Unit) -> str:
    """How much, without its sign: "31 points", "2.1 percentage points"."""
    amount = number(abs(of), decimals=0 if abs(of) >= 10 else 1)
    return (_("%(number)s percentage points") if unit == "percent" else _("%(number)s points")) % {"number": amount}


def verdict(cell: Cell, *, on_target: bool) -> str:
    """The one verdict of a measured cell, in words."""
    if on_target:
        if cell.target is None:
            return _("no target set")
        return {
            "better": _("better than target"),
            "worse": _("short of target"),
            "no_clear_change": _("no clear difference from target"),
            "not_enough": _("too few to compare"),
        }[cell.verdict]
    if cell.change is None or cell.change.difference is None:
        return _("nothing to compare with")
    if cell.compared:
        return {
            "better": _("better than the other group"),
            "worse": _("worse than the other group"),
            "no_clear_change": _("no clear difference"),
            "not_enough": _("too few to compare"),
        }[cell.verdict]
    return {
        "better": _("better"),
        "worse": _("worse"),
        "no_clear_change": _("no clear change"),
        "not_enough": _("too few to compare"),
    }[cell.verdict]


def movement(cell: Cell) -> str:
    """ "up 6 points", "down 2.1 percentage points": how far the score moved, whatever that is worth."""
    if cell.change is None or cell.change.difference is None or cell.score is None:
        return ""
    amount = difference(cell.change.difference, cell.score.unit)
    if abs(cell.change.difference) < _NOTHING:
        return _("the same as the other group") if cell.compared else _("as before")
    if cell.compared:
        higher = cell.change.difference > 0
        return (_("%(amount)s above the other group") if higher else _("%(amount)s below the other group")) % {
            "amount": amount
        }
    return (_("up %(amount)s") if cell.change.difference > 0 else _("down %(amount)s")) % {"amount": amount}


def signalled(signal: Signal, of: Metric) -> str:
    """What a control chart says of a place's newest whole month."""
    known = {
        "month": date_format(signal.month, "YEAR_MONTH_FORMAT"),
        "value": value(signal.value, of.unit),
        "low": value(signal.low, of.unit),
        "high": value(signal.high, of.unit),
        "centre": value(signal.centre, of.unit),
    }
    if signal.run:
        return _("a lasting shift: up to %(month)s eight months or more in a row on one side of %(centre)s") % known
    return _("%(month)s was %(value)s, beyond its usual %(low)s…%(high)s") % known


def to_target(cell: Cell) -> str:
    """The score less its target, whatever that is worth: "−9", "+2.5"."""
    if cell.target is None or cell.score is None or cell.score.value is None:
        return ""
    away = cell.score.value - cell.target
    return f"{MINUS if away < 0 else '+'}{number(abs(away), decimals=0 if abs(away) >= 10 else 1)}"


SIGNS = {"better": "▲", "worse": "▼", "no_clear_change": "=", "not_enough": "·"}


def sign(cell: Cell) -> str:
    return SIGNS[cell.verdict]


def decimal_and_thousands() -> str:
    """The two separators of the page's language, as chart libraries take them: ", " in Finnish."""
    return f"{get_format('DECIMAL_SEPARATOR')}{get_format('THOUSAND_SEPARATOR')}"


def compared_with(*, against: str, then: Period | None, others: str = "", baseline: str = "") -> str:
    """What figures are compared with: "compared with the same season last year (25.8.2025-22.11.2025)"."""
    if others:
        return _("compared with %(others)s in the same days") % {"others": others}
    if then is None:
        return _("compared with the target")
    if baseline:
        return _("compared with the baseline %(name)s (%(days)s)") % {"name": baseline, "days": period(then)}
    if against == "season":
        return _("compared with the same season last year (%(days)s)") % {"days": period(then)}
    return _("compared with the period before (%(days)s)") % {"days": period(then)}


def period(of: Period) -> str:
    """25.8.2026–22.11.2026"""
    return f"{day(of.start)}–{day(of.last)}"


def _decimals(score: Score) -> int:
    if score.low is None or score.high is None:
        return 0
    return 1 if score.high - score.low < _NARROW else 0


def measured(of: float, unit: str) -> str:
    """A figure of another system with its unit: "1 235 EUR", "4.5 min", "91.2%"."""
    text = number(of, decimals=_figures(of))
    if unit.strip() == "%":
        return _("%(number)s%%") % {"number": text}
    return f"{text} {unit}".strip()


def changed(by: float, unit: str) -> str:
    """How far a figure moved, with its sign; a share in per cent moves by percentage points."""
    text = number(abs(by), decimals=_figures(by))
    if not any(sign.isdigit() and sign != "0" for sign in text):
        return _("as before")
    amount = _("%(number)s percentage points") % {"number": text} if unit.strip() == "%" else f"{text} {unit}".strip()
    return f"{MINUS if by < 0 else '+'}{amount}"


def _figures(of: float) -> int:
    """Decimals that leave about three figures; a whole number needs none."""
    return 0 if of == int(of) or abs(of) >= 100 else 1 if abs(of) >= 10 else 2
