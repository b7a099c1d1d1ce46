"""What happened, written down for every endpoint that wants to hear of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db.models import Q
from django.utils import timezone

from cxplatform.deliveries.models import Webhook, WebhookDelivery
from cxplatform.tenancy.context import active_tenant_id

TEST = "webhook.test"
_types: dict[str, Any] = {}


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One event to tell: `data` must be JSON as it is."""

    type: str
    data: Mapping[str, Any]
    at: datetime | None = None


def register(type: str, label: Any) -> None:
    """A room says, when it is made ready, what it tells of; shown to whoever sets up a webhook."""
    _types[type] = label


def known_types() -> dict[str, Any]:
    """What can be told, and what it is called."""
    return dict(_types)


def tell(happenings: Sequence[Happening]) -> int:
    """Put events into the surrounding transaction, one for each endpoint that listens; how many."""
    from cxplatform.deliveries.tasks import send_webhooks

    types = {each.type for each in happenings}
    if unknown := types - set(_types):
        raise ValueError(f"{unknown.pop()}: no room has registered that it tells of this")
    endpoints = Webhook.objects.in_use().filter(Q(types=[]) | Q(types__overlap=list(types)))
    rows = [
        WebhookDelivery(webhook=endpoint, type=each.type, body=_body(each))
        for endpoint in endpoints
        for each in happenings
        if not endpoint.types or each.type in endpoint.types
    ]
    WebhookDelivery.objects.bulk_create(rows, batch_size=1_000)
    if rows:
        send_webhooks.after_commit(active_tenant_id())
    return len(rows)


def tell_one(webhook: Webhook) -> None:
    """A test for one endpoint, whatever it listens to."""
    from cxplatform.deliveries.tasks import send_webhooks

    Webhook.objects.filter(pk=webhook.pk).update(waits_until=timezone.now())
    WebhookDelivery.objects.create(webhook=webhook, type=TEST, body=_body(Happening(type=TEST, data={"test": True})))
    send_webhooks.after_commit(active_tenant_id())


def _body(happening: Happening) -> str:
    document = {"type": happening.type, "timestamp": happening.at or timezone.now(), "data": happening.data}
    return msgspec.json.encode(document).decode()
