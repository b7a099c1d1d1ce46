"""Small worlds of promises: a company, a promise with one rule, events sent and counted."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from cxplatform.pipeline.claim import drain
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from journeys.models import Calendar, Event
from journeys.record import IncomingEvent, record
from promises.models import (
    Criterion,
    Instruction,
    OutcomeRollup,
    Participation,
    Promise,
    PromiseOutcome,
    Rule,
)
from tests.factories import make_customer, make_tenant, make_unit

_number = count(1)
REPLY = {"opening_type": "order.placed", "closing_type": "order.delivered", "duration_minutes": 60}


def make_promise(tenant: Tenant, slug: str = "", *, lifecycle: str = "public", **rule: Any) -> Rule:
    """A promise and its rule: a deadline of one hour unless told."""
    slug = slug or f"promise-{next(_number)}"
    with activate(tenant.pk):
        promise = Promise.objects.create(slug=slug, name=slug, wording=f"We promise {slug}.", lifecycle=lifecycle)
        return Rule.objects.create(promise=promise, **(rule or REPLY))


def make_ready(tenant: Tenant, slug: str = "", **rule: Any) -> Rule:
    """The rule of a draft that lacks nothing of what the gate to the pilot asks for."""
    made = make_promise(tenant, slug, lifecycle="draft", **rule)
    asked = ("matters", "matters_most", "measurable", "attainable", "feeling", "vision")
    views = ("customer_view", "staff_view", "management_view")
    with activate(tenant.pk):
        Promise.objects.filter(pk=made.promise_id).update(
            key_words=["soon"], **{name: f"{name} said" for name in (*asked, *views)}
        )
        made.promise.refresh_from_db()
        Participation.objects.create(promise=made.promise, people=12, outcome="Agreed.")
        Instruction.objects.create(promise=made.promise, role="Clerk", wording="Reply the same day.")
        for name in Criterion.Name.values:
            Criterion.objects.create(promise=made.promise, name=name, met=True, evidence=f"{name}: shown")
    return made


def make_calendar(tenant: Tenant, **fields: Any) -> Calendar:
    hours = {day: [["08:00", "16:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    with activate(tenant.pk):
        return Calendar.objects.create(**{"slug": "office", "name": "Office", "hours": hours} | fields)


def event(type_: str, time: datetime, **fields: Any) -> IncomingEvent:
    return IncomingEvent(id=fields.pop("id", f"e{next(_number)}"), type=type_, time=time, **fields)


def send(tenant: Tenant, *events: IncomingEvent) -> None:
    """Record these events in one batch and count them, and what follows from them."""
    with activate(tenant.pk):
        recorded = record(events=events, source="test")
    assert not recorded.rejected
    drain(tenant.pk)


def outcomes(tenant: Tenant) -> list[dict[str, Any]]:
    """Everything stored of the outcomes but their ids; the opening event by its own id."""
    with activate(tenant.pk):
        opened_by = dict(Event.objects.values_list("id", "source_id"))
        rows = PromiseOutcome.objects.order_by("rule_id", "subject", "opened_at").values()
        told = [
            {name: value for name, value in row.items() if name not in ("id", "opened_by")}
            | {"opened_by": opened_by.get(row["opened_by"])}
            for row in rows
        ]
    # Two of a customer's may have opened in the same minute.
    return sorted(told, key=lambda row: (row["rule_id"], row["subject"], row["opened_at"], row["opened_by"] or ""))


def statuses(tenant: Tenant) -> list[str]:
    return [row["status"] for row in outcomes(tenant)]


def counts(tenant: Tenant) -> dict[tuple[Any, ...], tuple[int, int, int]]:
    """(dimension, value, day, channel) -> (kept, broken, excluded); rows of zeros are left out."""
    with activate(tenant.pk):
        rows = OutcomeRollup.objects.values_list(
            "rule_id", "dimension", "value", "day", "channel_id", "kept", "broken", "excluded"
        )
        return {row[:5]: row[5:] for row in rows if any(row[5:])}


def total(tenant: Tenant, rule: Rule | None = None, *, dimension: str = "", value: str = "") -> tuple[int, ...]:
    """(kept, broken, excluded) of one slice over all days and channels."""
    parts = [
        numbers
        for (rule_id, *slice_, _day, _channel), numbers in counts(tenant).items()
        if slice_ == [dimension, value] and (rule is None or rule_id == rule.pk)
    ]
    return tuple(map(sum, zip(*parts, strict=True))) if parts else (0, 0, 0)


def told(tenant: Tenant) -> list[tuple[str, str]]:
    """What other rooms heard, in the order it was recorded: (type, correlation)."""
    with activate(tenant.pk):
        return list(Event.objects.filter(source="promises").order_by("id").values_list("type", "correlation"))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def shuffled(events: Iterable[IncomingEvent], order: Iterable[int]) -> list[IncomingEvent]:
    numbered = list(events)
    return [numbered[index] for index in order]


def late_quick_and_open() -> Tenant:
    """Orders to be delivered in an hour, by case: in Oulu one late and one in time, in Turku one open still."""
    tenant = make_tenant()
    for slug in ("turku", "oulu"):
        make_unit(tenant, slug, name=slug.capitalize())
    make_customer(tenant, "maija", name="Maija Meikäläinen")
    make_promise(tenant, "delivery", lifecycle="pilot")
    for name, hours, unit, closed in (("late", 9, "oulu", 3), ("quick", 8, "oulu", 0.5), ("open", 0.5, "turku", None)):
        opened = timezone.now() - timedelta(hours=hours)
        send(tenant, event("order.placed", opened, correlation=name, unit=unit, customer="maija"))
        if closed:
            send(tenant, event("order.delivered", opened + timedelta(hours=closed), correlation=name, unit=unit))
    return tenant
