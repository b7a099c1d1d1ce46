"""Where customers come from and what it cost: arrivals by channel and month beside what was put into each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from cxplatform.tenancy.context import active_tenant_id
from dashboards.journeys.names import Named, Names, load_names
from dashboards.models import ChannelCost
from dashboards.periods import next_month
from dashboards.shares import Share, share_of
from journeys.models import UNASSIGNED, Journey
from journeys.paths import measures

Money = Mapping[str, Decimal]


@dataclass(frozen=True)
class Month:
    """A channel's month; `costs` are amounts by currency, empty = nobody has told."""

    start: date
    arrivals: int
    costs: Money

    @property
    def last(self) -> date:
        """The last day counted."""
        return next_month(self.start) - timedelta(days=1)

    @property
    def each(self) -> tuple[Decimal, str] | None:
        return cost_of_each(self.arrivals, self.costs)


@dataclass(frozen=True)
class Row:
    """A channel over the whole time. `share` is of all arrivals; `each` is the cost of an arrival, (amount, currency).

    The cost of an arrival is over those months alone of which the cost is told, and None where two currencies meet.
    """

    channel: Named
    arrivals: int
    share: Share
    costs: Money
    each: tuple[Decimal, str] | None
    months: tuple[Month, ...]


@dataclass(frozen=True)
class Arrivals:
    """Channels by arrivals, the most first; `digital` is of arrivals over channels that are known."""

    first: date
    end: date
    rows: tuple[Row, ...]
    total: int
    digital: Share

    @property
    def last(self) -> date:
        """The last day counted."""
        return self.end - timedelta(days=1)


def arrivals(
    *, first: date, end: date, journey_ids: Sequence[int] | None = None, names: Names | None = None
) -> Arrivals:
    """Arrivals of the active tenant in whole months from `first` to before `end`; six queries, two with both given.

    An arrival is a passage that began, of these journeys (0 = of none), by default of all measured ones and of none;
    its channel is that of its first step.
    """
    journeys = journey_ids
    if journeys is None:
        journeys = [UNASSIGNED, *Journey.objects.measured().values_list("pk", flat=True)]
    counts = _counts(journeys, first, end)
    costs: dict[int, dict[date, dict[str, Decimal]]] = defaultdict(lambda: defaultdict(dict))
    for row in ChannelCost.objects.filter(month__gte=first, month__lt=end):
        costs[row.channel_id][row.month][row.currency] = row.amount
    names = names or load_names()
    months = list(_months(first, end))
    total = sum(sum(by_month.values()) for by_month in counts.values())
    rows = [
        _row(names.channel(id_), months, counts.get(id_, {}), costs.get(id_, {}), total) for id_ in {*counts, *costs}
    ]
    known = [row for row in rows if row.channel.id != UNASSIGNED]
    return Arrivals(
        first=first,
        end=end,
        rows=tuple(sorted(rows, key=lambda row: (-row.arrivals, row.channel.name))),
        total=total,
        digital=share_of(sum(row.arrivals for row in known if row.channel.digital), sum(row.arrivals for row in known)),
    )


# A range of the primary key (tenant, journey, measure, dimension, value, day, key) for each journey.
_COUNTS = """
SELECT r.key, date_trunc('month', r.day)::date, sum(r.n)::bigint
FROM unnest(%(journeys)s::bigint[]) AS j (id)
CROSS JOIN LATERAL (
    SELECT * FROM journeys_pathrollup
    WHERE tenant_id = %(tenant)s AND journey_id = j.id AND measure = %(entry)s AND dimension = '' AND value = ''
        AND day >= %(first)s AND day < %(end)s
    OFFSET 0
) r
GROUP BY 1, 2
"""


def _counts(journeys: Sequence[int], first: date, end: date) -> dict[int, dict[date, int]]:
    values: dict[str, Any] = {
        "tenant": active_tenant_id(),
        "journeys": list(journeys),
        "entry": measures.ENTRY,
        "first": first,
        "end": end,
    }
    found: dict[int, dict[date, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, values)
        for key, month, n in cursor.fetchall():
            if n:
                found[int(key)][month] = n
    return found


def _months(first: date, end: date) -> Iterable[date]:
    while first < end:
        yield first
        first = next_month(first)


def _row(
    channel: Named, months: Sequence[date], counts: Mapping[date, int], costs: Mapping[date, Money], total: int
) -> Row:
    parts = tuple(Month(month, counts.get(month, 0), dict(costs.get(month, {}))) for month in months)
    summed: dict[str, Decimal] = defaultdict(Decimal)
    for part in parts:
        for currency, amount in part.costs.items():
            summed[currency] += amount
    count = sum(part.arrivals for part in parts)
    paid = sum(part.arrivals for part in parts if part.costs)
    return Row(channel, count, share_of(count, total), dict(summed), cost_of_each(paid, summed), parts)


def cost_of_each(count: int, costs: Money) -> tuple[Decimal, str] | None:
    """What one arrival cost; None where nobody came, nothing is told or currencies are mixed."""
    if not count or len(costs) != 1:
        return None
    ((currency, amount),) = costs.items()
    return (amount / count).quantize(Decimal("0.01")), currency
