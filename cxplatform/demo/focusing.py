"""What Rengasala's leaders attend to: one theme chosen from what the page proposes, the other still to be chosen."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from cxplatform.demo import company
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant, User
from dashboards.focus import drivers, proposals, reach, themes
from dashboards.gaps import finder as gaps
from dashboards.insights.look import look
from dashboards.models import FocusTheme
from journeys.models import Touchpoint

TOUCHPOINT, TITLE = "apu-puhelin", "Puhelinpalvelun jonot"


def choose(tenant: Tenant) -> None:
    """Look for gaps, drivers and proposals once everything is counted, and choose a theme; once."""
    with activate(tenant.pk):
        if FocusTheme.objects.exists():
            return
        today = timezone.localdate(timezone=tenant.zone)
        themes.tell_worth(
            amount=Decimal("412.00"), currency="EUR", known_on=today.replace(day=1), source="Talous, vuoden myynti"
        )
        for kind in (gaps.KIND, drivers.KIND, reach.KIND, proposals.KIND):
            look(tenant=tenant, kind=kind)
        themes.choose(
            title=TITLE,
            touchpoint=Touchpoint.objects.get(slug=TOUCHPOINT),
            owner=User.objects.get(email=company.CX_LEAD),
            due_on=today + timedelta(days=50),
            chosen_by=User.objects.get(email=company.LEADER),
            today=today,
        )
