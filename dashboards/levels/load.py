"""Counts of the whole company by quarter, of each audience and kind of survey: one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from django.db import connection
from psycopg2 import sql

from dashboards.load import EVERYBODY, Histogram, bins_of
from dashboards.periods import Period, next_month, years_before

Kind = Literal["relationship", "transaction", "recall", "onboarding"]
Audience = Literal["customer", "employee"]
Key = tuple[str, Audience, Kind, str, date]


@dataclass(frozen=True)
class Quarters:
    """Histograms by (metric, audience, kind of survey, value of the dimension or "", first day of the quarter)."""

    histograms: Mapping[Key, Histogram]

    def get(
        self, metric: str, kind: Kind, quarter: date, *, audience: Audience = "customer", value: str = ""
    ) -> Histogram:
        """One histogram, of zeros where nothing was answered."""
        found = self.histograms.get((metric, audience, kind, value, quarter))
        return np.zeros(bins_of(metric), dtype=np.int64) if found is None else found

    def answered(self, metric: str, kind: Kind, *, audience: Audience = "customer") -> list[date]:
        """The quarters in which anybody answered, oldest first."""
        return sorted(
            quarter
            for (name, who, of, value, quarter), histogram in self.histograms.items()
            if (name, who, of, value) == (metric, audience, kind, "") and histogram.any()
        )


# As dashboards.load: one range of the primary key for each metric and part, summed on the spot. A quarter of a
# relationship survey is its wave ("2026-Q4"); recall and onboarding name themselves in theirs ("recall:2026-Q4"), and
# what is of neither ("mirror:2026-Q4") is left out.
_STATEMENT = """
SELECT m.metric, sums.audience, sums.kind, p.value, sums.quarter, sums.histogram
FROM unnest(%(metrics)s::text[]) AS m (metric)
CROSS JOIN unnest(%(dimensions)s::text[], %(values)s::text[]) AS p (dimension, value)
CROSS JOIN LATERAL (
    SELECT r.audience, CASE WHEN r.wave = '' THEN 'transaction' WHEN r.wave LIKE '%%:%%' THEN split_part(r.wave, ':', 1)
            ELSE 'relationship' END AS kind,
        CASE WHEN r.wave = '' THEN date_trunc('quarter', r.start)::date
            ELSE make_date(left(right(r.wave, 7), 4)::int, 3 * right(r.wave, 1)::int - 2, 1) END AS quarter,
        ARRAY[{bins}] AS histogram
    FROM surveys_scorerollup r
    WHERE r.metric = m.metric AND r.dimension = p.dimension AND r.value = p.value AND r.grain = 'm'
        AND r.touchpoint_id = 0 AND r.start >= %(first)s AND r.start < %(end)s
        AND (r.wave = '' OR r.wave ~ '^((recall|onboarding):)?[0-9]{{4}}-Q[1-4]$')
    GROUP BY 1, 2, 3
    OFFSET 0
) AS sums
"""


def load_quarters(
    *, metrics: Sequence[str], quarters: Sequence[date], dimension: str = "", values: Sequence[str] = ()
) -> Quarters:
    """The counts of the company's quarters (their first days), of everybody and of each value. One query."""
    parts = [EVERYBODY, *((dimension, value) for value in values)]
    bins = max(bins_of(name) for name in metrics)
    statement = sql.SQL(_STATEMENT).format(
        bins=sql.SQL(", ").join(sql.SQL("sum(r.histogram[{}])").format(sql.Literal(k + 1)) for k in range(bins))
    )
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "metrics": list(metrics),
                "dimensions": [part[0] for part in parts],
                "values": [part[1] for part in parts],
                "first": min(quarters),
                "end": quarter_of(max(quarters)).end,
            },
        )
        rows = cursor.fetchall()
    return Quarters(
        {
            (name, audience, kind, value, quarter): np.array(
                [count or 0 for count in sums[: bins_of(name)]], dtype=np.int64
            )
            for name, audience, kind, value, quarter, sums in rows
        }
    )


def quarter_of(day: date) -> Period:
    """The calendar quarter that holds a day."""
    start = date(day.year, day.month - (day.month - 1) % 3, 1)
    end = start
    for _ in range(3):
        end = next_month(end)
    return Period(start, end)


def quarters_until(day: date, count: int) -> list[date]:
    """The first days of the last `count` quarters, that of `day` included, oldest first."""
    found = [quarter_of(day).start]
    while len(found) < count:
        found.append(quarter_of(Period(found[-1], found[-1]).last).start)
    return found[::-1]


def compared(quarter: date, answered: Sequence[date]) -> date | None:
    """The quarter to compare with: the same a year earlier where anybody answered, else the last before it."""
    season = years_before(quarter)
    if season in answered:
        return season
    return max((one for one in answered if one < quarter), default=None)
