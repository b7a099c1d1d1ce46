"""What customers did after a journey: whether they recommended us, and whether they bought again.

Worked out at night, as it looks at what single customers did after their passage.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection

from cxplatform.stats.anonymity import enough
from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Tenant
from dashboards.insights.finders import Finder, Found
from dashboards.models import Insight
from dashboards.shares import Share, share_of
from journeys.models import EventType

KIND = "after_journey"
WITHIN = 90  # days after the last step
YEAR = timedelta(days=365)
MOST = 200_000
"""Customers looked at: of more, so many drawn by chance."""

# The first passage of each customer in the year; then what the customer did: event_by_customer.
_STATEMENT = """
WITH first AS (
    SELECT DISTINCT ON (journey_id, customer_id) journey_id, customer_id, last_at FROM journeys_passage
    WHERE tenant_id = (SELECT %(tenant)s::bigint) AND journey_id > 0 AND customer_id IS NOT NULL AND ended
        AND last_at >= %(begin)s AND last_at < %(end)s
    ORDER BY journey_id, customer_id, last_at
),
drawn AS MATERIALIZED (
    SELECT * FROM first ORDER BY hashtext(customer_id::text) LIMIT %(most)s
)
SELECT d.journey_id, count(*), count(*) FILTER (WHERE did.recommended), count(*) FILTER (WHERE did.bought)
FROM drawn d CROSS JOIN LATERAL (
    SELECT bool_or(type = ANY(%(referral)s)) AS recommended, bool_or(type = ANY(%(repurchase)s)) AS bought
    FROM journeys_event
    WHERE tenant_id = (SELECT %(tenant)s::bigint) AND customer_id = d.customer_id
        AND time > d.last_at AND time <= d.last_at + make_interval(days => %(within)s)
        AND type = ANY(%(referral)s || %(repurchase)s)
) did
GROUP BY d.journey_id ORDER BY d.journey_id
"""


def find(*, tenant: Tenant, today: date) -> Sequence[Found]:
    """Each journey that enough customers finished in a year of which what followed is known by now; none where no
    type of event says either. A kind that no type says is None, not nobody."""
    Meaning = EventType.Meaning
    types: dict[str, list[str]] = {Meaning.REFERRAL: [], Meaning.REPURCHASE: []}
    said = EventType.objects.filter(meaning__in=types)  # also of what is no encounter
    for meaning, type_ in said.values_list("meaning", "type"):
        types[meaning].append(type_)
    if not any(types.values()):
        return []
    end = today - timedelta(days=WITHIN)
    moments = [datetime.combine(day, time.min, tzinfo=tenant.zone) for day in (end - YEAR, end)]
    with connection.cursor() as cursor:
        cursor.execute(
            _STATEMENT,
            {
                "tenant": active_tenant_id(),
                "begin": moments[0],
                "end": moments[1],
                "within": WITHIN,
                "most": MOST,
                "referral": types[Meaning.REFERRAL],
                "repurchase": types[Meaning.REPURCHASE],
            },
        )
        rows = cursor.fetchall()
    return [
        Found(
            data={
                "customers": customers,
                "recommended": recommended if types[Meaning.REFERRAL] else None,
                "bought": bought if types[Meaning.REPURCHASE] else None,
            },
            start=end - YEAR,
            last=end - timedelta(days=1),
            journey_id=journey_id,
        )
        for journey_id, customers, recommended, bought in rows
        if enough(customers, minimum=tenant.anonymity_minimum)
    ]


FINDER = Finder(KIND, find, every=timedelta(days=1), nightly=True)


@dataclass(frozen=True)
class Afterwards:
    """Of customers whose first passage in `start` ... `last` is over, those who did it within `WITHIN` days; None where
    no type of event says so."""

    start: date
    last: date
    recommended: Share | None
    bought: Share | None


def afterwards_of(journey_id: int) -> Afterwards | None:
    """As found last; None where it is not known. One query."""
    found = Insight.objects.filter(kind=KIND, journey_id=journey_id).first()
    if found is None:
        return None
    shares = (
        None if found.data[name] is None else share_of(found.data[name], found.data["customers"])
        for name in ("recommended", "bought")
    )
    return Afterwards(found.start, found.last, *shares)
