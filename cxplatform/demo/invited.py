"""Customers whom Rengasala invited to more than answering: some improve with it, one recommends it by a link."""

from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from journeys.models import Customer, EventType
from journeys.record import IncomingEvent, record
from surveys.followups.telling import AMBASSADOR, CODEVELOP
from surveys.invited import referrals
from surveys.models import Cause, CoDeveloper, FollowUp, FollowUpSetting, FollowUpStep

LEADS_TO = "https://rengasala.example/tervetuloa"
_ASKED, _JOINED, _VISITS = 5, 3, 4
_NAMES = {referrals.VISITED: "Suosittelijan linkki avattiin", referrals.JOINED: "Suositus toi asiakkaan"}


def invite(tenant: Tenant) -> None:
    """Once the loop is closed; what is recorded is then to be counted. No mail goes: this was weeks ago."""
    with activate(tenant.pk):
        if CoDeveloper.objects.exists():
            return
        FollowUpSetting.objects.update(referral_url=LEADS_TO)
        right = FollowUp.objects.filter(state=FollowUp.State.CONFIRMED, customer_id__isnull=False)
        rows = list(right.exclude(cause=Cause.PROMOTER).order_by("pk")[: _ASKED + 1])
        *asked, happy = rows if len(rows) > _ASKED else [*rows, None]
        for place, row in enumerate(asked):
            _step(row, CODEVELOP)
            if place < _JOINED:
                CoDeveloper.objects.create(follow_up=row, agreed_at=_later(row))
        if happy is not None:
            _step(happy, AMBASSADOR)
            _recommends(tenant, happy)


def _step(row: FollowUp, to: str) -> None:
    invited = FollowUpStep.Kind.INVITED
    at = _after(row, timedelta(hours=1))
    FollowUpStep.objects.create(follow_up=row, kind=invited, at=at, by=row.owner, data={"to": to})
    FollowUp.objects.filter(pk=row.pk).update(version=F("version") + 1)


def _recommends(tenant: Tenant, row: FollowUp) -> None:
    """One friend of four who opened the link became a customer."""
    Customer.objects.filter(id=row.customer_id).update(ambassador_at=_later(row))
    person = Customer.objects.get(id=row.customer_id)
    case = referrals.correlation_of(referrals.token_of(tenant.pk, person.id))
    for type_, name in _NAMES.items():
        EventType.objects.get_or_create(type=type_, defaults={"name": name, "ignored": True})
    types = [*[referrals.VISITED] * _VISITS, referrals.JOINED]
    record(
        events=[
            IncomingEvent(
                id=f"suositus-{number}", type=type_, time=_later(row), customer=person.external_id, correlation=case
            )
            for number, type_ in enumerate(types)
        ],
        source=referrals.SOURCE,
    )


def _later(row: FollowUp) -> datetime:
    return _after(row, timedelta(hours=20))


def _after(row: FollowUp, span: timedelta) -> datetime:
    return min((row.confirmed_at or row.opened_at) + span, timezone.now())
