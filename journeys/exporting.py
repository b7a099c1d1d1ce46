"""Everything that is stored about one person, as plain values: what a person may ask for (GDPR, article 15)."""

from typing import Any
from uuid import UUID

from django.utils import timezone

from cxplatform.deliveries.models import OutgoingMessage
from cxplatform.tenancy import audit
from journeys.keepers import keepers
from journeys.models import Channel, Customer, Event, Passage, RuleFiring
from journeys.people import note


def export(customer: Customer) -> dict[str, Any]:
    """All rooms' rows of a customer of the active tenant, by name; that it was taken out is noted."""
    told: dict[str, Any] = {"exported_at": timezone.now().isoformat()}
    for keeper in keepers():
        told |= keeper.export(customer.id)
    note("exported", customer.id)
    return told


def rows(queryset: Any, *without: str) -> list[dict[str, Any]]:
    """Rows as plain values, in the order they were made; never our own keys and bookkeeping."""
    unsaid = {"tenant_id", "customer_id", *without}
    return [
        {name: value for name, value in audit.state(row).items() if name not in unsaid}
        for row in queryset.order_by("pk")
    ]


def own(customer_id: UUID) -> dict[str, Any]:
    """This room's part: who they are, their events and passages."""
    person = Customer.objects.get(id=customer_id)
    told = {name: value for name, value in audit.state(person).items() if name not in ("tenant_id", "merged_into_id")}
    channel = Channel.objects.filter(pk=told.pop("preferred_channel_id")).first()
    prompts = RuleFiring.objects.filter(customer_id=customer_id)
    aliases = Customer.objects.filter(merged_into_id=customer_id).order_by("id")
    return {
        "customer": told
        | {
            "preferred_channel": channel.slug if channel else None,
            "former_numbers": list(aliases.values_list("external_id", flat=True)),
        },
        "events": rows(Event.objects.filter(customer_id=customer_id)),
        "passages": rows(Passage.objects.filter(customer_id=customer_id), "variant"),
        "prompts": rows(prompts),
        "prompt_messages": rows(OutgoingMessage.objects.filter(about__in=prompts.values("id")), "headers"),
    }
