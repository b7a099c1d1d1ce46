"""From how many customers the answers came: people who answer at every visit weigh more, and the page says so.

Different people cannot be counted by adding up days, so a worker counts them at night for each period that has a
name, and the page tells the share of the night's figures.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time

from django.db import connection

from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Tenant
from dashboards.insights.finders import Finder, Found
from dashboards.insights.read import Findings
from dashboards.leadership.tiles import Tile
from dashboards.measures import PAGE_METRICS
from dashboards.query import PERIODS, Query, named_period

KIND = "voices"
CLEARLY = 0.9
"""Told where customers are fewer than this share of answers."""

# An answer of nobody known is a customer of its own: more cannot be told.
_COUNT = """
SELECT w.name, asked.metric, count(*), count(DISTINCT coalesce(r.customer_id, r.id))
FROM surveys_response r
CROSS JOIN LATERAL jsonb_object_keys(r.scores) AS asked (metric)
JOIN unnest(%(names)s::text[], %(since)s::timestamptz[]) AS w (name, since) ON r.answered_at >= w.since
WHERE r.tenant_id = %(tenant)s AND r.answered_at >= %(first)s AND r.answered_at < %(end)s
    AND NOT r.is_test AND r.audience = 'customer' AND r.wave = '' AND asked.metric = ANY(%(metrics)s)
GROUP BY 1, 2
"""


def find(*, tenant: Tenant, today: date) -> Sequence[Found]:
    """One finding: answers to single encounters and customers who gave them, by period and metric. One query."""
    periods = {name: named_period(name, today=today) for name in PERIODS}
    since = {name: datetime.combine(period.start, time(), tenant.zone) for name, period in periods.items()}
    first, end = min(since.values()), max(period.end for period in periods.values())
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT,
            {
                "tenant": active_tenant_id(),
                "names": list(since),
                "since": list(since.values()),
                "first": first,
                "end": datetime.combine(end, time(), tenant.zone),
                "metrics": list(PAGE_METRICS),
            },
        )
        rows = cursor.fetchall()
    counted: dict[str, dict[str, list[int]]] = {}
    for name, metric, answers, customers in rows:
        counted.setdefault(name, {})[metric] = [answers, customers]
    if not counted:
        return []
    return [Found({"periods": counted}, start=min(period.start for period in periods.values()), last=today)]


def with_customers(tiles: Sequence[Tile], found: Findings, *, query: Query, minimum: int) -> tuple[Tile, ...]:
    """Tiles that say from about how many customers their answers came, where these are clearly fewer; of everybody's
    answers in a period with a name alone, as others are not counted."""
    told = next(iter(found.get(KIND, ())), None)
    narrowed = query.journey or query.channel or query.segment or query.own_units
    if told is None or narrowed:
        return tuple(tiles)
    counted = told.data["periods"].get(query.named, {})
    return tuple(replace(tile, customers=_about(tile, counted.get(tile.metric.name), minimum)) for tile in tiles)


def _about(tile: Tile, counted: Sequence[int] | None, minimum: int) -> int | None:
    if counted is None or tile.cell.state != "measured" or tile.cell.score is None:
        return None
    answers, customers = counted
    if customers >= CLEARLY * answers or customers < minimum:
        return None
    about: int = round(tile.cell.score.n * customers / answers)
    return about


FINDER = Finder(KIND, find, nightly=True)
