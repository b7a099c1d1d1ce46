"""What Rengasala's leaders decided a fortnight ago, over the page as it was then: one thing done, one still to do."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from cxplatform.demo import company
from cxplatform.tenancy.addresses import within
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Membership, Tenant, User
from dashboards.chair.cases import choose
from dashboards.leadership.page import load_page
from dashboards.meeting import decide, hold
from dashboards.meeting.frozen import frozen
from dashboards.models import Decision, Meeting
from dashboards.query import parse

_AGO = timedelta(days=14)
# what, about which step, by whom, days after the meeting, done?
DECIDED = (
    ("Chatin iltavuoroon yksi vastaaja lisää", "focus", company.CX_LEAD, 21, False),
    ("Varausvahvistuksen linkki tarkistetaan joka julkaisussa", "changed", company.ADMIN, 7, True),
)


def hold_one(tenant: Tenant, *, until: date) -> None:
    """A meeting that was held and ended, with its decisions. Call it when the answers are counted."""
    day = until - _AGO
    began = datetime.combine(day, time(9), tenant.zone)
    with activate(tenant.pk), within(tenant.slug), timezone.override(tenant.zone):
        leader = Membership.objects.select_related("tenant", "user").get(tenant=tenant, user__email=company.LEADER)
        query = parse({}, today=day)
        meeting = hold.begin(
            query=query,
            membership=leader,
            show=lambda: frozen(load_page(query=query, today=day, tenant=tenant)),
        )
        hold.end(meeting)
        for text, about, email, days, done in DECIDED:
            owner = User.objects.get(email=email)
            decision = decide.write(
                meeting=meeting, text=text, owner=owner, due=day + timedelta(days=days), about=about, by=owner
            )
            if done:
                decide.settle(decision, state=Decision.State.DONE, by=owner)
                Decision.objects.filter(pk=decision.pk).update(settled_at=began + timedelta(days=days - 1))
        Meeting.objects.filter(pk=meeting.pk).update(started_at=began, ended_at=began + timedelta(minutes=50))


def seat(tenant: Tenant, *, until: date) -> None:
    """Somebody sits in the customer's chair from the first look at the page on."""
    with activate(tenant.pk):
        choose(tenant=tenant, day=until)
