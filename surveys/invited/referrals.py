"""Recommendations: an ambassador's own link, and what came of it.

A visit is an event `referral.visited` of the ambassador. The link leads to the company's own pages with `ref=<token>`;
who becomes a customer there is told back as `referral.joined` with the correlation "referral:<token>".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import connection

from cxplatform.ids import uuid7s
from cxplatform.tenancy.context import active_tenant_id
from journeys.models import Customer
from journeys.record import IncomingEvent, record
from surveys.doors.tokens import seal, unseal

SOURCE = "referrals"
VISITED, JOINED = "referral.visited", "referral.joined"
_SALT = "surveys.referrals"


@dataclass(frozen=True)
class Came:
    """What came of one ambassador's link."""

    visited: int = 0
    joined: int = 0


def token_of(tenant_id: int, customer_id: UUID) -> str:
    return seal(_SALT, tenant_id.to_bytes(4, "big") + customer_id.bytes)


def read_token(token: str) -> tuple[int, UUID] | None:
    """(tenant, the ambassador's id), or None where the token is not one of ours."""
    said = unseal(_SALT, token, length=20)
    return (int.from_bytes(said[:4], "big"), UUID(bytes=said[4:])) if said else None


def address_of(tenant_id: int, customer_id: UUID) -> str:
    """The link in full, as it is given to a friend."""
    return f"{settings.PUBLIC_URL}/v/{token_of(tenant_id, customer_id)}"


def correlation_of(token: str) -> str:
    return f"referral:{token}"


def ambassador_of(customer_id: UUID) -> Customer | None:
    """The ambassador whom a link names: its friend may hold one of a number that has been merged since."""
    named = Customer.objects.filter(id=customer_id).first()
    if named is not None and named.merged_into_id:
        named = Customer.objects.filter(id=named.merged_into_id).first()
    return named if named is not None and named.ambassador_at and not named.erased_at else None


def visit(customer: Customer, token: str) -> None:
    """Note that somebody followed the link."""
    record(
        events=[
            IncomingEvent(
                id=str(uuid7s(1)[0]),
                type=VISITED,
                customer=customer.external_id,
                correlation=correlation_of(token),
            )
        ],
        source=SOURCE,
    )


def came_of(customer_ids: Iterable[UUID]) -> dict[UUID, Came]:
    """What came of each ambassador's link, and of those of numbers merged into theirs; one range of
    event_by_correlation each."""
    tenant_id = active_tenant_id()
    owners = {id_: id_ for id_ in customer_ids}
    merged = Customer.objects.filter(merged_into_id__in=list(owners))  # uses customer_merged
    owners |= dict(merged.values_list("id", "merged_into_id"))
    tokens = {correlation_of(token_of(tenant_id, id_)): owner for id_, owner in owners.items()}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT e.correlation, count(*) FILTER (WHERE e.type = %(visited)s),
                count(*) FILTER (WHERE e.type = %(joined)s)
            FROM unnest(%(cases)s::text[]) AS c (correlation)
            CROSS JOIN LATERAL (
                SELECT correlation, type FROM journeys_event
                WHERE tenant_id = (SELECT %(tenant)s::bigint) AND correlation = c.correlation AND correlation <> ''
                OFFSET 0
            ) e
            GROUP BY e.correlation
            """,
            {"tenant": tenant_id, "cases": list(tokens), "visited": VISITED, "joined": JOINED},
        )
        found: dict[UUID, Came] = {}
        for case, visited, joined in cursor.fetchall():
            so_far = found.get(tokens[case], Came())
            found[tokens[case]] = Came(so_far.visited + visited, so_far.joined + joined)
        return found
