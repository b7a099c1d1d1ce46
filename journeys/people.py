"""Looking a customer up by number, and what the history says of them: that something changed, never the person."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils import timezone

from cxplatform.tenancy.context import current_actor
from cxplatform.tenancy.models import AuditEntry
from journeys.models import Customer


def customer_of(external_id: str) -> Customer | None:
    """The customer of the active tenant who has this number now or had it before being merged; no erased one."""
    if "\x00" in external_id:
        return None
    found: Customer | None = Customer.objects.filter(external_id=external_id, erased_at=None).first()
    if found is not None and found.merged_into_id is not None:
        found = Customer.objects.filter(id=found.merged_into_id, erased_at=None).first()
    return found


def short(customer_id: UUID) -> str:
    """What a customer is called where who they are is not to be told."""
    return f"customer {str(customer_id)[-6:]}"


def note(action: str, customer_id: UUID, **changes: Any) -> None:
    """Add an entry to the history. It can never be removed, so it holds no name, number or value of the person."""
    note_many(action, {customer_id: changes})


def note_many(action: str, changes: Mapping[UUID, dict[str, Any]]) -> None:
    """Add an entry for each of these customers, with what is told of each, as `note` does."""
    actor = current_actor()
    AuditEntry.objects.bulk_create(
        AuditEntry(
            actor=actor.label[:300],
            user_id=actor.user_id,
            key_id=actor.key_id,
            action=action,
            model=Customer._meta.label_lower,
            object_id=str(customer_id),
            object_label=short(customer_id),
            changes=told,
        )
        for customer_id, told in changes.items()
    )


def change(customer: Customer, values: dict[str, Any], *, ambassador: bool) -> bool:
    """Set a customer's fields as a person told them, and note which; whether anything changed.

    The row is locked and read anew: of two who fill in different gaps at once, neither loses anything.
    """
    stored = Customer.objects.select_for_update().get(id=customer.id)
    changed = [name for name, value in values.items() if getattr(customer, name) != value]
    for name in changed:
        if name == "dimensions":
            keys = {*customer.dimensions, *values[name]}
            moved = {key for key in keys if customer.dimensions.get(key) != values[name].get(key)}
            kept = {key: value for key, value in stored.dimensions.items() if key not in moved}
            stored.dimensions = kept | {key: values[name][key] for key in moved if key in values[name]}
        else:
            setattr(stored, name, values[name])
    if ambassador != (customer.ambassador_at is not None):
        stored.ambassador_at = timezone.now() if ambassador else None
        changed.append("ambassador_at")
    if changed:
        stored.save(update_fields=changed)
        note("changed", customer.id, fields=changed)
    return bool(changed)
