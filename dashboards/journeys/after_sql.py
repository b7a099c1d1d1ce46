"""Each customer's first passage of a journey that was over in a period, and what the customer did after it, in SQL.

The night's count and the list behind it are made of the same text: they name the same customers.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from psycopg2 import sql

from cxplatform.stats.waiting import BINS, EDGES
from cxplatform.tenancy.context import active_tenant_id
from journeys.models import EventType
from journeys.paths import measures

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
            AND started_at >= coalesce(%(since)s::timestamptz, '-infinity')
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
# Nothing finds a passage by its end. One that is over in the period began on a day whose longest lasted until then: no
# longer than the upper end of the last bin that anything is in, or of the open one than all of the day together. Two
# days more on either side, as the company may have moved to another time zone since they were counted.
_SINCE = """
SELECT least(
    (SELECT min(day) - 2 FROM journeys_pathrollup
        WHERE tenant_id = (SELECT %(tenant)s::bigint) AND journey_id = ANY(%(journeys)s) AND measure = %(measure)s
            AND dimension = '' AND value = '' AND key = '' AND day < %(first)s
            AND day + 4 + CASE WHEN coalesce(histogram[%(bins)s], 1) > 0 THEN total / 86400
                ELSE coalesce((SELECT max(high) FROM unnest(histogram, %(edges)s::int[]) AS bin (n, high) WHERE n > 0)
                    / 1440.0, 0) END * interval '1 day' >= %(first)s)::timestamp AT TIME ZONE %(zone)s,
    (SELECT min(started_at) FROM journeys_passage
        WHERE tenant_id = (SELECT %(tenant)s::bigint) AND journey_id = ANY(%(journeys)s) AND NOT ended
            AND last_at >= %(begin)s AND last_at < %(end)s),
    (%(first)s::date - 2)::timestamp AT TIME ZONE %(zone)s)
"""


def since(*, journey_ids: Sequence[int], begin: datetime, end: datetime, zone: ZoneInfo) -> datetime:
    """Before this no passage of these journeys began whose last step is in the period. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            _SINCE,
            {
                "tenant": active_tenant_id(),
                "journeys": list(journey_ids),
                "measure": measures.PASSAGES,
                "bins": BINS,
                "edges": list(EDGES),
                "first": begin.astimezone(zone).date(),
                "begin": begin,
                "end": end,
                "zone": zone.key,
            },
        )
        (found,) = cursor.fetchone()
    return found  # type: ignore[no-any-return]


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
        "since": None,
        "referral": types[Meaning.REFERRAL],
        "repurchase": types[Meaning.REPURCHASE],
    }
