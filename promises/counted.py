"""What the counts say of rules, by slice, channel and month: plain sums, before anything is made of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from cxplatform.tenancy.models import Tenant
from promises.models import Rule

CHANNEL, MONTH, JOURNEY = "channel", "month", "journey"


@dataclass(frozen=True)
class Query:
    """Outcomes due on the days `start` <= day < `end` of the tenant's zone, of all or of one slice.

    `dimension` is a dimension's slug, or "unit" or "touchpoint" (then `value` is its id as text); "" = everybody.
    """

    start: date
    end: date
    channel_id: int | None = None
    dimension: str = ""
    value: str = ""

    @property
    def last(self) -> date:
        """The last day counted."""
        return self.end - timedelta(days=1)

    @property
    def sliced(self) -> bool:
        return bool(self.dimension) or self.channel_id is not None


COUNTED = ("kept", "fallback", "broken", "excluded", "exceeded", "near")


@dataclass
class Counts:
    kept: int = 0
    fallback: int = 0
    broken: int = 0
    excluded: int = 0
    exceeded: int = 0
    near: int = 0

    def add(self, row: Iterable[int]) -> None:
        for name, number in zip(COUNTED, row, strict=True):
            setattr(self, name, getattr(self, name) + number)

    @property
    def judged(self) -> int:
        return self.kept + self.fallback + self.broken

    @property
    def counted(self) -> int:
        return self.judged + self.excluded


@dataclass
class OfRule:
    """What the counts say of one rule: by slice value, by channel of everybody, and this month and the last."""

    values: dict[str, Counts] = field(default_factory=dict)
    channels: dict[int, Counts] = field(default_factory=dict)
    this_month: Counts = field(default_factory=Counts)
    last_month: Counts = field(default_factory=Counts)


def month_of(day: date) -> tuple[date, date]:
    """The calendar month of a day, half-open."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1)


def load(query: Query, rules: Sequence[Rule], tenant: Tenant, now: datetime) -> dict[int, OfRule]:
    """The query's slices and channels by rule, with everybody's month so far and the one before. One query."""
    this_month, next_month = month_of(now.astimezone(tenant.zone).date())
    last_month = month_of(this_month - timedelta(days=1))[0]
    found: dict[int, OfRule] = {}
    for rule_id, dimension, value, channel_id, *numbers in rows(
        _SLICES,
        query=query,
        rules=rules,
        last_month=last_month,
        this_month=this_month,
        next_month=next_month,
    ):
        of_rule = found.setdefault(rule_id, OfRule())
        if not dimension:
            of_rule.channels.setdefault(channel_id, Counts()).add(numbers[:6])
            of_rule.this_month.add(numbers[6:12])
            of_rule.last_month.add(numbers[12:18])
        if dimension == query.dimension and query.channel_id in (None, channel_id):
            of_rule.values.setdefault(value, Counts()).add(numbers[:6])
    return found


def rows(statement: str, *, query: Query, rules: Sequence[Rule], **more: Any) -> list[tuple[Any, ...]]:
    """The rows of one of the statements below; none where there are no rules."""
    if not rules:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "tenant": rules[0].tenant_id,
                "rules": [rule.pk for rule in rules],
                "dimension": query.dimension,
                "value": query.value,
                "channel": query.channel_id,
                "start": query.start,
                "end": query.end,
                **more,
            },
        )
        return list(cursor.fetchall())


def pending(rules: Sequence[Rule], tenant: Tenant, now: datetime) -> dict[int, int]:
    """By rule, the instances that are still to fall due this month, up to a bound."""
    _first, next_month = month_of(now.astimezone(tenant.zone).date())
    end = datetime(next_month.year, next_month.month, next_month.day, tzinfo=tenant.zone)
    if not rules:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            _PENDING,
            {
                "tenant": tenant.pk,
                "rules": [rule.pk for rule in rules],
                "now": now,
                "end": end,
                "most": MOST_PENDING,
            },
        )
        found: dict[int, int] = {}
        for rule_id, waiting in cursor.fetchall():
            found[rule_id] = found.get(rule_id, 0) + waiting
        return found


_SUMS = ", ".join(f"coalesce(sum({status}) FILTER (WHERE {{when}}), 0)" for status in COUNTED)
_OF_RULES = "tenant_id = %(tenant)s AND rule_id = ANY(%(rules)s)"
_IN_PERIOD = "day >= %(start)s AND day < %(end)s"

# All of these read the key's order: (tenant, rule, dimension, value, day, channel).
_SLICES = f"""
SELECT rule_id, dimension, value, channel_id, {_SUMS.format(when=_IN_PERIOD)},
    {_SUMS.format(when="day >= %(this_month)s AND day < %(next_month)s")},
    {_SUMS.format(when="day >= %(last_month)s AND day < %(this_month)s")}
FROM promises_outcomerollup
WHERE {_OF_RULES} AND dimension IN ('', %(dimension)s)
    AND day >= least(%(start)s::date, %(last_month)s) AND day < greatest(%(end)s::date, %(next_month)s)
    AND (({_IN_PERIOD}) OR (dimension = '' AND day >= %(last_month)s AND day < %(next_month)s))
GROUP BY rule_id, dimension, value, channel_id
"""

_GROUPED = f"""
SELECT rule_id, {{by}}, {", ".join(f"sum({each})" for each in COUNTED)} FROM promises_outcomerollup
WHERE {_OF_RULES} AND {_IN_PERIOD} AND {{slice}} AND (%(channel)s::bigint IS NULL OR channel_id = %(channel)s)
GROUP BY 1, 2
"""
_SLICE = "dimension = %(dimension)s AND value = %(value)s"
CHANNELS = _GROUPED.format(by="channel_id::text", slice=_SLICE)
MONTHS = _GROUPED.format(by="to_char(day, 'YYYY-MM')", slice=_SLICE)
VALUES = _GROUPED.format(by="value", slice="dimension = %(by)s")
# A journey is the sum of its touchpoints; one that several journeys share counts in each.
JOURNEYS = f"""
SELECT r.rule_id, t.journey_id::text, {", ".join(f"sum(r.{each})" for each in COUNTED)}
FROM promises_outcomerollup r
JOIN (
    SELECT DISTINCT g.journey_id, s.touchpoint_id::text AS touchpoint FROM journeys_step s
    JOIN journeys_stage g ON g.id = s.stage_id
    JOIN journeys_journey j ON j.id = g.journey_id AND j.kind = 'as_is' AND j.archived_at IS NULL
    WHERE j.tenant_id = %(tenant)s
) t ON t.touchpoint = r.value
WHERE r.tenant_id = %(tenant)s AND r.rule_id = ANY(%(rules)s) AND r.dimension = 'touchpoint'
    AND r.day >= %(start)s AND r.day < %(end)s AND (%(channel)s::bigint IS NULL OR r.channel_id = %(channel)s)
GROUP BY 1, 2
"""

# Uses outcome_by_status (what has not fallen due is not counted: to say so would let outcome_due in, which has the
# open ones of all rules), and stops where more would hardly move a budget: the page costs the same however
# many are open. A volume over that is told by last month's.
MOST_PENDING = 10_000
_PENDING = """
SELECT r.id, (
    SELECT count(*) FROM (
        SELECT FROM promises_promiseoutcome o
        WHERE o.tenant_id = %(tenant)s AND o.rule_id = r.id AND o.status = s.status AND o.due_at >= %(now)s
            AND o.due_at < %(end)s
        LIMIT %(most)s
    ) waiting
)
FROM unnest(%(rules)s::bigint[]) AS r (id), unnest(ARRAY['pending', 'kept']) AS s (status)
"""
