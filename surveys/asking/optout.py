"""Who is not to be asked again: writing it down in one tap, and reading it for many at once."""

import re
from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

from cxplatform.deliveries import messages
from cxplatform.ids import uuid7s
from cxplatform.tenancy.context import active_tenant_id
from surveys.models import Invitation, OptOut

_OPEN = (Invitation.State.PLANNED, Invitation.State.SENT, Invitation.State.OPENED)


def plain_address(address: str) -> str:
    """One spelling per address: e-mail in small letters, a phone number as +358401234567."""
    address = address.strip()
    if "@" in address:
        return address.lower()
    number = re.sub(r"[^\d+]", "", address)
    if number.startswith("00"):
        return f"+{number[2:]}"
    if number.startswith("0"):
        return f"+{settings.SMS_COUNTRY}{number[1:]}"
    return number


def address_hash(address: str) -> str:
    """How an address is remembered that must not be written to: its keyed hash; empty for none."""
    return next(iter(address_hashes(address)), "")


def address_hashes(address: str) -> list[str]:
    """What an address may be remembered as: under SECRET_KEY first, then under each key before it; empty for none."""
    plain = plain_address(address)
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS] if plain else []
    return [salted_hmac("surveys.optout", plain, secret=key, algorithm="sha256").hexdigest() for key in keys]


def opt_out(
    *, customer_id: UUID | None = None, address: str = "", hashed: str = "", method: str = "", how: str
) -> None:
    """Never ask this person again by `method` (empty = any). Open invitations of theirs end as refused, and what was
    written about them and has not left yet does not leave.

    `hashed` stands for an address that is no longer kept.
    """
    tenant_id = active_tenant_id()
    hashed = address_hash(address) or hashed
    if customer_id is None and not hashed:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO surveys_optout (tenant_id, id, customer_id, address_hash, method, how, at)
            VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
            """,
            [tenant_id, uuid7s(1)[0], customer_id, hashed, method, how, timezone.now()],
        )
    if customer_id is None and not address:
        return  # their other invitations are found by the hash when it is their turn to be sent
    found = Invitation.objects.filter(state__in=_OPEN)
    # Uses invitation_by_customer, or invitation_by_address.
    found = found.filter(customer_id=customer_id) if customer_id else found.filter(address=plain_address(address))
    if method:
        found = found.filter(method=method)
    ids = list(found.select_for_update().order_by("id").values_list("id", flat=True))
    Invitation.objects.filter(id__in=ids).update(state=Invitation.State.REFUSED, reason="opted_out", address="")
    messages.withdraw(ids)


def opt_back_in(*, customer_id: UUID | None = None, address: str = "") -> int:
    """Forget what was said, as the person asked to; how many entries there were."""
    found = OptOut.objects.none()
    if customer_id:
        found |= OptOut.objects.filter(customer_id=customer_id)
    if address:
        found |= OptOut.objects.filter(address_hash__in=address_hashes(address))
    return int(found.delete()[0])


def opted_out(asked: Iterable[tuple[UUID | None, str, str]]) -> list[bool]:
    """Of each (customer_id, address, method), whether that person said no. One query, whatever the number."""
    rows = [(customer_id, address_hashes(address), method) for customer_id, address, method in asked]
    # Uses opt_out_once and opt_out_by_address.
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT customer_id, address_hash, method FROM surveys_optout
            WHERE tenant_id = %(tenant)s AND customer_id = ANY(%(customers)s::uuid[])
            UNION ALL
            SELECT customer_id, address_hash, method FROM surveys_optout
            WHERE tenant_id = %(tenant)s AND address_hash = ANY(%(hashes)s) AND address_hash <> ''
            """,
            {
                "tenant": active_tenant_id(),
                "customers": list({customer for customer, _, _ in rows if customer}),
                "hashes": list({one for _, hashed, _ in rows for one in hashed}),
            },
        )
        said = cursor.fetchall()
    customers = {(customer, method) for customer, _, method in said if customer}
    hashes = {(hashed, method) for _, hashed, method in said if hashed}
    return [
        any((customer, m) in customers or any((one, m) in hashes for one in hashed) for m in ("", method))
        for customer, hashed, method in rows
    ]
