"""Which rule a follow-up falls under: of its cause the first, in the company's order, whose narrowings all hold."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from surveys.models import Cause, FollowUp, FollowUpRule

PRESSING: Mapping[str, int] = {cause: place for place, cause in enumerate(Cause.values)}


@dataclass(frozen=True)
class Signal:
    """What rules are tried against: empty and None are "not known"."""

    cause: str
    survey_id: int | None = None
    touchpoint_id: int | None = None
    event_type: str = ""
    promise: str = ""
    groups: Mapping[str, str] | None = None


def in_force() -> list[FollowUpRule]:
    """Those of the active tenant, the most pressing cause first, then in the company's order."""
    found = FollowUpRule.objects.in_use().filter(active=True).select_related("calendar", "dimension")
    return sorted(found, key=lambda rule: (PRESSING[rule.cause], rule.position, rule.pk))


def first(rules: Sequence[FollowUpRule], signals: Iterable[Signal]) -> FollowUpRule | None:
    """The first of `rules`, as `in_force` orders them, that one of a happening's signals falls under."""
    known = {signal.cause: signal for signal in signals}
    return next((rule for rule in rules if rule.cause in known and _holds(rule, known[rule.cause])), None)


def rule_for(follow_up: FollowUp) -> FollowUpRule | None:
    """The rule for one opened by hand, by its place alone: that of its cause, else that for those opened by hand."""
    known = [
        rule for rule in in_force() if not (rule.survey_id or rule.event_type or rule.promise or rule.dimension_id)
    ]
    causes = (follow_up.cause, Cause.BY_HAND)
    tried = [[Signal(cause=cause, touchpoint_id=follow_up.touchpoint_id)] for cause in causes]
    return next((rule for signals in tried if (rule := first(known, signals))), None)


def _holds(rule: FollowUpRule, signal: Signal) -> bool:
    return (
        (rule.survey_id is None or rule.survey_id == signal.survey_id)
        and (rule.touchpoint_id is None or rule.touchpoint_id == signal.touchpoint_id)
        and (not rule.event_type or rule.event_type == signal.event_type)
        and (not rule.promise or rule.promise == signal.promise)
        and (rule.dimension is None or (signal.groups or {}).get(rule.dimension.slug) == rule.value)
    )
