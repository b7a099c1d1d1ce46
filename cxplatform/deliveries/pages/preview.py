"""What a webhook would say of an event, to look at before anything happens."""

from dataclasses import dataclass
from typing import Any

import msgspec
from django.utils import translation
from django.utils.translation import gettext as _

from cxplatform.deliveries.models import Webhook, WebhookDelivery
from cxplatform.deliveries.webhooks import chat, telling
from cxplatform.tenancy.models import Tenant


@dataclass(frozen=True)
class Preview:
    """The words (None of what systems read), what their link is called, and the JSON of one event, with the
    other types to look at."""

    type: str
    words: telling.Said | None
    open_it: str
    json: str
    types: list[tuple[str, str]]
    of_example: bool


def preview(webhook: Webhook, *, asked: str, tenant: Tenant) -> Preview:
    """By the newest event of the type that the webhook was told of, else by an example."""
    known = telling.kinds()
    types = [(type_, str(known[type_].label)) for type_ in known if not webhook.types or type_ in webhook.types]
    names = [type_ for type_, _ in types]
    told = WebhookDelivery.objects.filter(webhook=webhook, type__in=[asked] if asked in names else names)
    newest = told.order_by("-created_at", "-id").first()  # by delivery_by_time
    type_ = asked if asked in names else newest.type if newest else names[0] if names else telling.TEST
    body = newest.body if newest else telling.document(telling.Happening(type=type_, data=_example(known.get(type_))))
    words = chat.said(msgspec.json.decode(body), tenant) if webhook.is_chat else None
    with translation.override(tenant.language):
        open_it = _("Open it here")
    posted = msgspec.json.format(chat.message(webhook, body, tenant), indent=2).decode()
    return Preview(type_, words, open_it, posted, types, of_example=newest is None)


def _example(kind: telling.Kind | None) -> Any:
    return (kind.example if kind else None) or {}
