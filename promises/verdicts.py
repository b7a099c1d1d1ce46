"""How a rate stands to its target, in words and a sign: met or missed is said where the whole interval is."""

from django.utils.translation import gettext as _

SIGNS = {"better": "✓", "worse": "▼", "no_clear_change": "="}


def said(verdict: str) -> str:
    """A verdict of `Compliance` in words; empty where there is nothing to judge."""
    return {
        "better": _("on target"),
        "worse": _("short of target"),
        "no_clear_change": _("no clear difference from target"),
    }.get(verdict, "")


def sign(verdict: str) -> str:
    """The sign that stands beside it."""
    return SIGNS.get(verdict, "")
