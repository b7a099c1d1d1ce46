"""Why a rule had better not be saved, each with the reason and what to do; what is running goes on meanwhile."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from journeys.business_hours import due_times, open_between
from journeys.conditions import MISSING, BadDefinition
from promises.feasible import occurrences, spec
from promises.feasible.elapsed import FEWEST
from promises.feasible.lately import Window
from promises.feasible.preview import Preview, preview
from promises.judging.clock import array
from promises.judging.contradictions import contradicted, excused
from promises.judging.judge import EXCLUDED
from promises.judging.measure import ANSWERED, Measure, measure
from promises.models import Promise, Rule
from surveys.models import Survey

TO_COME, REOPENED = "to_come", "reopened"
_TYPES = ("opening_type", "closing_type", "pause_type", "resume_type", "told_type", "solution_type", "ending_type")
# A target may be changed without asking again what the events say.
_NOT_MEASURED = {"target", "wording", "part", "instruction_id"}


@dataclass(frozen=True)
class Objection:
    """One reason, at the field to mend. `waived_by` is the box that overrules it, "" where nothing does."""

    field: str
    message: str
    waived_by: str = ""


@dataclass(frozen=True)
class Tried:
    """What is to be said before saving; `preview` is None where the rule cannot be tried."""

    objections: tuple[Objection, ...]
    preview: Preview | None


def tried(
    rule: Rule, window: Window, *, before: Rule | None = None, to_come: bool = False, reopened: bool = False
) -> Tried:
    """Try a rule that is not saved on the window's events; `before` is the stored one that it would replace.

    `to_come` takes types of events that have never come in, of a draft; `reopened` takes cases that are opened again
    after they were closed.
    """
    try:
        each = measure(rule, rule_id=rule.pk or 0, zone=window.tenant.timezone)
    except BadDefinition as error:
        return Tried((Objection(error.field, str(error)),), None)
    found = [*_impossible(rule, each), *_never_open(each, window)]
    if found:
        return Tried(tuple(found), None)
    seen = preview(rule, window)
    changed = before is None or _measured(rule) != _measured(before)
    if changed:
        found += _never_came(rule, to_come=to_come and rule.promise.lifecycle == Promise.Lifecycle.DRAFT)
    if changed and not found:
        found += [*_never_paired(each, seen), *_all_excluded(rule, seen)]
        if not reopened:
            found += _used_twice(each, seen)
    found += _unattainable(rule, before, seen)
    return Tried(tuple(found), seen)


def _measured(rule: Rule) -> dict[str, object]:
    return {name: value for name, value in spec.facts(rule).items() if name not in _NOT_MEASURED}


def _impossible(rule: Rule, each: Measure) -> Iterator[Objection]:
    if name := contradicted(each.conditions, scores=rule.kind == Rule.Kind.SURVEY):
        yield Objection("value", _("No event can ever pass: the tests of “%s” exclude each other.") % name)
    elif reason := excused(each.conditions, each.excuses):
        yield Objection("exclusions", _("Whatever would be kept is excluded for “%s”: nothing could be.") % reason)
    if rule.survey and not Survey.objects.filter(slug=rule.survey, archived_at=None).exists():
        yield Objection("survey", _("There is no survey “%s”. Choose one from the list.") % rule.survey)


def _never_open(each: Measure, window: Window) -> Iterator[Objection]:
    if each.calendar is None:
        return
    today = array([window.now])
    if not open_between(today, today + np.timedelta64(366, "D"), each.calendar)[0]:
        yield Objection(
            "calendar", _("This calendar has no open hour in the coming year. Give it some, or choose none.")
        )
    elif each.minutes is not None and np.isnat(due_times(today, each.minutes, each.calendar)[0]):
        yield Objection("calendar", _("This calendar does not open long enough for the deadline within 20 years."))


def _never_came(rule: Rule, *, to_come: bool) -> Iterator[Objection]:
    """Types of events that are not among the latest million."""
    named = {field: getattr(rule, field) for field in _TYPES if getattr(rule, field)}
    named = {field: type_ for field, type_ in named.items() if type_ != ANSWERED}
    missing = occurrences.never_came(set(named.values())) if named and not to_come else set()
    draft = rule.promise.lifecycle == Promise.Lifecycle.DRAFT
    for field, type_ in named.items():
        if type_ in missing:
            yield Objection(
                field,
                (
                    _("No event “%s” has come in. Choose one that has, or tick that these events are still to come.")
                    if draft
                    else _("No event “%s” has come in, and this promise is judged already. Choose one that has.")
                )
                % type_,
                TO_COME if draft else "",
            )


def _never_paired(each: Measure, seen: Preview) -> Iterator[Objection]:
    """Closings came, and none of them closed anything."""
    if not each.opening_type or not each.closing_type or each.periodic:
        return
    if any(judged.closed_by for judged in seen.judged):
        return
    closings = occurrences.how_many(each.closing_type, seen.window)
    if closings:
        by = _("of the same case") if each.by_case else _("of the same customer")
        yield Objection(
            "closing_type",
            _(
                "%(n)s “%(closing)s” came in the last 90 days, and none of them after an “%(opening)s” %(by)s. Check"
                " what the two events have in common, and choose by what they belong together."
            )
            % {"n": number_format(closings), "closing": each.closing_type, "opening": each.opening_type, "by": by},
        )


def _all_excluded(rule: Rule, seen: Preview) -> Iterator[Objection]:
    counted = seen.result.excluded
    if not counted or seen.result.judged:
        return
    (reason, n), *_rest = seen.reasons
    at = "property" if reason == MISSING else "due_property" if rule.due_property else "exclusions"
    if reason == MISSING:
        names = ", ".join(occurrences.properties_of(rule.closing_type or rule.opening_type)) or "–"
        text = _("The property is in none of the last %(n)s events. They have: %(names)s.")
        yield Objection(at, text % {"n": number_format(n), "names": names})
    elif counted >= FEWEST:
        text = _("All %(n)s of the last 90 days would be excluded, most of them for “%(reason)s”: nothing would count.")
        yield Objection(at, text % {"n": number_format(counted), "reason": reason})


def _used_twice(each: Measure, seen: Preview) -> Iterator[Objection]:
    if not each.by_case or not each.opening_type or not each.closing_type or each.periodic:
        return
    closed = [judged for judged in seen.judged if judged.closed_by and judged.closed_at and judged.status != EXCLUDED]
    again = occurrences.opened_again(each, closed)
    if again:
        yield Objection(
            "match",
            _(
                "%(n)s of %(all)s cases were opened again after they had been closed, such as “%(example)s”: each would"
                " count once. Give each its own correlation, choose the same customer, or tick that a case opened"
                " again is still the same."
            )
            % {"n": number_format(len(again)), "all": number_format(len(closed)), "example": again[0]},
            REOPENED,
        )


def _unattainable(rule: Rule, before: Rule | None, seen: Preview) -> Iterator[Objection]:
    """A target over the upper end of what history kept, unless somebody wrote down what will change."""
    same = before is not None and before.target == rule.target and _measured(rule) == _measured(before)
    result = seen.result
    if same or result.high is None or result.judged < FEWEST or rule.promise.attainable.strip():
        return
    if float(rule.target) / 100 > result.high:
        yield Objection(
            "target",
            _(
                "In the last 90 days it was kept in %(rate)s %% of %(n)s (%(low)s…%(high)s): %(target)s %% is over"
                " what has been attained. Choose less, or write at question 4 of the promise what will change."
            )
            % {
                "rate": _per_cent(result.rate),
                "low": _per_cent(result.low),
                "high": _per_cent(result.high),
                "n": number_format(result.judged),
                "target": _plain(float(rule.target)),
            },
        )


def _per_cent(share: float | None) -> str:
    return number_format(round(100 * (share or 0), 1), 1)


def _plain(number: float) -> str:
    return number_format(number, None if number % 1 else 0)
