"""What staff may read: how the customers of their own unit fare, what they thanked for, and what was done about it.

Nobody who could be told apart: groups under five (or the organisation's smallest, where that is more) are hidden,
with the next smallest where a subtraction would tell; words are masked and of places that enough have thanked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection

from cxplatform.stats.metrics import Metric
from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Membership, Tenant
from dashboards import words
from dashboards.cells import Cell, Pair, as_family, cells
from dashboards.feedback.said import CLEAR
from dashboards.gaps.pulse import UnitPulse, load_pulse
from dashboards.levels.figures import FEWEST_STAFF
from dashboards.measures import MEASURES, PAGE_METRICS, QUANTITIES, Measure
from dashboards.periods import Period
from dashboards.query import Against, Query, Segment
from dashboards.reading import NOW, Reading, comparisons, settle
from dashboards.results.page import Done, deeds_until, done_in
from dashboards.structure import UNIT, Structure, load_structure
from surveys.followups.counts import Handling, handling

DAYS, THANKED_DAYS = 90, 60
_PLACES, _EACH = 6, 3


@dataclass(frozen=True)
class Figure:
    measure: Measure
    metric: Metric
    cell: Cell

    @property
    def what(self) -> Any:
        return QUANTITIES.get(self.metric.key, "")


@dataclass(frozen=True)
class Of:
    """The figures of one unit, or of the whole company (`name` ""), the measures that anybody answered."""

    name: str
    figures: tuple[Figure, ...]
    against: Against


@dataclass(frozen=True)
class Thanked:
    """A touchpoint that `n` customers praised in their own words, with the newest of them: (text, language, day)."""

    place: str
    n: int
    words: tuple[tuple[str, str, date], ...]


@dataclass(frozen=True)
class Speed:
    """How fast customers were contacted and helped in a unit, or in the whole company (`name` "")."""

    name: str
    handled: Handling


@dataclass(frozen=True)
class StaffResults:
    of: tuple[Of, ...]
    thanked: tuple[Thanked, ...]
    done: tuple[Done, ...]
    pulse: tuple[UnitPulse, ...]
    speed: tuple[Speed, ...]
    period: Period
    minimum: int
    own: tuple[str, ...]

    @property
    def compared(self) -> str:
        """What the figures are compared with: the same as on the leadership page, so that nobody is told otherwise."""
        against = self.of[0].against if self.of else "season"
        return words.compared_with(against=against, then=comparisons(Query(period=self.period))[against])


def load_staff(*, membership: Membership, tenant: Tenant, today: date, language: str) -> StaffResults:
    """The page for a member: their own units first, then the company unless they are limited to their units."""
    structure, minimum = load_structure(), max(tenant.anonymity_minimum, FEWEST_STAFF)
    own = [str(pk) for pk in membership.unit_ids if str(pk) in structure.units]
    limited = bool(membership.of_units)
    end = today + timedelta(days=1)
    period = Period(end - timedelta(days=DAYS), end)
    groups = [*own, *([] if limited else [""])]
    places = {id_: place.name for id_, place in structure.places.items()}
    pulse = load_pulse(today=today, structure=structure, minimum=minimum) if own else {}
    return StaffResults(
        of=tuple(_of(group, period, structure, minimum) for group in groups),
        thanked=_thanked(own, since=end - timedelta(days=THANKED_DAYS), minimum=minimum, places=places)
        if own or not limited
        else (),
        done=tuple(done_in(deed, language, tenant.language, places) for deed in deeds_until(today)),
        pulse=tuple(pulse[name] for name in (structure.units[unit] for unit in own) if name in pulse),
        speed=_speed(groups, period, tenant, structure, minimum),
        period=period,
        minimum=minimum,
        own=tuple(structure.units[unit] for unit in own),
    )


def _of(unit: str, period: Period, structure: Structure, minimum: int) -> Of:
    """One query."""
    query = Query(period=period, segment=Segment(UNIT, unit) if unit else None)
    reading = Reading(query, structure, minimum, values=tuple(structure.units) if unit else ())
    read = reading.counts(metrics=PAGE_METRICS, windows={NOW: period, **comparisons(query)})
    against, found = settle(query, read), []
    for measure in MEASURES.values():
        metric = measure.metric(read.answers)
        if read.answers.get(metric.name):
            pair = Pair(read.get(metric.name, NOW), read.get(metric.name, against))
            found.append((measure, metric, cells(metric, [pair], minimum=minimum)[0]))
    family = as_family([cell for _measure, _metric, cell in found])
    figures = (Figure(measure, metric, cell) for (measure, metric, _), cell in zip(found, family, strict=True))
    return Of(structure.units.get(unit, ""), tuple(figures), against)


def _speed(
    groups: Sequence[str], period: Period, tenant: Tenant, structure: Structure, minimum: int
) -> tuple[Speed, ...]:
    """Groups of which enough were opened; four queries at most."""
    since, until = (datetime.combine(day, time(), tenant.zone) for day in (period.start, period.end))
    found = [
        (structure.units.get(str(each.group), ""), each, str(each.group))
        for each in (handling(since=since, until=until, by="unit_id") if any(groups) else [])
    ]
    if "" in groups:
        found += [("", each, "") for each in handling(since=since, until=until)]
    order = {group: place for place, group in enumerate(groups)}
    chosen = [
        (order[key], name, each)
        for name, each, key in found
        if key in order and not each.hidden and each.opened >= minimum
    ]
    return tuple(Speed(name, each) for _place, name, each in sorted(chosen, key=lambda one: one[0]))


# Uses verbatim_by_time. A customer who praised a place twice is one of those who praised it.
_THANKED = """
WITH praised AS (
    SELECT v.touchpoint_id, v.text, v.language, v.answered_at, coalesce(v.customer_id, v.response_id) AS who
    FROM surveys_verbatim v
    JOIN surveys_response r ON r.tenant_id = v.tenant_id AND r.id = v.response_id AND NOT r.is_test
    WHERE v.tenant_id = %(tenant)s AND v.answered_at >= %(since)s AND v.audience = 'customer'
        AND v.touchpoint_id = ANY(%(places)s) AND v.sentiment >= %(clear)s AND coalesce(v.value, 100) > 80
        AND (%(units)s::bigint[] = '{}' OR v.unit_id = ANY(%(units)s::bigint[])) AND length(v.text) >= 8
), placed AS (
    SELECT touchpoint_id, count(DISTINCT who) AS n FROM praised
    GROUP BY touchpoint_id HAVING count(DISTINCT who) >= %(minimum)s ORDER BY n DESC, touchpoint_id LIMIT %(most)s
)
SELECT placed.touchpoint_id, placed.n, said.text, said.language, said.answered_at::date
FROM placed CROSS JOIN LATERAL (
    SELECT text, language, answered_at FROM praised WHERE praised.touchpoint_id = placed.touchpoint_id
    ORDER BY answered_at DESC LIMIT %(each)s
) said
ORDER BY placed.n DESC, placed.touchpoint_id, said.answered_at DESC
"""


def _thanked(units: Sequence[str], *, since: date, minimum: int, places: Mapping[int, str]) -> tuple[Thanked, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            _THANKED,
            {
                "tenant": active_tenant_id(),
                "since": since,
                "clear": CLEAR,
                "places": list(places),
                "units": [int(unit) for unit in units],
                "minimum": minimum,
                "most": _PLACES,
                "each": _EACH,
            },
        )
        rows = cursor.fetchall()
    words: dict[tuple[int, int], list[tuple[str, str, date]]] = {}
    for place, n, *said in rows:
        words.setdefault((place, n), []).append((said[0], said[1], said[2]))
    return tuple(Thanked(places[place], n, tuple(of)) for (place, n), of in words.items())
