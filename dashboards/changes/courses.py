"""How answers at each touchpoint went, by day or month: what finders look through. For workers, never for a page."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np
from django.db import connection

from cxplatform.stats.fault import Days
from cxplatform.stats.metrics import Metric
from cxplatform.stats.sums import Sums
from dashboards.load import COMPANY
from dashboards.measures import PAGE_METRICS
from dashboards.periods import Period

Course = Mapping[date, Sums]


def most_answered(period: Period) -> dict[int, str]:
    """The metric most answered at each touchpoint over the period's months: one each, as two are never pooled."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT touchpoint_id, metric, sum((SELECT sum(c) FROM unnest(histogram) AS c)) AS n
            FROM surveys_scorerollup
            WHERE metric = ANY(%s) AND dimension = '' AND value = '' AND grain = 'm' AND touchpoint_id > %s
                AND start >= %s AND start < %s AND audience = 'customer' AND wave = ''
            GROUP BY touchpoint_id, metric
            """,
            [list(PAGE_METRICS), COMPANY, period.start.replace(day=1), period.end],
        )
        best: dict[int, tuple[int, int, str]] = {}
        for touchpoint, name, n in cursor.fetchall():
            # Of two asked as often the one that the page names first.
            rank = (int(n), -PAGE_METRICS.index(name), name)
            best[touchpoint] = max(best.get(touchpoint, rank), rank)
    return {touchpoint: name for touchpoint, (n, _, name) in best.items() if n}


def courses(of: Metric, *, grain: str, period: Period, touchpoints: Iterable[int]) -> Mapping[int, Course]:
    """Sums of the normalised answers (0-100) of each touchpoint by day ("d") or month ("m"). One query."""
    found: dict[int, dict[date, Sums]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, _given(of, grain, period, touchpoints))
        for touchpoint, start, n, total, squares in cursor.fetchall():
            found.setdefault(touchpoint, {})[start] = Sums(int(n), float(total), float(squares))
    return found


def daily(course: Course, period: Period) -> Days:
    """The course as arrays, a place for each day of the period."""
    table = np.zeros((3, period.days))
    for day, sums in course.items():
        if period.start <= day < period.end:
            table[:, (day - period.start).days] += (sums.n, sums.total, sums.squares)
    return Days(table[0], table[1], table[2])


def _given(of: Metric, grain: str, period: Period, touchpoints: Iterable[int]) -> dict[str, Any]:
    return {
        "metric": of.name,
        "grain": grain,
        "first": period.start,
        "end": period.end,
        "touchpoints": list(touchpoints),
        "numbers": list(of.normal),
    }


_SUMS = """
    SELECT r.touchpoint_id, r.start, sum(h.c), sum(h.c * h.x), sum(h.c * h.x * h.x)
    FROM surveys_scorerollup r
    CROSS JOIN LATERAL unnest(r.histogram, %(numbers)s::float8[]) AS h (c, x)
    WHERE r.metric = %(metric)s AND r.dimension = '' AND r.value = '' AND r.grain = %(grain)s
        AND r.touchpoint_id = ANY(%(touchpoints)s) AND r.start >= %(first)s AND r.start < %(end)s
        AND r.audience = 'customer' AND r.wave = '' AND h.x IS NOT NULL
    GROUP BY r.touchpoint_id, r.start HAVING sum(h.c) > 0
"""
