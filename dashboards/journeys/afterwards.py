"""What customers did after a journey: whether they recommended us, and whether they bought again.

Worked out at night, as it looks at what single customers did after their passage.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from psycopg2 import sql

from cxplatform.stats.anonymity import enough
from cxplatform.tenancy.models import Tenant
from dashboards.insights.finders import Finder, Found
from dashboards.journeys.after_sql import DID, DRAWN, WITHIN, given
from dashboards.models import Insight
from dashboards.shares import Share, share_of

KIND = "after_journey"
YEAR = timedelta(days=365)

_STATEMENT = sql.SQL(
    """
WITH drawn AS MATERIALIZED ({drawn})
SELECT d.journey_id, count(*), count(*) FILTER (WHERE did.recommended), count(*) FILTER (WHERE did.bought)
FROM drawn d CROSS JOIN LATERAL ({did}) did
GROUP BY d.journey_id ORDER BY d.journey_id
"""
).format(drawn=DRAWN.format(journeys=sql.SQL("journey_id > 0")), did=DID)


def find(*, tenant: Tenant, today: date) -> Sequence[Found]:
    """Each journey that enough customers finished in a year of which what followed is known by now; none where no
    type of event says either. A kind that no type says is None, not nobody."""
    asked = given()
    referral, repurchase = asked["referral"], asked["repurchase"]
    if not referral and not repurchase:
        return []
    end = today - timedelta(days=WITHIN)
    moments = [datetime.combine(day, time.min, tzinfo=tenant.zone) for day in (end - YEAR, end)]
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, asked | {"begin": moments[0], "end": moments[1]})
        rows = cursor.fetchall()
    return [
        Found(
            data={
                "customers": customers,
                "recommended": recommended if referral else None,
                "bought": bought if repurchase else None,
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

    @property
    def days(self) -> dict[str, str]:
        """What an address says to ask for those very customers, with no group."""
        return {"from": self.start.isoformat(), "to": self.last.isoformat()}


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
