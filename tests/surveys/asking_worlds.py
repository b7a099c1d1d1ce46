"""Events, triggers and ledgers for tests of who is asked."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from cxplatform.pipeline.claim import drain
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from journeys.models import Customer
from journeys.record import IncomingEvent, record
from surveys.models import ContactRule, Invitation, Survey, SurveyTrigger

_number = count(1)


def no_quiet(tenant: Tenant, **fields: Any) -> ContactRule:
    """A rule under which the time of day never matters; nothing rests unless `fields` say so."""
    nothing = dict.fromkeys(("every_days", "after_answer_days", "after_refusal_days", "after_abandon_days"), 0)
    with activate(tenant.pk):
        return ContactRule.objects.create(
            **{"kind": "", "quiet_from": "00:00", "quiet_to": "00:00", "country": ""} | nothing | fields
        )


def make_trigger(tenant: Tenant, survey: Survey, event_type: str = "order.delivered", **fields: Any) -> SurveyTrigger:
    slug = f"trigger-{next(_number)}"
    with activate(tenant.pk):
        return SurveyTrigger.objects.create(
            **{"survey": survey, "event_type": event_type, "slug": slug, "name": slug} | fields
        )


def make_people(tenant: Tenant, number: int = 1, **fields: Any) -> list[Customer]:
    with activate(tenant.pk):
        return Customer.objects.bulk_create(
            Customer(external_id=f"c-{n}", **{"email": f"c-{n}@example.org", "phone": "+35840123"} | fields)
            for n in (next(_number) for _ in range(number))
        )


def event(customer: Customer | str, type: str = "order.delivered", *, ago: timedelta | int = 0, **fields: Any) -> Any:
    """An event of a customer, `ago` minutes (or a timedelta) before now."""
    since = ago if isinstance(ago, timedelta) else timedelta(minutes=ago)
    name = customer if isinstance(customer, str) else customer.external_id
    fields = {"id": f"e-{next(_number)}", "time": datetime.now(UTC) - since} | fields
    return IncomingEvent(type=type, customer=name, **fields)


def happened(tenant: Tenant, *events: IncomingEvent, count_them: bool = True) -> None:
    with activate(tenant.pk):
        done = record(events=events, source="test")
    assert not done.rejected
    if count_them:
        drain(tenant.pk)


def ledger(tenant: Tenant, **filters: Any) -> list[Invitation]:
    with activate(tenant.pk):
        return list(Invitation.objects.filter(**filters).order_by("id"))


def outcomes(tenant: Tenant, **filters: Any) -> list[tuple[str, str]]:
    """State and reason of every row, in the order decided."""
    return [(row.state, row.reason) for row in ledger(tenant, **filters)]
