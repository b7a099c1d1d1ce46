"""Webhooks made, changed, given new secrets and removed; each change in the history, never with a secret."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from cxplatform.deliveries.models import Webhook
from cxplatform.deliveries.webhooks.signing import new_secret
from cxplatform.tenancy import audit

GRACE = timedelta(hours=24)
"""How long after a rotation we sign with the old secret too."""


def make(*, name: str, url: str, format: str = Webhook.Format.STANDARD, types: Sequence[str] = ()) -> Webhook:
    """A new endpoint. The address must have been looked at by `outside.check`."""
    made: Webhook = Webhook.objects.create(name=name, url=url, format=format, types=list(types), secret=new_secret())
    audit.record("created", made, place=[None, made.place])
    return made


def change(webhook: Webhook, **fields: Any) -> Webhook:
    """Another name, address, format, other types, or `paused`; what waits is told as it is from now on."""
    before, place, url = audit.stored(webhook), webhook.place, webhook.url
    for name, value in fields.items():
        setattr(webhook, name, value)
    told = {} if webhook.url == url and webhook.place == place else {"place": [place, webhook.place]}
    if "paused" in fields or "url" in fields:
        webhook.waits_until = timezone.now()
        fields["waits_until"] = webhook.waits_until
    webhook.save(update_fields=list(fields))  # how it does is noted by a worker meanwhile
    audit.record("changed", webhook, before=before, **told)
    return webhook


def rotate(webhook: Webhook) -> Webhook:
    """A new secret; for a day we sign with the old one too, so that the receiver can change over."""
    before = audit.stored(webhook)
    webhook.previous, webhook.previous_until = webhook.secret, timezone.now() + GRACE
    webhook.secret = new_secret()
    webhook.save(update_fields=["secret", "previous", "previous_until"])
    audit.record("rotated", webhook, before=before)
    return webhook


def remove(webhook: Webhook) -> None:
    """Nothing more is told to it; what it was told stays in its log."""
    before = audit.stored(webhook)
    webhook.archived_at = timezone.now()
    webhook.save(update_fields=["archived_at"])
    audit.record("archived", webhook, before=before)
