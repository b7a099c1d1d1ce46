"""What a team goes through in its weekly huddle."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cxplatform.tenancy.models import Membership, Tenant
from dashboards.digests.build import Digest, digest, query_for
from dashboards.digests.days import last_sending
from dashboards.improvements.people import seen_by
from dashboards.leadership.page import load_page
from dashboards.meeting.decide import decisions_of
from dashboards.models import Action, Decision
from dashboards.query import BadQuery, Segment
from dashboards.structure import UNIT
from journeys.models import Unit
from surveys.models import FollowUp

MONDAY = 1
SOON = timedelta(days=7)
MOST = 12


@dataclass(frozen=True)
class Care:
    """Follow-ups in hand now, of them late; solved last week, of them put right by the customer's own word."""

    live: int
    late: int
    solved: int
    confirmed: int


@dataclass(frozen=True)
class Pack:
    """`unit` None = the whole company. `actions` are late or due within a week."""

    unit: Unit | None
    units: tuple[Unit, ...]
    digest: Digest
    care: Care
    actions: tuple[Action, ...]
    decisions: tuple[Decision, ...]


def units_of(membership: Membership) -> tuple[Unit, ...]:
    """Units whose pack the member may open."""
    found = Unit.objects.in_use()
    own = membership.own_units
    return tuple(found.filter(pk__in=own) if own else found)


def load_pack(*, unit: Unit | None, membership: Membership, tenant: Tenant, today: date) -> Pack:
    """The week that ended last Sunday. Raises BadQuery for a unit that the member does not see."""
    units = units_of(membership)
    if unit is None and membership.own_units:
        if not units:  # all of theirs are archived: that does not give them the whole company's
            raise BadQuery("unit", _("There is no such unit in use, or it is not yours. Choose another."))
        unit = units[0]
    monday = last_sending(today, weekly=True, on=MONDAY)
    filters = f"segment={Segment(UNIT, str(unit.pk))}" if unit else ""
    query = query_for(filters=filters, weekly=True, sending=monday, member=membership)
    return Pack(
        unit=unit,
        units=units,
        digest=digest(load_page(query=query, today=today, tenant=tenant), weekly=True),
        care=_care(unit, monday, tenant),
        actions=tuple(_actions(unit, membership, today)),
        decisions=tuple(_decisions(membership, today)),
    )


def _care(unit: Unit | None, monday: date, tenant: Tenant) -> Care:
    rows = FollowUp.objects.filter(unit_id=unit.pk) if unit else FollowUp.objects.all()
    live, now = rows.filter(state__in=FollowUp.LIVE), timezone.now()
    late = Q(state=FollowUp.State.OPEN, contact_due__lt=now) | Q(fix_due__lt=now)
    end = datetime.combine(monday, time(), tenant.zone)
    solved = rows.filter(solved_at__gte=end - timedelta(days=7), solved_at__lt=end)
    return Care(
        live=live.count(),
        late=live.filter(late).count(),
        solved=solved.count(),
        confirmed=solved.filter(fixed=FollowUp.Fixed.YES).count(),
    )


def _actions(unit: Unit | None, membership: Membership, today: date) -> Sequence[Action]:
    rows = Action.objects.filter(done_on=None, due__lte=today + SOON, improvement__in=seen_by(membership).values("pk"))
    if unit:
        rows = rows.filter(improvement__touchpoint__unit=unit)
    return list(rows.select_related("owner", "improvement").order_by("due", "id")[:MOST])


def _decisions(membership: Membership, today: date) -> Sequence[Decision]:
    opened = decisions_of(membership).filter(state=Decision.State.OPEN, due__lte=today + SOON)
    return list(opened.order_by("due", "id")[:MOST])
