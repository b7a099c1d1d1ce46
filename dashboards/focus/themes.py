"""Choosing what to attend to, and saying what came of it. At most two themes are open at a time."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cxplatform.tenancy import audit
from cxplatform.tenancy.models import User
from dashboards.focus.proposals import KIND, without_words
from dashboards.models import CustomerWorth, FocusTheme, Insight
from journeys.models import Touchpoint

SLOTS = (1, 2)


class TwoOpen(ValueError):
    """There is no room for a third theme; the text says what to do."""


def open_themes() -> list[FocusTheme]:
    """The themes of the active tenant that are attended to now, in the order of their slots. One query."""
    return list(FocusTheme.objects.filter(ended_on=None).select_related("touchpoint", "owner").order_by("slot"))


def choose(
    *, title: str, touchpoint: Touchpoint, owner: User, due_on: date, chosen_by: User | None, today: date
) -> FocusTheme:
    """Open a theme with the reasons its touchpoint has now. Raises TwoOpen, and ValueError for a touchpoint that is
    a theme already."""
    taken = open_themes()
    if any(theme.touchpoint_id == touchpoint.pk for theme in taken):
        raise ValueError(_("This touchpoint is a focus theme already."))
    free = [slot for slot in SLOTS if slot not in {theme.slot for theme in taken}]
    proposed = Insight.objects.filter(kind=KIND, touchpoint=touchpoint).first()
    reasons = [without_words(reason) for reason in proposed.data["reasons"]] if proposed else []
    theme = FocusTheme(
        title=title,
        touchpoint=touchpoint,
        slot=free[0] if free else SLOTS[0],
        owner=owner,
        due_on=due_on,
        metric=proposed.data["metric"] if proposed else "",
        score=_score(proposed),
        reasons=reasons,
        chosen_on=today,
        chosen_by=chosen_by,
    )
    try:
        with transaction.atomic():  # two leaders may choose at once: the database lets one of them
            theme.save()
    except IntegrityError as error:
        if "focus_slot_once" not in str(error):
            raise
        raise TwoOpen(_("Two themes are open already. End one of them first: more than two is none.")) from None
    audit.record("added", theme)
    return theme


def change(*, theme: FocusTheme, title: str, owner: User, due_on: date) -> None:
    """Another title, owner or due day of an open theme."""
    before = audit.stored(theme)
    theme.title, theme.owner, theme.due_on = title, owner, due_on
    theme.save()
    audit.record("changed", theme, before=before)


def end(*, theme: FocusTheme, outcome: str, result: str, today: date) -> None:
    """Close an open theme with what came of it, and the score its touchpoint has now."""
    before = audit.stored(theme)
    theme.ended_on, theme.outcome, theme.result = today, outcome, result
    theme.score_at_end = _score(Insight.objects.filter(kind=KIND, touchpoint_id=theme.touchpoint_id).first())
    theme.save()
    audit.record("changed", theme, before=before)


def tell_worth(*, amount: Any, currency: str, known_on: date, source: str) -> CustomerWorth:
    """Note what a customer is worth in a year; the same day again replaces the figure."""
    row = CustomerWorth.objects.filter(known_on=known_on).first()
    before = audit.state(row) if row else None
    row = row or CustomerWorth(known_on=known_on)
    row.amount, row.currency, row.source = amount, currency, source
    row.save()
    audit.record("changed" if before else "added", row, before=before)
    return row


def _score(proposed: Insight | None) -> float | None:
    """The touchpoint's own score in the metric of its proposal."""
    return proposed.data.get("score") if proposed else None
