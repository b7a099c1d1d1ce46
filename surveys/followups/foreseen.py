"""By when a customer will be contacted, told before the follow-up is there: by the same rules that will open it."""

from datetime import datetime
from uuid import UUID

from journeys.claimed import ANSWERED
from surveys.followups import due, reading, rules
from surveys.models import Cause, FollowUp


def contact_by(response_id: UUID, *, now: datetime) -> datetime | None:
    """The moment by which who gave this answer of the active tenant is contacted; None where nobody will be, or has
    been already. It may come sooner: where the answer joins a matter in work, the sooner time holds."""
    found = reading.read([response_id], types=[ANSWERED], now=now)
    if not found:
        return None
    each = found[0]
    if each.follow_up_id:
        opened: FollowUp = FollowUp.objects.get(pk=each.follow_up_id)
        waits = opened.state == FollowUp.State.OPEN and opened.cause != Cause.PROMOTER
        return opened.contact_due if waits and opened.contact_due > now else None
    rule = rules.first(rules.in_force(), each.signals())
    if rule is None or rule.cause == Cause.PROMOTER:
        return None
    return due.due(rule, [min(each.time, now)], now=now)[0][0]
