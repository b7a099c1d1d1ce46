"""The next step told to a customer: by the channel they prefer, in their language, or why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cxplatform.deliveries import messages
from cxplatform.deliveries.models import OutgoingMessage
from cxplatform.tenancy.models import Tenant
from journeys.contact import Leave, Wish, may_write
from journeys.models import Channel, Customer

EMAIL, SMS = OutgoingMessage.By.EMAIL, OutgoingMessage.By.SMS
REASONS: Mapping[str, Any] = {
    "no_customer": _("the event names no customer"),
    "erased": _("the customer was erased"),
    "no_address": _("no e-mail address or phone number is known"),
    "opted_out": _("the customer does not want to be written to"),
    "place_gone": _("the touchpoint is no longer in use"),
}


@dataclass(frozen=True)
class Prompt:
    """One thing to tell a customer: `id` is what the message is about, `texts` are by language."""

    id: UUID
    customer: Any
    texts: Mapping[str, Mapping[str, str]]


def tell(prompts: Sequence[Prompt], *, tenant: Tenant, now: datetime) -> dict[UUID, tuple[str, str]]:
    """Put these into the outbox of the active tenant; by id, (email or sms, "") or ("", why not)."""
    ways = dict(Channel.objects.exclude(message_by="").values_list("pk", "message_by"))
    told: dict[UUID, tuple[str, str]] = {}
    wanted: list[tuple[Prompt, Wish]] = []
    for prompt in prompts:
        customer = prompt.customer
        if customer is None or customer.erased_at:
            told[prompt.id] = ("", "erased" if customer else "no_customer")
            continue
        by, address = way(customer, ways)
        if not address:
            told[prompt.id] = ("", "no_address")
            continue
        wanted.append((prompt, Wish(customer.id, address, by)))
    leaves = may_write([wish for _prompt, wish in wanted], now=now)
    outgoing = []
    for (prompt, wish), leave in zip(wanted, leaves, strict=True):
        if leave.reason:
            told[prompt.id] = ("", leave.reason)
        else:
            told[prompt.id] = (wish.by, "")
            outgoing.append(_message(prompt, wish, leave, tenant))
    messages.enqueue(outgoing)
    return told


def way(customer: Customer, ways: Mapping[int, str]) -> tuple[str, str]:
    """(email or sms, address): that of the preferred channel where the address is known, else what is known."""
    addresses: dict[str, str] = {EMAIL: customer.email.strip(), SMS: customer.phone.strip()}
    preferred = ways.get(customer.preferred_channel_id or 0, "")
    for by in (preferred, EMAIL, SMS):
        if by and addresses[by]:
            return str(by), addresses[by]
    return "", ""


def words(texts: Mapping[str, Mapping[str, str]], *, locale: str, language: str) -> Mapping[str, str]:
    """The texts in the customer's language, else the company's, else English, else the first there are."""
    spoken = locale.replace("_", "-").partition("-")[0].lower()
    return next((texts[code] for code in (spoken, language, "en") if code in texts), next(iter(texts.values())))


def _message(prompt: Prompt, wish: Wish, leave: Leave, tenant: Tenant) -> messages.Message:
    said = words(prompt.texts, locale=prompt.customer.locale, language=tenant.language)
    return messages.Message(
        by=wish.by,
        to=wish.address,
        about=prompt.id,
        sender=tenant.name,
        subject=_filled(said.get("subject", ""), prompt, tenant) or tenant.name if wish.by == EMAIL else "",
        text=_filled(said["text"], prompt, tenant),
        not_before=leave.not_before,
    )


def _filled(text: str, prompt: Prompt, tenant: Tenant) -> str:
    return text.replace("{company}", tenant.name).replace("{name}", prompt.customer.name)
