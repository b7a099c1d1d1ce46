"""How a rate stands to its target, in words and a sign: met or missed is said where the whole interval is.

"On target" alone is said of rates as they stand (`Board.on_target`), "clearly" of intervals.
"""

from django.utils.translation import gettext as _

from cxplatform.tenancy import numbers
from promises.compliance import Board

SIGNS = {"better": "✓", "worse": "▼", "no_clear_change": "="}


def said(verdict: str) -> str:
    """A verdict of `Compliance` in words; empty where there is nothing to judge."""
    return {
        "better": _("clearly on target"),
        "worse": _("clearly short of target"),
        "no_clear_change": _("no clear difference from target"),
    }.get(verdict, "")


def sign(verdict: str) -> str:
    """The sign that stands beside it."""
    return SIGNS.get(verdict, "")


def clearly(board: Board) -> str:
    """What of the headline is more than chance, "(9 of them clearly; 1 clearly short)"; empty where all clearly are."""
    if board.clearly_on_target == board.judged:
        return ""
    told = {"met": numbers.count(board.clearly_on_target), "short": numbers.count(board.clearly_short)}
    return _("(%(met)s of them clearly; %(short)s clearly short)") % told
