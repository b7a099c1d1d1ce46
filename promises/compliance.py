"""How promises are kept, read from the counts alone: a frozen query, counts, then the maths of `stats`.

A promise stands for its first rule of the promise itself; its other rules (instructions to staff and their
targets) stand beside it, each with its own target. Of a rule that was revised the version in force stands, and
earlier ones are series of their own. Rates are never pooled.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from cxplatform.stats import anonymity
from cxplatform.stats.change import Verdict
from cxplatform.stats.compliance import Compliance, compliance
from cxplatform.tenancy.models import Tenant
from promises.counted import (
    CHANNEL,
    CHANNELS,
    JOURNEY,
    JOURNEYS,
    MONTH,
    MONTHS,
    VALUES,
    Counts,
    OfRule,
    Query,
    load,
    pending,
    rows,
)
from promises.models import Promise, Rule

_LOWEST_TARGET = Decimal("0.0001")


@dataclass(frozen=True)
class Kept:
    """One rule over the query's days. `result` is None where so few are counted that they stay hidden.

    `month` is the current calendar month so far, of everybody, with what is still pending: its
    `may_still_fail` says how many more may break. It budgets for as many as last month had.
    """

    rule: Rule
    result: Compliance | None
    month: Compliance
    ladder: "Ladder | None" = None


@dataclass(frozen=True)
class Ladder:
    """Of the kept: `exceeded` with so much of the time left as the promise asks for, `near` with hardly any.

    `kept` leaves out what was kept by fallback. Of rules without a time to use both are 0.
    """

    kept: int
    exceeded: int
    near: int


@dataclass(frozen=True)
class PromiseKept:
    """`earlier` are the versions that are no longer in force, of any of the promise's rules, the newest first."""

    promise: Promise
    main: Kept
    beside: tuple[Kept, ...] = ()
    earlier: tuple[Kept, ...] = ()

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
        """With `judged` the headline: "11 of 14 promises on target, worst first", as the rates stand.

        Every instance that fell due is counted, none drawn by lot: as it stands a rate is on target just when no more
        broke than the error budget allows. Whether it would be so again is what the verdicts say.
        """
        return sum(bool(each.on_target) for each in self.promises)

    @property
    def clearly_on_target(self) -> int:
        """Those whose whole interval is above the target: what the sign beside each says."""
        return self._of("better")

    @property
    def clearly_short(self) -> int:
        """Those whose whole interval is below the target: of the others not on it chance may be all there is."""
        return self._of("worse")

    def _of(self, verdict: Verdict) -> int:
        return sum(each.main.result is not None and each.main.result.verdict == verdict for each in self.promises)


@dataclass(frozen=True)
class Group:
    """One value of a division, one month or one channel; `result` None = hidden, as too few are counted."""

    value: str
    result: Compliance | None


def board(
    *, query: Query, tenant: Tenant, promise_ids: Sequence[int] | None = None, now: datetime | None = None
) -> Board:
    """All promises in pilot or public, or those given whatever their lifecycle; three queries."""
    rules = _rules(promise_ids)
    now = now or timezone.now()
    counts = load(query, rules, tenant, now)
    waiting = pending(rules, tenant, now)
    found: dict[int, list[Kept]] = {}
    for rule in rules:
        of_rule = counts.get(rule.pk, OfRule())
        kept = Kept(
            rule=rule,
            result=(shown := _shown(query, of_rule, rule, tenant)),
            month=_result(
                of_rule.this_month, rule, pending=waiting.get(rule.pk, 0), expected=of_rule.last_month.judged
            ),
            ladder=_ladder(query, of_rule) if shown else None,
        )
        found.setdefault(rule.promise_id, []).append(kept)
    return Board(tuple(sorted(map(_promise, found.values()), key=_worst_first)))


def groups(*, query: Query, tenant: Tenant, rules: Sequence[Rule], by: str) -> dict[int, list[Group]]:
    """Rules divided by a dimension's slug, "unit", "touchpoint", "journey", "channel" or "month", by rule id.

    Values that add up to the whole are hidden so that none can be worked out by subtraction, and so are months of a
    slice; months of the whole company hide nothing. Leave out rules whose slice the board hides, since its parts would
    add up to it. Outcomes are counted by one
    dimension at a time: a query with a dimension is divided by channel or month (ValueError).
    """
    if query.dimension and by not in (CHANNEL, MONTH):
        raise ValueError(f"{query.dimension}: already one dimension; divide it by channel or month")
    found: dict[int, dict[str, Counts]] = {rule.pk: {} for rule in rules}
    statement = {CHANNEL: CHANNELS, MONTH: MONTHS, JOURNEY: JOURNEYS}.get(by, VALUES)
    for rule_id, value, *numbers in rows(statement, query=query, rules=rules, by=by):
        found[rule_id][value] = Counts(*numbers)
    return {
        rule.pk: [
            Group(value, _result(counts, rule) if value in shown else None)
            for value, counts in sorted(found[rule.pk].items())
            if counts.counted
        ]
        for rule in rules
        for shown in [_shown_groups(query, found[rule.pk], tenant, by)]
    }


def _shown_groups(query: Query, found: Mapping[str, Counts], tenant: Tenant, by: str) -> set[str]:
    return set(found) if by == MONTH and not query.sliced else _visible(found, tenant)


def _rules(promise_ids: Sequence[int] | None) -> list[Rule]:
    rules = Rule.objects.in_use().select_related("promise")
    rules = rules.order_by("promise__name", "promise_id", "position", "pk")
    if promise_ids is not None:
        return list(rules.filter(promise_id__in=promise_ids))
    lifecycles = (Promise.Lifecycle.PILOT, Promise.Lifecycle.PUBLIC)
    return list(rules.filter(promise__lifecycle__in=lifecycles, promise__archived_at=None))


def _shown(query: Query, of_rule: OfRule, rule: Rule, tenant: Tenant) -> Compliance | None:
    """The query's slice, or None where it is too small or would give a small sibling away."""
    own = of_rule.values.get(query.value, Counts())
    if query.dimension:
        shown = query.value in _visible(of_rule.values, tenant)
    elif query.channel_id is not None:
        shown = query.channel_id in _visible(of_rule.channels, tenant)
    else:
        shown = True
    return _result(own, rule) if shown or not own.counted else None


def _ladder(query: Query, of_rule: OfRule) -> Ladder:
    own = of_rule.values.get(query.value, Counts())
    return Ladder(own.kept, own.exceeded, own.near)


def _visible(siblings: Mapping[Any, Counts], tenant: Tenant) -> set[Any]:
    return anonymity.visible(
        {value: each.counted for value, each in siblings.items()}, minimum=tenant.anonymity_minimum
    )


def _result(counts: Counts, rule: Rule, *, pending: int = 0, expected: int | None = None) -> Compliance:
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
    """The parts in force, of which the promise stands for the first of its own, and the versions before them."""
    newest: dict[int, Kept] = {}
    for part in parts:
        known = newest.setdefault(series(part.rule), part)
        if part.rule.version > known.rule.version:
            newest[series(part.rule)] = part
    current = list(newest.values())
    main = next((part for part in current if part.rule.part == Rule.Part.PROMISE), current[0])
    earlier = sorted(
        (part for part in parts if newest[series(part.rule)] is not part),
        key=lambda part: (part.rule.position, series(part.rule), -part.rule.version),
    )
    return PromiseKept(
        main.rule.promise, main, tuple(part for part in current if part is not main), earlier=tuple(earlier)
    )


def series(rule: Rule) -> int:
    """What the versions of one rule have in common: the key of the first of them."""
    return rule.first_id or rule.pk


def _worst_first(each: PromiseKept) -> tuple[bool, float, str]:
    result = each.main.result
    if result is None or result.rate is None:
        return True, 0.0, each.promise.name
    return False, result.rate - result.target, each.promise.name
