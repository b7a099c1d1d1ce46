"""How promises are kept, read from the counts alone: a frozen query, counts, then the maths of `stats`.

A promise stands for its first rule of the promise itself; its other rules (instructions to staff and their
targets) stand beside it, each with its own target. Rates are never pooled.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

from cxplatform.stats import anonymity
from cxplatform.stats.compliance import Compliance, compliance
from cxplatform.tenancy.models import Tenant
from promises.models import Promise, Rule

CHANNEL, MONTH = "channel", "month"
_LOWEST_TARGET = Decimal("0.0001")


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


@dataclass(frozen=True)
class Kept:
    """One rule over the query's days. `result` is None where so few are counted that they stay hidden.

    `month` is the current calendar month so far, of everybody, with what is still pending: its
    `may_still_fail` says how many more may break. It budgets for as many as last month had.
    """

    rule: Rule
    result: Compliance | None
    month: Compliance


@dataclass(frozen=True)
class PromiseKept:
    promise: Promise
    main: Kept
    beside: tuple[Kept, ...] = ()

    @property
    def on_target(self) -> bool | None:
        """Whether the rate meets the target as it stands; None without a rate to show."""
        return self.main.result.on_target if self.main.result else None


@dataclass(frozen=True)
class Board:
    """Promises worst first, measured from their targets; those without a rate come last."""

    promises: tuple[PromiseKept, ...]

    @property
    def judged(self) -> int:
        return sum(each.on_target is not None for each in self.promises)

    @property
    def on_target(self) -> int:
        """With `judged` the headline: "11 of 14 promises on target, worst first"."""
        return sum(bool(each.on_target) for each in self.promises)


@dataclass(frozen=True)
class Group:
    """One value of a division, one month or one channel; `result` None = hidden, as too few are counted."""

    value: str
    result: Compliance | None


@dataclass
class _Counts:
    kept: int = 0
    fallback: int = 0
    broken: int = 0
    excluded: int = 0

    def add(self, row: Iterable[int]) -> None:
        kept, fallback, broken, excluded = row
        self.kept += kept
        self.fallback += fallback
        self.broken += broken
        self.excluded += excluded

    @property
    def judged(self) -> int:
        return self.kept + self.fallback + self.broken

    @property
    def counted(self) -> int:
        return self.judged + self.excluded


@dataclass
class _OfRule:
    """What the counts say of one rule: by slice value, by channel of everybody, and this month and the last."""

    values: dict[str, _Counts] = field(default_factory=dict)
    channels: dict[int, _Counts] = field(default_factory=dict)
    this_month: _Counts = field(default_factory=_Counts)
    last_month: _Counts = field(default_factory=_Counts)


def board(
    *, query: Query, tenant: Tenant, promise_ids: Sequence[int] | None = None, now: datetime | None = None
) -> Board:
    """All promises in pilot or public, or those given whatever their lifecycle; three queries."""
    rules = _rules(promise_ids)
    now = now or timezone.now()
    counts = _load(query, rules, tenant, now)
    pending = _pending(rules, tenant, now)
    found: dict[int, list[Kept]] = {}
    for rule in rules:
        of_rule = counts.get(rule.pk, _OfRule())
        kept = Kept(
            rule=rule,
            result=_shown(query, of_rule, rule, tenant),
            month=_result(
                of_rule.this_month, rule, pending=pending.get(rule.pk, 0), expected=of_rule.last_month.judged
            ),
        )
        found.setdefault(rule.promise_id, []).append(kept)
    return Board(tuple(sorted(map(_promise, found.values()), key=_worst_first)))


def groups(*, query: Query, tenant: Tenant, rules: Sequence[Rule], by: str) -> dict[int, list[Group]]:
    """Rules divided by a dimension's slug, "unit", "touchpoint", "channel" or "month", by rule id; one query.

    Values that add up to the whole are hidden so that none can be worked out by subtraction. Months hide
    nothing of the whole, and of a slice only those that are small themselves: leave out rules whose slice the
    board hides, since its parts would add up to it. Outcomes are counted by one
    dimension at a time: a query with a dimension is divided by channel or month (ValueError).
    """
    if query.dimension and by not in (CHANNEL, MONTH):
        raise ValueError(f"{query.dimension}: already one dimension; divide it by channel or month")
    found: dict[int, dict[str, _Counts]] = {rule.pk: {} for rule in rules}
    statement = {CHANNEL: _CHANNELS, MONTH: _MONTHS}.get(by, _VALUES)
    for rule_id, value, *numbers in _rows(statement, query=query, rules=rules, by=by):
        found[rule_id][value] = _Counts(*numbers)
    return {
        rule.pk: [
            Group(value, _result(counts, rule) if value in shown else None)
            for value, counts in sorted(found[rule.pk].items())
            if counts.counted
        ]
        for rule in rules
        for shown in [_shown_groups(query, found[rule.pk], tenant, by)]
    }


def _shown_groups(query: Query, found: Mapping[str, _Counts], tenant: Tenant, by: str) -> set[str]:
    if by != MONTH:
        return _visible(found, tenant)
    return {month for month, counts in found.items() if not query.sliced or _enough(counts, tenant)}


def month_of(day: date) -> tuple[date, date]:
    """The calendar month of a day, half-open."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1)


def _rules(promise_ids: Sequence[int] | None) -> list[Rule]:
    rules = Rule.objects.in_use().filter(valid_until=None).select_related("promise")
    rules = rules.order_by("promise__name", "promise_id", "position", "pk")
    if promise_ids is not None:
        return list(rules.filter(promise_id__in=promise_ids))
    lifecycles = (Promise.Lifecycle.PILOT, Promise.Lifecycle.PUBLIC)
    return list(rules.filter(promise__lifecycle__in=lifecycles, promise__archived_at=None))


def _load(query: Query, rules: Sequence[Rule], tenant: Tenant, now: datetime) -> dict[int, _OfRule]:
    this_month, next_month = month_of(now.astimezone(tenant.zone).date())
    last_month = month_of(this_month - timedelta(days=1))[0]
    found: dict[int, _OfRule] = {}
    for rule_id, dimension, value, channel_id, *numbers in _rows(
        _SLICES,
        query=query,
        rules=rules,
        last_month=last_month,
        this_month=this_month,
        next_month=next_month,
    ):
        of_rule = found.setdefault(rule_id, _OfRule())
        if not dimension:
            of_rule.channels.setdefault(channel_id, _Counts()).add(numbers[:4])
            of_rule.this_month.add(numbers[4:8])
            of_rule.last_month.add(numbers[8:12])
        if dimension == query.dimension and query.channel_id in (None, channel_id):
            of_rule.values.setdefault(value, _Counts()).add(numbers[:4])
    return found


def _rows(statement: str, *, query: Query, rules: Sequence[Rule], **more: Any) -> list[tuple[Any, ...]]:
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


def _pending(rules: Sequence[Rule], tenant: Tenant, now: datetime) -> dict[int, int]:
    """By rule, the instances still open that fall due this month."""
    _first, next_month = month_of(now.astimezone(tenant.zone).date())
    end = datetime(next_month.year, next_month.month, next_month.day, tzinfo=tenant.zone)
    if not rules:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_PENDING, {"tenant": tenant.pk, "rules": [rule.pk for rule in rules], "now": now, "end": end})
        return dict(cursor.fetchall())


def _shown(query: Query, of_rule: _OfRule, rule: Rule, tenant: Tenant) -> Compliance | None:
    """The query's slice, or None where it is too small or would give a small sibling away."""
    own = of_rule.values.get(query.value, _Counts())
    if query.dimension:
        shown = query.value in _visible(of_rule.values, tenant)
    elif query.channel_id is not None:
        shown = query.channel_id in _visible(of_rule.channels, tenant)
    else:
        shown = True
    return _result(own, rule) if shown or not own.counted else None


def _visible(siblings: Mapping[Any, _Counts], tenant: Tenant) -> set[Any]:
    return anonymity.visible(
        {value: each.counted for value, each in siblings.items()}, minimum=tenant.anonymity_minimum
    )


def _enough(counts: _Counts, tenant: Tenant) -> bool:
    return anonymity.enough(counts.counted, minimum=tenant.anonymity_minimum)


def _result(counts: _Counts, rule: Rule, *, pending: int = 0, expected: int | None = None) -> Compliance:
    return compliance(
        kept=counts.kept,
        broken=counts.broken,
        kept_by_fallback=counts.fallback,
        excluded=counts.excluded,
        pending=pending,
        expected=expected,
        target=max(rule.target / 100, _LOWEST_TARGET),
    )


def _promise(parts: list[Kept]) -> PromiseKept:
    main = next((part for part in parts if part.rule.part == Rule.Part.PROMISE), parts[0])
    return PromiseKept(main.rule.promise, main, tuple(part for part in parts if part is not main))


def _worst_first(each: PromiseKept) -> tuple[bool, float, str]:
    result = each.main.result
    if result is None or result.rate is None:
        return True, 0.0, each.promise.name
    return False, result.rate - result.target, each.promise.name


_SUMS = ", ".join(
    f"coalesce(sum({status}) FILTER (WHERE {{when}}), 0)" for status in ("kept", "fallback", "broken", "excluded")
)
_OF_RULES = "tenant_id = %(tenant)s AND rule_id = ANY(%(rules)s)"
_IN_PERIOD = "day >= %(start)s AND day < %(end)s"

# All of these read the key's order: (tenant, rule, dimension, value, day, channel).
_SLICES = f"""
SELECT rule_id, dimension, value, channel_id, {_SUMS.format(when=_IN_PERIOD)},
    {_SUMS.format(when="day >= %(this_month)s AND day < %(next_month)s")},
    {_SUMS.format(when="day >= %(last_month)s AND day < %(this_month)s")}
FROM promises_outcomerollup
WHERE {_OF_RULES} AND dimension IN ('', %(dimension)s)
    AND (({_IN_PERIOD}) OR (dimension = '' AND day >= %(last_month)s AND day < %(next_month)s))
GROUP BY rule_id, dimension, value, channel_id
"""

_GROUPED = f"""
SELECT rule_id, {{by}}, sum(kept), sum(fallback), sum(broken), sum(excluded) FROM promises_outcomerollup
WHERE {_OF_RULES} AND {_IN_PERIOD} AND {{slice}} AND (%(channel)s::bigint IS NULL OR channel_id = %(channel)s)
GROUP BY 1, 2
"""
_SLICE = "dimension = %(dimension)s AND value = %(value)s"
_CHANNELS = _GROUPED.format(by="channel_id::text", slice=_SLICE)
_MONTHS = _GROUPED.format(by="to_char(day, 'YYYY-MM')", slice=_SLICE)
_VALUES = _GROUPED.format(by="value", slice="dimension = %(by)s")

# Uses outcome_due: only what is not counted yet.
_PENDING = """
SELECT rule_id, count(*) FROM promises_promiseoutcome
WHERE tenant_id = %(tenant)s AND counted = '' AND due_at >= %(now)s AND due_at < %(end)s
    AND status IN ('pending', 'kept') AND rule_id = ANY(%(rules)s)
GROUP BY rule_id
"""
