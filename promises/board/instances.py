"""Single instances of promises: lists a page at a time, what is about to break, and one with the events behind it.

Every list reads an index in its order and stops: by status and due time, or, of a unit, what is open by due time.
Other choices (unit, channel, a dimension) are tried on the first `SEARCHED` rows of each status.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from cxplatform.tenancy.models import Tenant
from journeys.models import Channel, Customer, Touchpoint, Unit
from promises.counted import Query
from promises.judging.counting import TOUCHPOINT, UNIT
from promises.models import PromiseOutcome, Rule, Status

PAGE = 50
SOON = timedelta(days=7)
SEARCHED = 20_000
Cursor = tuple[datetime, UUID]


@dataclass(frozen=True)
class Wanted:
    """Outcomes of these rules and statuses that fell due (or, without a due time, opened) in the query's days, of those
    kept by a `margin` ("exceeded", "near") only such, where it is given. What is open belongs to days that reach the
    present, whenever it falls due."""

    rule_ids: tuple[int, ...]
    statuses: tuple[str, ...]
    query: Query
    after: Cursor | None = None
    margin: str = ""


@dataclass(frozen=True)
class Line:
    """One outcome for people; `left` is the time until it falls due, negative once it has."""

    outcome: PromiseOutcome
    rule: Rule
    customer: Customer | None
    touchpoint: str
    channel: str
    unit: str
    left: timedelta | None

    @property
    def at(self) -> datetime:
        return self.outcome.due_at or self.outcome.opened_at

    @property
    def minutes_left(self) -> float | None:
        return None if self.left is None else self.left.total_seconds() / 60


@dataclass(frozen=True)
class Lines:
    """`after` is the cursor of the following page, None on the last one."""

    lines: tuple[Line, ...]
    after: Cursor | None


def instances(wanted: Wanted, *, tenant: Tenant, page: int = PAGE) -> Lines:
    """A page of instances, the latest due first; six queries."""
    query = wanted.query
    start, end = bounds(query, tenant)
    values = {
        "tenant": tenant.pk,
        "rules": list(wanted.rule_ids),
        "statuses": list(wanted.statuses),
        "margin": wanted.margin,
        "start": start,
        "end": end,
        "open_end": datetime.max.replace(tzinfo=UTC) if end > timezone.now() else end,
        "before": wanted.after[0] if wanted.after else None,
        "before_id": wanted.after[1] if wanted.after else None,
        "unit": int(query.value) if query.dimension == UNIT else None,
        "channel": query.channel_id,
        "touchpoint": int(query.value) if query.dimension == TOUCHPOINT else None,
        "dimension": query.dimension if query.dimension not in ("", UNIT, TOUCHPOINT) else None,
        "value": query.value,
        "page": page + 1,
        "searched": SEARCHED,
    }
    return page_of(_ids(_LIST, values), page)


def page_of(found: Sequence[UUID], page: int = PAGE) -> Lines:
    """A page of outcomes found in their order, with the cursor of the next where one more than the page was found."""
    lines = lines_of(found[:page])
    last = lines[-1] if len(found) > page and lines else None
    return Lines(tuple(lines), (last.at, last.outcome.id) if last else None)


def due_soon(
    *, tenant: Tenant, unit_ids: Sequence[int] = (), promise_id: int | None = None, page: int = PAGE
) -> list[Line]:
    """What is open and falls due within a week, the soonest first, of every promise that is judged or of one;
    `unit_ids` none = of all units."""
    now = timezone.now()
    rules = Rule.objects.in_use().filter(promise__lifecycle__in=("pilot", "public"), promise__archived_at=None)
    if promise_id is not None:
        rules = rules.filter(promise_id=promise_id)
    values = {
        "tenant": tenant.pk,
        "rules": list(rules.values_list("pk", flat=True)),
        "units": list(unit_ids),
        "now": now,
        "end": now + SOON,
        "page": page,
    }
    return lines_of(_ids(_DUE_OF_UNITS if unit_ids else _DUE, values))


def lines_of(ids: Sequence[UUID]) -> list[Line]:
    """These outcomes in their order, with the names of what they refer to; six queries."""
    rows = {row.id: row for row in PromiseOutcome.objects.filter(id__in=ids)}
    outcomes = [rows[id_] for id_ in ids if id_ in rows]
    rules = {
        rule.pk: rule
        for rule in Rule.objects.filter(pk__in={row.rule_id for row in outcomes}).select_related("promise")
    }
    customers = {
        row.id: row for row in Customer.objects.filter(id__in={row.customer_id for row in outcomes if row.customer_id})
    }
    touchpoints = _names(Touchpoint, (row.touchpoint_id for row in outcomes))
    channels = _names(Channel, (row.channel_id for row in outcomes))
    units = _names(Unit, (row.unit_id for row in outcomes))
    now = timezone.now()
    return [
        Line(
            outcome=row,
            rule=rules[row.rule_id],
            customer=customers.get(row.customer_id),
            touchpoint=touchpoints.get(row.touchpoint_id, ""),
            channel=channels.get(row.channel_id, ""),
            unit=units.get(row.unit_id, ""),
            left=row.due_at - now if row.due_at else None,
        )
        for row in outcomes
    ]


def bounds(query: Query, tenant: Tenant) -> tuple[datetime, datetime]:
    """The moments at which the query's days begin and end in the tenant's zone."""
    midnight = time(tzinfo=tenant.zone)
    return datetime.combine(query.start, midnight), datetime.combine(query.end, midnight)


def open_statuses(given: str) -> tuple[str, ...]:
    """The statuses that a list's filter stands for: one of them, or all."""
    return (given,) if given else tuple(Status.values)


def _names(model: Any, ids: Iterable[int | None]) -> dict[int, str]:
    wanted = {id_ for id_ in ids if id_}
    return dict(model.objects.filter(pk__in=wanted).values_list("pk", "name"))


def _ids(statement: str, values: dict[str, Any]) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [id_ for (id_,) in cursor.fetchall()]


_CHOSEN = """
    (%(margin)s = '' OR o.margin = %(margin)s)
    AND (%(unit)s::bigint IS NULL OR o.unit_id = %(unit)s)
    AND (%(channel)s::bigint IS NULL OR o.channel_id = %(channel)s)
    AND (%(touchpoint)s::bigint IS NULL OR o.touchpoint_id = %(touchpoint)s)
    AND (%(dimension)s::text IS NULL OR o.dimensions ->> %(dimension)s::text = %(value)s)
"""
# Uses outcome_by_status. The due time is compared by itself too: a row comparison alone would not enter the index.
_LIST = f"""
SELECT id FROM unnest(%(rules)s::bigint[]) AS r (rule_id), unnest(%(statuses)s::text[]) AS s (status)
CROSS JOIN LATERAL (
    (SELECT o.id, o.due_at AS at FROM (
        SELECT * FROM promises_promiseoutcome
        WHERE tenant_id = %(tenant)s AND rule_id = r.rule_id AND status = s.status
            AND due_at >= %(start)s AND due_at < %(open_end)s AND (s.status = 'pending' OR due_at < %(end)s)
            AND (%(before)s::timestamptz IS NULL OR due_at <= %(before)s)
            AND (%(before)s::timestamptz IS NULL OR (due_at, id) < (%(before)s, %(before_id)s::uuid))
        ORDER BY due_at DESC, id DESC LIMIT %(searched)s) o
    WHERE {_CHOSEN} LIMIT %(page)s)
    UNION ALL
    (SELECT o.id, o.opened_at FROM (
        SELECT * FROM promises_promiseoutcome
        WHERE tenant_id = %(tenant)s AND rule_id = r.rule_id AND status = s.status AND due_at IS NULL
            AND opened_at >= %(start)s AND opened_at < %(end)s
            AND (%(before)s::timestamptz IS NULL OR (opened_at, id) < (%(before)s, %(before_id)s::uuid))
        ORDER BY opened_at DESC, id DESC LIMIT %(searched)s) o
    WHERE {_CHOSEN} LIMIT %(page)s)
) found
ORDER BY at DESC, id DESC LIMIT %(page)s
"""
# Uses outcome_by_status.
_DUE = """
SELECT id FROM unnest(%(rules)s::bigint[]) AS r (rule_id)
CROSS JOIN LATERAL (
    SELECT id, due_at FROM promises_promiseoutcome
    WHERE tenant_id = %(tenant)s AND rule_id = r.rule_id AND status = 'pending'
        AND due_at >= %(now)s AND due_at < %(end)s
    ORDER BY due_at, id LIMIT %(page)s) found
ORDER BY due_at, id LIMIT %(page)s
"""
# Uses outcome_open_by_unit.
_DUE_OF_UNITS = """
SELECT id FROM unnest(%(units)s::bigint[]) AS u (unit_id)
CROSS JOIN LATERAL (
    SELECT id, due_at FROM promises_promiseoutcome
    WHERE tenant_id = %(tenant)s AND unit_id = u.unit_id AND status = 'pending' AND due_at >= %(now)s
        AND due_at < %(end)s AND rule_id = ANY(%(rules)s)
    ORDER BY due_at, id LIMIT %(page)s) found
ORDER BY due_at, id LIMIT %(page)s
"""
