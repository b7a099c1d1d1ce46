"""Bring in who the customers are, many at once, in whatever order systems send them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection
from msgspec import UNSET, Meta, UnsetType

from cxplatform.ids import uuid7s
from cxplatform.tenancy.context import active_tenant_id
from journeys.models import Channel, Customer

MOST_DIMENSIONS = 50
_Value = Annotated[str, Meta(min_length=1, max_length=200)] | bool | int | float | None


class CustomerFields(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is told of a customer. What is left out stays as it is; a dimension of null is taken away."""

    name: Annotated[str, Meta(max_length=200)] | UnsetType = UNSET
    email: Annotated[str, Meta(max_length=254)] | UnsetType = UNSET
    phone: Annotated[str, Meta(max_length=50)] | UnsetType = UNSET
    locale: Annotated[str, Meta(max_length=10)] | UnsetType = UNSET
    account: Annotated[str, Meta(max_length=200)] | UnsetType = UNSET
    role: Annotated[str, Meta(max_length=100)] | UnsetType = UNSET
    preferred_channel: Annotated[str, Meta(max_length=100)] | UnsetType = UNSET
    ambassador_at: datetime | UnsetType | None = UNSET
    dimensions: (
        Annotated[dict[Annotated[str, Meta(min_length=1, max_length=100)], _Value], Meta(max_length=MOST_DIMENSIONS)]
        | UnsetType
    ) = UNSET


class IncomingCustomer(CustomerFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    external_id: Annotated[str, Meta(min_length=1, max_length=200)]


@dataclass(frozen=True)
class Upserted:
    created: int
    updated: int


_EARLIEST, _LATEST = 1950, 2200
TEXTS = ("name", "email", "phone", "locale", "account", "role")
NOTHING = CustomerFields(**dict.fromkeys(TEXTS, ""), dimensions={}, preferred_channel="", ambassador_at=None)


def check(customer: CustomerFields) -> dict[str, str]:
    """What is wrong with a customer beyond its shape, by field."""
    errors = {}
    if customer.email:
        try:
            validate_email(customer.email)
        except ValidationError:
            errors["email"] = "Send an e-mail address such as name@example.org, or an empty text for none."
    if isinstance(customer, IncomingCustomer) and not customer.external_id.strip():
        errors["external_id"] = "Send the identifier your systems use for the customer."
    since = customer.ambassador_at
    if isinstance(since, datetime) and since.tzinfo is None:
        errors["ambassador_at"] = "Send the time with its offset from UTC, as in 2026-11-22T09:30:00+02:00."
    elif isinstance(since, datetime) and not _EARLIEST <= since.year <= _LATEST:
        errors["ambassador_at"] = f"Send a time of the years {_EARLIEST} to {_LATEST}."
    return errors


def _in_utc(customer: CustomerFields) -> CustomerFields:
    """An offset that Python reads, 22 hours for one, may be more than a database takes."""
    since = customer.ambassador_at
    if not isinstance(since, datetime):
        return customer
    return msgspec.structs.replace(customer, ambassador_at=since.astimezone(UTC))


def unknown_channels(customer: CustomerFields) -> dict[str, str]:
    """What is wrong with the preferred channel, by field: it is to be one in use. One query where it is told."""
    slug = customer.preferred_channel
    if slug is UNSET or not slug or ("\x00" not in slug and Channel.objects.in_use().filter(slug=slug).exists()):
        return {}
    return {"preferred_channel": "No channel in use has this identifier. GET /api/v1/channels lists them."}


# In two steps, as what is already there must be merged and not replaced. Rows go in and are locked by their
# external id, so that two batches which share customers wait for each other instead of deadlocking.
_MAKE = """
INSERT INTO journeys_customer (tenant_id, id, external_id, name, email, phone, locale, account, role, dimensions)
SELECT %(tenant)s, id, external_id, '', '', '', '', '', '', '{}'
FROM jsonb_to_recordset(%(rows)s) AS sent (id uuid, external_id text)
ORDER BY external_id
ON CONFLICT (tenant_id, external_id) DO NOTHING
"""
_LOCK = """
SELECT 1 FROM journeys_customer WHERE tenant_id = %(tenant)s AND external_id = ANY(%(names)s)
ORDER BY external_id FOR UPDATE
"""
_MERGE = """
UPDATE journeys_customer c SET
    name = coalesce(sent.name, c.name), email = coalesce(sent.email, c.email),
    phone = coalesce(sent.phone, c.phone), locale = coalesce(sent.locale, c.locale),
    account = coalesce(sent.account, c.account), role = coalesce(sent.role, c.role),
    dimensions = CASE WHEN sent.dimensions IS NULL THEN c.dimensions
        ELSE jsonb_strip_nulls(CASE WHEN %(replace)s THEN '{}' ELSE c.dimensions END || sent.dimensions) END,
    preferred_channel_id = CASE WHEN sent.preferred_channel IS NULL THEN c.preferred_channel_id ELSE (
        SELECT id FROM journeys_channel WHERE slug = sent.preferred_channel AND archived_at IS NULL) END,
    ambassador_at = CASE WHEN sent.row ? 'ambassador_at' THEN (sent.row ->> 'ambassador_at')::timestamptz
        ELSE c.ambassador_at END
FROM (
    SELECT told.*, row FROM jsonb_array_elements(%(rows)s::jsonb) AS row
    CROSS JOIN LATERAL jsonb_to_record(row) AS told (
        external_id text, name text, email text, phone text, locale text, account text, role text, dimensions jsonb,
        preferred_channel text)
) sent
WHERE c.tenant_id = %(tenant)s AND c.external_id = sent.external_id
"""


def _by_the_number_they_have_now(customers: Sequence[IncomingCustomer]) -> Sequence[IncomingCustomer]:
    """Those told by a number that was merged into another by the number that stayed; told twice, the later adds."""
    numbers = [customer.external_id for customer in customers]
    merged = dict(
        Customer.objects.filter(external_id__in=numbers, merged_into_id__isnull=False).values_list(
            "external_id", "merged_into_id"
        )
    )
    if not merged:
        return customers
    stays = dict(Customer.objects.filter(id__in=merged.values()).values_list("id", "external_id"))
    now: dict[str, IncomingCustomer] = {}
    for customer in customers:
        number = stays[merged[customer.external_id]] if customer.external_id in merged else customer.external_id
        told = {name: value for name, value in msgspec.structs.asdict(customer).items() if value is not UNSET}
        before = now.get(number)
        if before is not None:
            earlier = {name: value for name, value in msgspec.structs.asdict(before).items() if value is not UNSET}
            told = earlier | told | {"dimensions": earlier.get("dimensions", {}) | told.get("dimensions", {})}
        now[number] = IncomingCustomer(**told | {"external_id": number})
    return list(now.values())


def upsert(*, customers: Sequence[IncomingCustomer], replace: bool = False) -> Upserted:
    """Create or change customers of the active tenant, each named once.

    Fields left out stay as they are, and dimensions are merged; with `replace` the dimensions sent are all
    there are. Dimensions nobody has declared are kept too: they count from the day they are declared.
    """
    if not customers:
        return Upserted(0, 0)
    customers = _by_the_number_they_have_now(customers)
    rows: list[dict[str, Any]] = [
        {"id": str(id_), **msgspec.to_builtins(_in_utc(customer))}
        for id_, customer in zip(uuid7s(len(customers)), customers, strict=True)
    ]
    values: dict[str, Any] = {
        "tenant": active_tenant_id(),
        "rows": msgspec.json.encode(rows).decode(),
        "names": [customer.external_id for customer in customers],
        "replace": replace,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MAKE, values)
        created = cursor.rowcount
        cursor.execute(_LOCK, values)
        cursor.execute(_MERGE, values)
    return Upserted(created, len(customers) - created)
