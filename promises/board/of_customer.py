"""What became of a customer's promises, as it stands beside a follow-up of theirs."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from promises.models import PromiseOutcome, Rule
from promises.models.outcomes import Status
from surveys.followups.beside import Line

MOST = 6
_MOODS = {Status.BROKEN: "bad", Status.KEPT: "good", Status.KEPT_BY_FALLBACK: "good"}


def lines(customer_id: UUID, units: Sequence[int]) -> list[Line]:
    """The newest instances of a customer of the active tenant. Uses outcome_by_customer."""
    rows = PromiseOutcome.objects.filter(customer_id=customer_id, rule__part=Rule.Part.PROMISE)
    if units:
        rows = rows.filter(unit_id__in=units)
    rows = rows.exclude(status=Status.EXCLUDED).order_by("-opened_at", "-id").select_related("rule__promise")
    return [
        Line(
            at=row.opened_at,
            kind=_("Promise"),
            text=f"{row.rule.promise.name}: {row.get_status_display()}",
            mood=_MOODS.get(Status(row.status), ""),
        )
        for row in rows[:MOST]
    ]
