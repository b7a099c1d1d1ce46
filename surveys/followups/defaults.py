"""The rules a new company begins with: whoever complains, asks for contact, was not helped or would not recommend us is
contacted within a working day. Praise and broken promises wait for the company to say whose and which.
"""

from django.utils import translation
from django.utils.translation import gettext

from cxplatform.tenancy.models import Tenant
from journeys.models import Calendar
from surveys.models import Cause, FollowUpRule

# (cause, open minutes to contact, open minutes to solve, in use)
_RULES = (
    (Cause.COMPLAINT, 480, 2_400, True),
    (Cause.CONTACT_WISHED, 480, 2_400, True),
    (Cause.FAILED_FCR, 480, 2_400, True),
    (Cause.DETRACTOR, 960, 4_800, True),
    (Cause.BROKEN_PROMISE, 480, 2_400, False),
    (Cause.PROMOTER, 2_400, 4_800, False),
)
_WEEK = {day: [["08:00", "16:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def make_rules(tenant: Tenant) -> None:
    """Give the active tenant working days and the usual rules, named in its language."""
    if FollowUpRule.objects.exists():
        return
    with translation.override(tenant.language):
        calendar = Calendar.objects.in_use().order_by("pk").first() or Calendar.objects.create(
            slug="working-days", name=gettext("Working days 8–16"), hours=_WEEK, country=_country(tenant)
        )
        FollowUpRule.objects.bulk_create(
            FollowUpRule(
                slug=cause.replace("_", "-"),
                name=str(cause.label).capitalize(),
                cause=cause,
                active=active,
                position=position,
                calendar=calendar,
                contact_minutes=contact,
                fix_minutes=fix,
            )
            for position, (cause, contact, fix, active) in enumerate(_RULES)
        )


def _country(tenant: Tenant) -> str:
    """Whose public holidays are kept: the tenant's time zone knows best."""
    return {"Europe/Helsinki": "FI", "Europe/Mariehamn": "FI", "Europe/Stockholm": "SE"}.get(tenant.timezone, "")
