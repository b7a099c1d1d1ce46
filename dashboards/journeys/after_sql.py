"""Each customer's first passage of a journey that was over in a period, and what the customer did after it, in SQL.

The night's count and the list behind it are made of the same text: they name the same customers.
"""

from typing import Any

from psycopg2 import sql

from cxplatform.tenancy.context import active_tenant_id
from journeys.models import EventType

WITHIN = 90  # days after the last step
MOST = 200_000
"""Customers of a journey looked at: of more, so many drawn by chance, the same ones each time."""
Meaning = EventType.Meaning

DRAWN = sql.SQL(
    """
SELECT id, journey_id, customer_id, last_at FROM (
    SELECT *, row_number() OVER (PARTITION BY journey_id ORDER BY hashtext(customer_id::text), id) AS place FROM (
        SELECT DISTINCT ON (journey_id, customer_id) id, journey_id, customer_id, last_at FROM journeys_passage
        WHERE tenant_id = (SELECT %(tenant)s::bigint) AND {journeys} AND customer_id IS NOT NULL AND ended
            AND started_at < %(end)s AND last_at >= %(begin)s AND last_at < %(end)s
        ORDER BY journey_id, customer_id, last_at, id
    ) first
) numbered WHERE place <= %(most)s
"""
)
# Of a drawn passage `d`: event_by_customer.
DID = sql.SQL(
    """
SELECT bool_or(type = ANY(%(referral)s::text[])) AS recommended, bool_or(type = ANY(%(repurchase)s::text[])) AS bought
FROM journeys_event
WHERE tenant_id = (SELECT %(tenant)s::bigint) AND customer_id = d.customer_id
    AND time > d.last_at AND time <= d.last_at + make_interval(days => %(within)s)
    AND type = ANY(%(referral)s::text[] || %(repurchase)s::text[])
"""
)


def given() -> dict[str, Any]:
    """What both ask for, with the types of events that say that one recommended us or bought again. One query."""
    types: dict[str, list[str]] = {Meaning.REFERRAL: [], Meaning.REPURCHASE: []}
    said = EventType.objects.filter(meaning__in=types)  # also of what is no encounter
    for meaning, type_ in said.values_list("meaning", "type"):
        types[meaning].append(type_)
    return {
        "tenant": active_tenant_id(),
        "within": WITHIN,
        "most": MOST,
        "referral": types[Meaning.REFERRAL],
        "repurchase": types[Meaning.REPURCHASE],
    }
