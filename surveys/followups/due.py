"""By when the customer is to be contacted and helped: open minutes of a calendar, or round the clock."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import structlog

from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Tenant
from journeys.business_hours import BusinessHours, business_hours, due_times
from journeys.conditions import BadDefinition
from journeys.models import Calendar
from surveys.models import FollowUp, FollowUpRule

log = structlog.get_logger(__name__)

CONTACT_MINUTES: int = FollowUpRule._meta.get_field("contact_minutes").default
FIX_MINUTES: int = FollowUpRule._meta.get_field("fix_minutes").default


def after(since: Sequence[datetime], minutes: int, calendar: Calendar | None) -> list[datetime]:
    """The moments so many open minutes after each; round the clock where the calendar hardly ever opens."""
    if not since:
        return []
    starts = np.array([moment.astimezone(UTC).replace(tzinfo=None) for moment in since], dtype="datetime64[us]")
    found = due_times(starts, minutes, _hours(calendar))
    plain = due_times(starts, minutes)
    return [
        moment.astype(datetime).replace(tzinfo=UTC)
        for moment in np.where(np.isnat(found), plain, found).astype("M8[us]")
    ]


def due(rule: FollowUpRule | None, since: Sequence[datetime], *, now: datetime) -> list[tuple[datetime, datetime]]:
    """(contact by, solved by) of each signal, by a rule's times or, without one, the usual ones.

    Of a signal heard of so late that its time has run out, both run from now: nobody gets what is late from the start.
    """
    contact, fix, calendar = times_of(rule)
    late = [by <= now for by in after(since, contact, calendar)]
    begin = [now if is_late else moment for is_late, moment in zip(late, since, strict=True)]
    return list(zip(after(begin, contact, calendar), after(begin, fix, calendar), strict=True))


def anew(follow_up: FollowUp, *, now: datetime) -> tuple[datetime, datetime]:
    """(contact by, solved by) of one that is opened again now."""
    return due(follow_up.rule, [now], now=now - timedelta(seconds=1))[0]


def times_of(rule: FollowUpRule | None) -> tuple[int, int, Calendar | None]:
    """Minutes to contact, minutes to solve, and whose open minutes they are."""
    if rule is None:
        return CONTACT_MINUTES, FIX_MINUTES, Calendar.objects.in_use().order_by("pk").first()
    # A contact that would be due after the fix is due with it.
    return min(rule.contact_minutes, rule.fix_minutes), rule.fix_minutes, rule.calendar


def _hours(calendar: Calendar | None) -> BusinessHours | None:
    """The calendar's hours; of one that makes no sense none, round the clock: a customer's matter waits for nobody."""
    if calendar is None:
        return None
    try:
        return business_hours(
            zone=Tenant.objects.get(pk=active_tenant_id()).timezone,
            hours=calendar.hours,
            country=calendar.country,
            closed_days=calendar.closed_days,
            earlier=calendar.earlier,
        )
    except BadDefinition as error:
        log.warning("calendar not read", calendar=calendar.pk, field=error.field)
        return None
