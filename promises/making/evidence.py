"""What a pilot has shown so far, read from the counts: the numbers behind the gate to the public."""

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from cxplatform.stats.compliance import Compliance, compliance
from cxplatform.tenancy.models import AuditEntry
from promises.models import LifecycleStep, OutcomeRollup, Promise, Rule

_COUNTS = ("kept", "fallback", "broken", "excluded")


@dataclass(frozen=True)
class OfRule:
    """One measure of the promise itself over its pilot. `since` is when this version of it began to be piloted."""

    rule: Rule
    since: datetime
    now: datetime
    result: Compliance

    @property
    def weeks(self) -> int:
        """Whole weeks it has been piloted."""
        return max((self.now - self.since) // timedelta(weeks=1), 0)


@dataclass(frozen=True)
class Evidence:
    """Of a promise in pilot. `began` is None where no pilot was begun."""

    began: datetime | None
    now: datetime
    rules: tuple[OfRule, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """What a step of the lifecycle keeps of it."""
        return {
            "began": self.began.isoformat() if self.began else None,
            "rules": [
                {
                    "rule": each.rule.pk,
                    "version": each.rule.version,
                    "wording": str(each.rule),
                    "weeks": each.weeks,
                    "n": each.result.judged,
                    **{
                        name: value
                        for name, value in asdict(each.result).items()
                        if name in ("kept", "kept_by_fallback", "broken", "excluded", "rate", "low", "high", "target")
                    },
                }
                for each in self.rules
            ],
        }


def own_rules(promise: Promise) -> list[Rule]:
    """What measures the promise itself today: its rules in use, not those of instructions, no earlier versions."""
    rules = Rule.objects.in_use().filter(promise=promise, part=Rule.Part.PROMISE, valid_until=None)
    return list(rules.select_related("promise", "calendar").order_by("position", "pk"))


def evidence(*, promise: Promise, now: datetime | None = None) -> Evidence:
    """What the latest pilot has shown of each measure; four queries.

    Cases are dated by when they fell due, as compliance is: from the day after the pilot began, or after this
    version of the measure did, so that a target changed half-way is piloted anew. So is a measure that was added
    half-way: it judges what came before as well, but was chosen by who could see how that went.
    """
    now = now or timezone.now()
    begun = LifecycleStep.objects.filter(promise=promise, after=Promise.Lifecycle.PILOT).order_by("-at", "-id").first()
    if begun is None:
        return Evidence(None, now)
    rules = own_rules(promise)
    added = _added(rules)
    since = {rule.pk: max(begun.at, rule.valid_from or added.get(rule.pk, begun.at)) for rule in rules}
    counts = _counts({pk: timezone.localtime(moment).date() for pk, moment in since.items()})
    return Evidence(
        begun.at, now, tuple(OfRule(rule, since[rule.pk], now, _result(rule, counts[rule.pk])) for rule in rules)
    )


def _added(rules: list[Rule]) -> dict[int, datetime]:
    """When each was first stored, by the history, which nobody can rewrite; uses audit_by_object."""
    entries = AuditEntry.objects.filter(
        model=Rule._meta.label_lower, object_id__in=[str(rule.pk) for rule in rules], action__in=("added", "created")
    )
    return {int(number): at for number, at in entries.values_list("object_id", "at")}


def _counts(since: dict[int, date]) -> dict[int, dict[str, int]]:
    """By rule, what fell due after its day; reads the key's order (tenant, rule, dimension, value, day)."""
    found: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(_COUNTS, 0))
    if not since:
        return found
    days = (
        OutcomeRollup.objects.filter(rule_id__in=since, dimension="", value="", day__gt=min(since.values()))
        .values("rule_id", "day")
        .annotate(**{f"n_{name}": Sum(name) for name in _COUNTS})
    )
    for row in days:
        if row["day"] > since[row["rule_id"]]:
            for name in _COUNTS:
                found[row["rule_id"]][name] += row[f"n_{name}"]
    return found


def _result(rule: Rule, counts: dict[str, int]) -> Compliance:
    return compliance(
        kept=counts["kept"],
        kept_by_fallback=counts["fallback"],
        broken=counts["broken"],
        excluded=counts["excluded"],
        target=rule.target / 100,
    )
