"""Do-not-contact lists from files: customers by number, by e-mail address or by phone number."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from cxplatform.deliveries import messages
from cxplatform.ids import uuid7s
from cxplatform.tenancy.context import active_tenant_id
from journeys.customers import IncomingCustomer, upsert
from journeys.importing.mapping import Mapping, Shape
from journeys.importing.offers import Offer, Target
from journeys.importing.reader import Values
from journeys.importing.run import Intake, Kind, Written
from journeys.models import Customer
from surveys.asking.optout import address_hash, plain_address

SHAPE = Shape(name="optout", fields=dict.fromkeys(("customer", "email", "phone"), "text"), required=(), tables={})

# Uses opt_out_once, whose nulls are not distinct.
_STORE = """
INSERT INTO surveys_optout (tenant_id, id, customer_id, address_hash, method, how, at)
SELECT %(tenant)s, id, customer_id, address_hash, '', 'import', now()
FROM unnest(%(ids)s::uuid[], %(customers)s::uuid[], %(hashes)s::text[]) AS told (id, customer_id, address_hash)
ORDER BY customer_id, address_hash
ON CONFLICT DO NOTHING RETURNING customer_id, address_hash
"""
# Uses invitation_by_customer and invitation_by_address.
_END = """
UPDATE surveys_invitation SET state = 'refused', reason = 'opted_out', address = ''
WHERE tenant_id = %(tenant)s AND id IN (
    SELECT id FROM surveys_invitation WHERE tenant_id = %(tenant)s AND state IN ('planned', 'sent', 'opened')
        AND (customer_id = ANY(%(customers)s::uuid[]) OR (address = ANY(%(addresses)s::text[]) AND address <> ''))
    ORDER BY id FOR UPDATE
)
RETURNING id
"""


def intake(mapping: Mapping) -> Intake:
    """Rows as people who are not to be asked by any method; each needs a customer number or an address."""

    def item(values: Values) -> dict[str, str]:
        return {name: value for name, value in values.fields.items() if value}

    return Intake(item, _write)


def _write(rows: Sequence[dict[str, str]]) -> Written:
    rejected = {place: errors for place, row in enumerate(rows) if (errors := _faults(row))}
    good = [row for place, row in enumerate(rows) if place not in rejected]
    known = _customers({row["customer"] for row in good if "customer" in row})
    told: dict[tuple[UUID | None, str], int] = {}
    for place, row in enumerate(good):
        if "customer" in row:
            told.setdefault((known[row["customer"]], ""), place)
        for name in ("email", "phone"):
            if name in row:
                told.setdefault((None, address_hash(row[name])), place)
    keys = list(told)
    values: dict[str, Any] = {
        "tenant": active_tenant_id(),
        "ids": uuid7s(len(keys)),
        "customers": [customer for customer, _hash in keys],
        "hashes": [hashed for _customer, hashed in keys],
        "addresses": sorted({plain_address(row[name]) for row in good for name in ("email", "phone") if name in row}),
    }
    with connection.cursor() as cursor:
        cursor.execute(_STORE, values)
        new = {told[key] for key in cursor.fetchall()}
        cursor.execute(_END, values)
        messages.withdraw([id_ for (id_,) in cursor.fetchall()])
    return Written(len(new), len(good) - len(new), rejected)


def _faults(row: dict[str, str]) -> dict[str, str]:
    if not row:
        return {"customer": "Give a customer number, an e-mail address or a phone number."}
    for name, value in row.items():
        if "\x00" in value:
            return {name: "Remove the NUL character: the database cannot store it."}
    if len(row.get("customer", "")) > 200:
        return {"customer": "Send at most 200 characters."}
    if "email" in row and "@" not in row["email"]:
        return {"email": "Send an e-mail address such as name@example.org, or an empty text for none."}
    if "phone" in row and sum(sign.isdigit() for sign in row["phone"]) < 5:
        return {"phone": "Give a phone number such as +358 40 123 4567."}
    return {}


def _customers(numbers: set[str]) -> dict[str, UUID]:
    """Customers by number; one who is not known yet is made, so that the word holds when they become known."""
    upsert(customers=[IncomingCustomer(external_id=number) for number in sorted(numbers)])
    now = Coalesce("merged_into_id", "id")
    return dict(Customer.objects.filter(external_id__in=numbers).values_list("external_id", now))


OPT_OUTS = Kind(name="optouts", shape=SHAPE, intake=intake)


def offered() -> list[Offer]:
    return [Offer(slug="optouts", label=_("Do not contact"), kind=OPT_OUTS, targets=_TARGETS)]


_TARGETS = (
    Target(
        "customer",
        _("customer number"),
        names=("asiakasnumero", "asiakasnro", "asiakas", "kundnummer", "kund", "customer number", "customer id", "id"),
    ),
    Target("email", _("e-mail"), names=("sähköposti", "sähköpostiosoite", "s-posti", "e-post", "email", "e-mail")),
    Target("phone", _("phone"), names=("puhelin", "puhelinnumero", "puh", "matkapuhelin", "telefon", "mobil", "phone")),
)
