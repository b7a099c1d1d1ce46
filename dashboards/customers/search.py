"""Finding customers by the beginning of what is known of them: number, name, e-mail, phone, account."""

import re
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from cxplatform.tenancy.context import active_tenant_id
from journeys.models import Customer

MOST = 50
SHORTEST_PHONE = 4
_LAST = "\U0010ffff"  # sorts after every character


@dataclass(frozen=True)
class Found:
    """One customer of a list; `alias` is the number they were found by where it is not the one they have now."""

    id: UUID
    external_id: str
    name: str
    email: str
    phone: str
    account: str
    role: str
    ambassador: bool
    alias: str = ""


# One index each (migration 0005 of journeys): what begins with the words asked for lies between them and the last
# text that begins so. LIKE would say the same, and behind row-level security read every customer instead.
_BRANCH = """
(SELECT id, merged_into_id, external_id FROM journeys_customer
WHERE tenant_id = %(tenant)s AND {key} <> '' AND {key} >= %({value})s AND {key} < %({value})s || %(last)s
    AND erased_at IS NULL
ORDER BY {key} LIMIT %(most)s)
"""


def search(asked: str) -> list[Found]:
    """Customers of the active tenant who match, at most MOST and one more, in the order of what they matched by.

    Words are compared without regard to case. A phone number is compared from its end, so that it is found with
    and without its country code.
    """
    words = " ".join(asked.replace("\x00", "").split()).lower()
    if not words:
        return []
    values = {"words": words}
    keys = [(key, "words") for key in ("number_key", "email_key", "name_key", "name_turned", "account_key")]
    digits = re.sub(r"\D", "", words)
    if len(digits) >= SHORTEST_PHONE and re.fullmatch(r"[\d\s()+./-]+", words):
        values["phone"] = re.sub(r"^0+", "", digits)[::-1]
        keys.append(("phone_key", "phone"))
    statement = "UNION ALL".join(_BRANCH.format(key=key, value=value) for key, value in keys)
    with connection.cursor() as cursor:
        cursor.execute(statement, values | {"tenant": active_tenant_id(), "last": _LAST, "most": MOST + 1})
        rows = cursor.fetchall()
    aliases = {merged: number for _, merged, number in rows if merged}
    return _shown(list(dict.fromkeys(merged or id_ for id_, merged, _ in rows))[: MOST + 1], aliases)


def newest() -> list[Found]:
    """Those whom the active tenant came to know last."""
    # Ids are in the order of arrival: uses the key (tenant, id), backwards.
    ids = Customer.objects.filter(erased_at=None, merged_into_id=None).order_by("-tenant_id", "-id")
    return _shown(list(ids.values_list("id", flat=True)[:MOST]), {})


def _shown(ids: list[UUID], aliases: dict[UUID, str]) -> list[Found]:
    known = {customer.id: customer for customer in Customer.objects.filter(id__in=ids, erased_at=None)}
    return [
        Found(
            id=c.id,
            external_id=c.external_id,
            name=c.name,
            email=c.email,
            phone=c.phone,
            account=c.account,
            role=c.role,
            ambassador=c.ambassador_at is not None,
            alias=aliases.get(c.id, ""),
        )
        for id_ in ids
        if (c := known.get(id_)) is not None
    ]
