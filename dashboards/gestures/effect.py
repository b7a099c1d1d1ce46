"""What customers who met a gesture say, beside the others at the same touchpoints: worked out by workers, at night.

Not drawn by lot: a gesture goes to whom staff choose, so a difference is no proof. An experiment is.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import numpy as np
from django.db import connection

from cxplatform.stats import anonymity
from cxplatform.stats.histogram import answers
from cxplatform.stats.metrics import metric
from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Tenant
from dashboards.insights.finders import Finder, Found
from dashboards.load import Histogram, bins_of
from dashboards.measures import PAGE_METRICS
from dashboards.models import Gesture

KIND = "gesture"
YEAR = 365
WITHIN = 30
"""Days after a gesture in which what a customer answers there may be of it."""
MOST = 20_000
"""Answers of a touchpoint looked at, the newest."""

# Uses gesture_use_by_time and response_by_touchpoint. A use of no place is of the gesture's own. Each customer's
# newest answer of a metric counts, with the gesture if any of theirs there met it.
_STATEMENT = """
WITH used AS MATERIALIZED (
    SELECT customer_id, coalesce(touchpoint_id, %(place)s::bigint) AS touchpoint_id, at FROM dashboards_gestureuse
    WHERE tenant_id = %(tenant)s AND gesture = %(gesture)s AND at >= %(since)s AND customer_id IS NOT NULL
        AND (%(place)s::bigint IS NULL OR coalesce(touchpoint_id, %(place)s::bigint) = %(place)s::bigint)
),
answered AS (
    SELECT r.customer_id, r.scores, r.answered_at, EXISTS (
        SELECT 1 FROM used u WHERE u.customer_id = r.customer_id AND u.touchpoint_id = r.touchpoint_id
            AND u.at <= r.answered_at AND u.at > r.answered_at - make_interval(days => %(within)s)
    ) AS met
    FROM (SELECT DISTINCT touchpoint_id FROM used WHERE touchpoint_id IS NOT NULL) place
    CROSS JOIN LATERAL (
        SELECT customer_id, touchpoint_id, scores, answered_at FROM surveys_response
        WHERE tenant_id = %(tenant)s AND touchpoint_id = place.touchpoint_id AND answered_at >= %(since)s
            AND audience = 'customer' AND NOT is_test AND wave = '' AND customer_id IS NOT NULL
        ORDER BY answered_at DESC LIMIT %(most)s
    ) r
),
counted AS (
    SELECT DISTINCT ON (a.customer_id, m.metric) m.metric, (a.scores ->> m.metric)::int AS bin, a.met
    FROM answered a CROSS JOIN unnest(%(metrics)s::text[]) AS m (metric)
    WHERE a.scores ? m.metric
    ORDER BY a.customer_id, m.metric, a.met DESC, a.answered_at DESC
)
SELECT metric, met, bin, count(*) FROM counted GROUP BY metric, met, bin
"""


def find(*, tenant: Tenant, today: date) -> Sequence[Found]:
    """A finding for each gesture in the catalogue after which enough have answered: the metric most answered after it,
    with the answers of those who met it and of the others. One query a gesture."""
    first = today - timedelta(days=YEAR)
    found = []
    for gesture in Gesture.objects.in_use().order_by("pk"):
        sides = _answers(gesture, datetime.combine(first, time(), tenant.zone))
        best = max(sides, key=lambda name: answers(name, sides[name][1]), default="")
        if not best:
            continue
        sizes = [answers(best, histogram) for histogram in sides[best]]
        if all(anonymity.enough(n, minimum=tenant.anonymity_minimum) for n in sizes):
            others, met = (histogram.tolist() for histogram in sides[best])
            data = {"gesture": gesture.pk, "metric": best, "met": met, "others": others}
            found.append(Found(data, first, today, touchpoint_id=gesture.touchpoint_id))
    return found


def _answers(gesture: Gesture, since: datetime) -> dict[str, tuple[Histogram, Histogram]]:
    """By metric: the answers of those who did not meet it, and of those who did."""
    names = [name for name in PAGE_METRICS if metric(name).answered]
    with connection.cursor() as cursor:
        cursor.execute(
            _STATEMENT,
            {
                "tenant": active_tenant_id(),
                "gesture": gesture.slug,
                "since": since,
                "place": gesture.touchpoint_id,
                "within": WITHIN,
                "most": MOST,
                "metrics": names,
            },
        )
        rows = cursor.fetchall()
    sides: dict[str, tuple[Histogram, Histogram]] = {}
    for name, met, place, n in rows:
        empty = (np.zeros(bins_of(name), dtype=np.int64), np.zeros(bins_of(name), dtype=np.int64))
        sides.setdefault(name, empty)[met][place] += n
    return sides


FINDER = Finder(KIND, find, every=timedelta(hours=1), nightly=True)
