"""What happened, written down for every endpoint that wants to hear of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import Q
from django.utils import timezone

from cxplatform.deliveries.models import Webhook, WebhookDelivery
from cxplatform.deliveries.webhooks.in_order import lock_in_order
from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Tenant

TEST = "webhook.test"
PERSONAL = ("customer", "correlation")
_kinds: dict[str, "Kind"] = {}


@dataclass(frozen=True)
class Said:
    """An event in words: a sentence, facts by name, and the whole address where it is looked into."""

    title: str
    facts: tuple[tuple[str, str], ...] = ()
    link: str = ""


Say = Callable[[Mapping[str, Any], Tenant], Said]


@dataclass(frozen=True)
class Kind:
    """What a room tells of: what it is called, how it is said in a chat, and an example of its data."""

    label: Any
    say: Say | None = None
    example: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One event to tell: `data` must be JSON as it is. Of one about a customer `customer_id` says who, so that an
    erasure finds it; what of `data` leads to a person is called as in PERSONAL."""

    type: str
    data: Mapping[str, Any]
    at: datetime | None = None
    customer_id: UUID | None = None


def register(type: str, label: Any, *, say: Say | None = None, example: Mapping[str, Any] | None = None) -> None:
    """A room says, when it is made ready, what it tells of; shown to whoever sets up a webhook.

    `say` puts an event's data, as it stands in JSON, in words of the language that is active, without names of
    customers: a chat is read by many. The tenant is active too.
    """
    _kinds[type] = Kind(label, say, example)


def kinds() -> dict[str, Kind]:
    return dict(_kinds)


def known_types() -> dict[str, Any]:
    """What can be told, and what it is called, in the order in which it happens."""
    return {type_: kind.label for type_, kind in _kinds.items()}


def tell(happenings: Sequence[Happening]) -> int:
    """Put events into the surrounding transaction, one for each endpoint that listens; how many."""
    from cxplatform.deliveries.tasks import send_webhooks

    types = {each.type for each in happenings}
    if unknown := types - set(_kinds):
        raise ValueError(f"{unknown.pop()}: no room has registered that it tells of this")
    endpoints = Webhook.objects.in_use().filter(Q(types=[]) | Q(types__overlap=list(types)))
    rows = [
        WebhookDelivery(webhook=endpoint, type=each.type, body=document(each), customer_id=each.customer_id)
        for endpoint in endpoints
        for each in happenings
        if not endpoint.types or each.type in endpoint.types
    ]
    WebhookDelivery.objects.bulk_create(rows, batch_size=1_000)
    if rows:
        send_webhooks.after_commit(active_tenant_id())
    return len(rows)


def forget(*, customer_id: UUID) -> int:
    """Take what leads to an erased customer out of what waits and of what is kept of the active tenant; how many."""
    rows = list(WebhookDelivery.objects.filter(customer_id=customer_id).select_for_update().order_by("id"))
    for row in rows:
        told = msgspec.json.decode(row.body)
        told["data"] |= {name: None for name in PERSONAL if name in told["data"]}
        row.body, row.customer_id = msgspec.json.encode(told).decode(), None
    WebhookDelivery.objects.bulk_update(rows, ["body", "customer_id"], batch_size=500)
    return len(rows)


def follow(*, gone: UUID, stays: UUID) -> None:
    """What was told of a customer that is merged is the other's."""
    theirs = WebhookDelivery.objects.filter(customer_id=gone)
    lock_in_order(theirs)
    theirs.update(customer_id=stays)


def tell_one(webhook: Webhook) -> None:
    """A test for one endpoint, whatever it listens to."""
    from cxplatform.deliveries.tasks import send_webhooks

    Webhook.objects.filter(pk=webhook.pk).update(waits_until=timezone.now())
    WebhookDelivery.objects.create(webhook=webhook, type=TEST, body=document(Happening(type=TEST, data={"test": True})))
    send_webhooks.after_commit(active_tenant_id())


def document(happening: Happening) -> str:
    """The JSON of an event, as a standard webhook posts it."""
    told = {"type": happening.type, "timestamp": happening.at or timezone.now(), "data": happening.data}
    return msgspec.json.encode(told).decode()
