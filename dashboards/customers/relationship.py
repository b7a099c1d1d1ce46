"""The relationship over the years: how much happened, was said and was broken, month by month, as a picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from cxplatform.tenancy.context import active_tenant_id
from dashboards.periods import next_month

MOST_MONTHS = 120
MOST_EVENTS = 20_000
HEIGHT = 30
"""Of one of the picture's three rows, in its own units; a month is 10 wide."""


@dataclass(frozen=True)
class Month:
    month: date
    events: int
    answers: int
    broken: int

    @property
    def anything(self) -> bool:
        return bool(self.events or self.answers or self.broken)


@dataclass(frozen=True)
class Bar:
    """One bar: `x` and `y` of its upper left corner; `of` is events, answers or broken."""

    of: str
    x: int
    y: float
    height: float


@dataclass(frozen=True)
class Relationship:
    """`months` has no gaps, oldest first; `bars` are those of the picture, `width` its width."""

    months: tuple[Month, ...]
    bars: tuple[Bar, ...]
    width: int
    years: tuple[tuple[int, int], ...]
    cut: bool = False

    @property
    def encounters(self) -> int:
        """Events of all these months: the customer's newest encounter is the one of this number."""
        return sum(month.events for month in self.months)

    @property
    def told(self) -> list[Month]:
        """The months in which anything happened, newest first."""
        return [month for month in reversed(self.months) if month.anything]


# One index look-up each: event_by_customer, response_by_customer, outcome_by_customer.
_MONTHS = """
SELECT kind, date_trunc('month', at AT TIME ZONE %(zone)s)::date AS month, count(*) FROM (
    (SELECT 'events' AS kind, time AS at FROM journeys_event
    WHERE tenant_id = %(tenant)s AND customer_id = %(customer)s {units}
        AND NOT type ^@ ANY(ARRAY['survey.', 'promise.', 'followup.', 'cx.'])
    ORDER BY time DESC LIMIT %(most)s)
    UNION ALL
    SELECT 'answers', answered_at FROM surveys_response
    WHERE tenant_id = %(tenant)s AND customer_id = %(customer)s {units} AND NOT is_test AND audience = 'customer'
    UNION ALL
    SELECT 'broken', coalesce(due_at, opened_at) FROM promises_promiseoutcome
    WHERE tenant_id = %(tenant)s AND customer_id = %(customer)s {units} AND counted = 'broken'
) told GROUP BY 1, 2
"""


def load_relationship(customer_id: UUID, *, zone: ZoneInfo, units: Sequence[int] = ()) -> Relationship:
    """Counts by month of the active tenant's customer, in one query; the newest ten years are shown.

    `units` are those to which the reader is limited, empty = all.
    """
    values: dict[str, Any] = {
        "tenant": active_tenant_id(),
        "customer": customer_id,
        "zone": str(zone),
        "most": MOST_EVENTS,
        "units": list(units),
    }
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS.format(units="AND unit_id = ANY(%(units)s)" if units else ""), values)
        counted = {(kind, month): n for kind, month, n in cursor.fetchall()}
    return picture(counted)


def picture(counted: dict[tuple[str, date], int]) -> Relationship:
    """The months between the first and the last, and their bars; heights are shares of each row's greatest."""
    known = sorted({month for _, month in counted})
    if not known:
        return Relationship((), (), 0, ())
    months: list[Month] = []
    month = known[0]
    while month <= known[-1]:
        months.append(Month(month, *(counted.get((kind, month), 0) for kind in ("events", "answers", "broken"))))
        month = next_month(month)
    shown = months[-MOST_MONTHS:]
    bars = []
    for row, kind in enumerate(("events", "answers", "broken")):
        most = max(getattr(one, kind) for one in shown) or 1
        for place, one in enumerate(shown):
            if n := getattr(one, kind):
                height = round(max(3, n / most * (HEIGHT - 4)), 1)
                bars.append(Bar(kind, place * 10 + 1, round((row + 1) * HEIGHT - height, 1), height))
    years = tuple((place * 10, one.month.year) for place, one in enumerate(shown) if one.month.month == 1 or not place)
    return Relationship(tuple(shown), tuple(bars), 10 * len(shown), years, cut=len(months) > len(shown))
