"""Why an instance does not count, in words: judging keeps short names of its own reasons, and staff's as they wrote."""

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from journeys.conditions import MISSING, NOT_A_NUMBER
from promises.judging.by_period import PARTIAL
from promises.judging.judge import BAD_CLOSED, BAD_DUE, NEVER_OPEN, NO_DUE

_WORDS: dict[str, Lazy] = {
    MISSING: _("property missing"),
    NOT_A_NUMBER: _("not a number"),
    NO_DUE: _("due time missing"),
    BAD_DUE: _("due time unreadable"),
    BAD_CLOSED: _("closing time unreadable"),
    NEVER_OPEN: _("due time beyond the calendar"),
    PARTIAL: _("less than half of the period"),
    "promise retired": _("promise retired"),
    "customer erased": _("customer erased"),
}


def in_words(reason: str) -> str:
    """A stored reason in the reader's language."""
    return str(_WORDS.get(reason, reason))
