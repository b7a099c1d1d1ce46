"""A rule tried on the last 90 days before it is saved, by the pipeline's own judging: nothing is stored."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from cxplatform.stats import anonymity
from cxplatform.stats.compliance import Compliance, compliance
from promises.feasible import spec
from promises.feasible.lately import Window, lately
from promises.judging.judge import BROKEN, EXCLUDED, FALLBACK, KEPT, PENDING, Judged
from promises.judging.measure import measure
from promises.models import Rule

SHOWN = 50
_REASONS_SHOWN = 10
_LOWEST = Decimal("0.01")


@dataclass(frozen=True)
class Week:
    """What fell due in the week that begins on `monday`."""

    monday: date
    kept: int = 0
    fallback: int = 0
    broken: int = 0
    excluded: int = 0

    @property
    def judged(self) -> int:
        return self.kept + self.fallback + self.broken

    @property
    def share(self) -> float | None:
        return (self.kept + self.fallback) / self.judged if self.judged else None


@dataclass(frozen=True)
class Preview:
    """What the rule would have judged of what opened in the window; `result` counts what has fallen due.

    `failed` are the broken ones, newest first, `reasons` why others are excluded, the most frequent first. `judged`
    is everything, also what is still pending.
    """

    rule: Rule
    window: Window
    judged: tuple[Judged, ...]
    result: Compliance
    weeks: tuple[Week, ...]
    failed: tuple[Judged, ...]
    reasons: tuple[tuple[str, int], ...]
    partial: bool

    @property
    def n(self) -> int:
        return len(self.judged)

    @property
    def enough(self) -> bool:
        """Whether so many are counted that a member who sees some units only may see them."""
        minimum = self.window.tenant.anonymity_minimum
        return not self.window.unit_ids or anonymity.enough(self.n, minimum=minimum)


def preview(rule: Rule, window: Window) -> Preview:
    """Try a rule, stored or not, on what opened in the window. Raises BadDefinition where it makes no sense."""
    plain = Rule(promise=rule.promise, **spec.facts(rule))
    found = lately(measure(plain, rule_id=rule.pk or 0, zone=window.tenant.timezone), window)
    due = [each for each in found.judged if _counted(each, window)]
    counts = Counter(each.status for each in due)
    return Preview(
        rule=rule,
        window=window,
        judged=found.judged,
        result=compliance(
            kept=counts[KEPT],
            kept_by_fallback=counts[FALLBACK],
            broken=counts[BROKEN],
            excluded=counts[EXCLUDED],
            pending=len(found.judged) - len(due),
            target=max(Decimal(str(rule.target)), _LOWEST) / 100,
        ),
        weeks=tuple(_weeks(due, window)),
        failed=tuple(each for each in reversed(due) if each.status == BROKEN),
        reasons=tuple(Counter(each.reason for each in due if each.status == EXCLUDED).most_common(_REASONS_SHOWN)),
        partial=found.partial,
    )


def _counted(each: Judged, window: Window) -> bool:
    """As the pipeline counts: when it has fallen due, and what can never fall due at once."""
    if each.status == PENDING:
        return False
    return each.due_at is None or each.due_at < window.now


def _weeks(due: Sequence[Judged], window: Window) -> list[Week]:
    """Every week from the first to that of today, empty ones too."""
    by_week: Counter[tuple[date, str]] = Counter()
    for each in due:
        day = (each.due_at or each.opened_at).astimezone(window.tenant.zone).date()
        by_week[day - timedelta(days=day.weekday()), each.status] += 1
    if not by_week:
        return []
    mondays = sorted({monday for monday, _ in by_week})
    # A due time read from a property may be any year.
    first = max(mondays[0], (window.since - timedelta(days=7)).date())
    count = (mondays[-1] - first).days // 7 + 1
    return [
        Week(
            monday,
            **{
                name: by_week[monday, status]
                for name, status in (("kept", KEPT), ("fallback", FALLBACK), ("broken", BROKEN), ("excluded", EXCLUDED))
            },
        )
        for monday in (first - timedelta(days=first.weekday()) + timedelta(weeks=week) for week in range(count))
    ]
