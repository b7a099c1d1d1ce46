"""Months summed up, from which long periods are read: a year of days is ten times the rows.

A month is summed up once it is quiet, by the beat; it is read as days again from the moment that a count of one of
its days moves until it is summed up anew. Sums of days are exact, so both tell the same. Of a month whose days have
all gone (events that turned out to be another month's, a journey told apart in another way) the sums go as well.
"""

from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from cxplatform.pipeline import locks
from cxplatform.stats.waiting import BINS
from cxplatform.tenancy.models import Tenant
from journeys.models import UNASSIGNED, Journey
from journeys.paths import measures
from journeys.paths.counting import MEASURES

# So long after its end most passages that began in a month are over, and few counts of it move.
QUIET = timedelta(days=31)

_FORGET_ALL = "DELETE FROM journeys_pathmonth WHERE tenant_id = (SELECT %(tenant)s::bigint)"

# Uses the primary keys of the counts for each journey, measure and slice; what was summed up once may have no days now.
_WANTED = """
SELECT j.id, months.month FROM unnest(%(journeys)s::bigint[]) AS j (id)
CROSS JOIN LATERAL (
    SELECT date_trunc('month', day)::date AS month FROM journeys_pathrollup
    WHERE tenant_id = (SELECT %(tenant)s::bigint) AND journey_id = j.id AND measure = %(passages)s
        AND dimension = '' AND value = '' AND day < %(until)s
    UNION
    SELECT month FROM journeys_pathmonthrollup
    WHERE tenant_id = (SELECT %(tenant)s::bigint) AND journey_id = j.id AND measure = %(passages)s
        AND dimension = '' AND value = '' AND month < %(until)s
    OFFSET 0
) months
WHERE NOT EXISTS (
    SELECT FROM journeys_pathmonth m
    WHERE m.tenant_id = (SELECT %(tenant)s::bigint) AND m.journey_id = j.id AND m.month = months.month)
ORDER BY 2 DESC, 1 LIMIT 1
"""
_EMPTY = """
DELETE FROM journeys_pathmonthrollup
WHERE tenant_id = (SELECT %(tenant)s::bigint) AND journey_id = %(journey)s AND measure = ANY(%(measures)s::text[])
    AND month = %(month)s
"""
_BINS = ", ".join(f"sum(histogram[{place}])::bigint" for place in range(1, BINS + 1))
_SUM = f"""
INSERT INTO journeys_pathmonthrollup
    (tenant_id, journey_id, measure, dimension, value, month, key, n, open, total, squares, histogram)
SELECT %(tenant)s, %(journey)s, m.name, days.dimension, days.value, %(month)s, days.key,
    days.n, days.open, days.total, days.squares, days.histogram
FROM unnest(%(measures)s::text[]) AS m (name)
CROSS JOIN LATERAL (
    SELECT dimension, value, key, sum(n)::bigint AS n, sum(open)::bigint AS open, sum(total) AS total,
        sum(squares) AS squares,
        CASE WHEN max(cardinality(histogram)) > 0 THEN ARRAY[{_BINS}] ELSE '{{}}'::bigint[] END AS histogram
    FROM journeys_pathrollup
    WHERE tenant_id = (SELECT %(tenant)s::bigint) AND journey_id = %(journey)s AND measure = m.name
        AND day >= %(month)s AND day < %(next)s
    GROUP BY dimension, value, key HAVING sum(n) <> 0
    OFFSET 0
) days
"""
_KEPT = """
INSERT INTO journeys_pathmonth (tenant_id, journey_id, month)
SELECT %(tenant)s, %(journey)s, %(month)s WHERE EXISTS (
    SELECT FROM journeys_pathmonthrollup
    WHERE tenant_id = (SELECT %(tenant)s::bigint) AND journey_id = %(journey)s AND measure = %(passages)s
        AND dimension = '' AND value = '' AND month = %(month)s)
"""


def forget_all(cursor: Any, *, tenant_id: int) -> None:
    """Have all months read as days until they are summed up anew."""
    cursor.execute(_FORGET_ALL, {"tenant": tenant_id})


def sum_up(tenant: Tenant, *, today: date | None = None) -> bool:
    """Sum up the newest month of the active tenant's journeys that is quiet and not summed up; whether one was.

    Waits for the worker that is counting, and keeps it waiting: a second at most.
    """
    today = today or timezone.localdate(timezone=tenant.zone)
    values: dict[str, Any] = {
        "tenant": tenant.pk,
        "journeys": [UNASSIGNED, *Journey.objects.values_list("pk", flat=True)],
        "passages": measures.PASSAGES,
        "until": (today - QUIET).replace(day=1),
        "measures": list(MEASURES),
    }
    locks.wait(tenant.pk)
    with connection.cursor() as cursor:
        cursor.execute(_WANTED, values)
        found = cursor.fetchone()
        if found is None:
            return False
        journey_id, month = found
        values |= {"journey": journey_id, "month": month, "next": (month + timedelta(days=31)).replace(day=1)}
        for statement in (_EMPTY, _SUM, _KEPT):
            cursor.execute(statement, values)
    return True
