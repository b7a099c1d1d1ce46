"""Bring in who the customers are, many at once, in whatever order systems send them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection
from msgspec import UNSET, Meta, UnsetType

from cxplatform.ids import uuid7s
from cxplatform.tenancy.context import active_tenant_id

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


TEXTS = ("name", "email", "phone", "locale", "account", "role")
NOTHING = CustomerFields(**dict.fromkeys(TEXTS, ""), dimensions={})


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
    return errors


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
        ELSE jsonb_strip_nulls(CASE WHEN %(replace)s THEN '{}' ELSE c.dimensions END || sent.dimensions) END
FROM jsonb_to_recordset(%(rows)s) AS sent (
    external_id text, name text, email text, phone text, locale text, account text, role text, dimensions jsonb)
WHERE c.tenant_id = %(tenant)s AND c.external_id = sent.external_id
"""


def upsert(*, customers: Sequence[IncomingCustomer], replace: bool = False) -> Upserted:
    """Create or change customers of the active tenant, each named once.

    Fields left out stay as they are, and dimensions are merged; with `replace` the dimensions sent are all
    there are. Dimensions nobody has declared are kept too: they count from the day they are declared.
    """
    if not customers:
        return Upserted(0, 0)
    rows: list[dict[str, Any]] = [
        {"id": str(id_), **msgspec.to_builtins(customer)}
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
