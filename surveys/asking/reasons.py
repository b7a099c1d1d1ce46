"""Why somebody was not asked, or is asked later: codes that are stored, and the words for them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

TEST = "test"
LATE = "late"
CLOSED = "closed"
ERASED = "erased"
OPTED_OUT = "opted_out"
NO_ADDRESS = "no_address"
HAPPENED = "happened"
SAMPLED_OUT = "sampled_out"
REFUSED = "resting_after_refusal"
ANSWERED = "resting_after_answer"
ABANDONED = "resting_after_abandon"
TOO_SOON = "too_soon"
QUOTA_FULL = "quota_full"
QUIET = "quiet"
UNDELIVERABLE = "undeliverable"
BUSY = "busy"

REASONS: dict[str, Any] = {
    TEST: _("It was a test: nobody is asked."),
    LATE: _("The event was heard of too late to ask about it."),
    CLOSED: _("The survey is not published, or is archived."),
    ERASED: _("The customer has been erased."),
    OPTED_OUT: _("The customer does not want to be asked."),
    NO_ADDRESS: _("The customer has no address for the ways this survey is sent."),
    HAPPENED: _("The customer went on in time, so there was nothing to ask about."),
    SAMPLED_OUT: _("Not drawn into the sample."),
    REFUSED: _("The customer refused a survey lately and is left in peace."),
    ANSWERED: _("The customer answered a survey lately."),
    ABANDONED: _("The customer left a survey unfinished lately."),
    TOO_SOON: _("Another ask is too near in time."),
    QUOTA_FULL: _("As many as allowed had been asked already."),
    UNDELIVERABLE: _("The message could not be delivered."),
    BUSY: _("Other asks were being decided just then. The visitor is asked at a later visit."),
    QUIET: _("Postponed until the quiet time of the customer is over."),
}
"""By code. `quiet` stands on asks that are planned, the others on those that were skipped."""


def words(code: str) -> str:
    """The reason as a sentence in the active language; a code nobody knows stands as it is."""
    return str(REASONS.get(code, code))
