"""What may stand in the way of a change, each with a sentence in the reader's language."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from surveys.models import FollowUp


class Changed(Exception):
    """Somebody else was first: nothing was written. `follow_up` is as it is now."""

    def __init__(self, follow_up: FollowUp) -> None:
        super().__init__(_("Somebody else changed this follow-up meanwhile. Look at what is new and try again."))
        self.follow_up = follow_up


class NotNow(Exception):
    """It does not fit how the follow-up stands; the text says why and what to do. `field` is the one to mend."""

    def __init__(self, sentence: str, *, field: str = "", follow_up: FollowUp | None = None) -> None:
        super().__init__(sentence)
        self.field = field
        self.follow_up = follow_up


class OverLimit(NotNow):
    """More than this person may give in one follow-up: `limit` is what they may, `may` names those who may more."""

    def __init__(self, *, limit: Decimal, given: Decimal, currency: str, may: Sequence[str]) -> None:
        shown = f"{number_format(limit, decimal_pos=2, force_grouping=True)} {currency}"
        parts = [
            _("You may give up to %(limit)s in one follow-up.") % {"limit": shown}
            if limit
            else _("You may not give anything that costs money on your own.")
        ]
        if given:
            already = f"{number_format(given, decimal_pos=2, force_grouping=True)} {currency}"
            parts.append(_("%(given)s has been given already.") % {"given": already})
        parts.append(
            _("Ask %(people)s, who may give it.") % {"people": ", ".join(may)}
            if may
            else _("Nobody may give that much: raise the limit first.")
        )
        super().__init__(" ".join(parts), field="amount")
        self.limit, self.currency, self.may = limit, currency, tuple(may)
