"""What a promise still lacks before it may go on: reasons, each for the person who can mend it."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from journeys.conditions import BadDefinition
from promises.judging.measure import measure
from promises.making import facts
from promises.making.evidence import Evidence, OfRule, evidence, own_rules
from promises.making.questions import SEVEN, VIEWS, VISION
from promises.models import Criterion, Instruction, Participation, Promise

DRAFT, PILOT, PUBLIC, RETIRED = Promise.Lifecycle
# From each state, where a promise may go; first the way onwards.
MOVES: dict[str, tuple[str, ...]] = {
    DRAFT: (PILOT,),
    PILOT: (PUBLIC, DRAFT, RETIRED),
    PUBLIC: (RETIRED, PILOT),
    RETIRED: (DRAFT,),
}


class Reason(str):
    """Something that is missing, in the reader's language; `step` is where in the wizard it is mended, if there."""

    step: str

    def __new__(cls, text: str, step: str = "") -> "Reason":
        reason = super().__new__(cls, text)
        reason.step = step
        return reason


def missing(*, promise: Promise, to: str | None = None, now: datetime | None = None) -> list[Reason]:
    """Why the promise may not go on to `to` today (without it: to its next state); none: it may.

    To the pilot: all that making it asks for. To the public: the same, and what the pilot had to show. Back to
    the workshop, and out of use, every promise may go.
    """
    to = MOVES[promise.lifecycle][0] if to is None else to
    if to not in MOVES[promise.lifecycle]:
        return [Reason(_no_such_move(promise, to))]
    if (promise.lifecycle, to) not in {(DRAFT, PILOT), (PILOT, PUBLIC)}:
        return []
    reasons = unmade(promise)
    if to == PUBLIC:
        reasons += map(Reason, short_of(promise, evidence(promise=promise, now=now)))
    return reasons


def unmade(promise: Promise) -> list[Reason]:
    """What making the promise still asks for, whatever its lifecycle; a fixed number of queries."""
    return [*_unanswered(promise), *_unmeasured(promise), *_unsupported(promise)]


def short_of(promise: Promise, shown: Evidence) -> Iterator[str]:
    """What the pilot has not shown yet of what the promise asks of it."""
    if shown.began is None:
        yield _("No pilot was begun: move the promise back to draft, and to the pilot from there.")
        return
    for each in shown.rules:
        for reason in _short_of_one(promise, each):
            yield f"{each.rule}: {reason}" if len(shown.rules) > 1 else reason


def _short_of_one(promise: Promise, each: OfRule) -> Iterator[str]:
    result, weeks = each.result, each.weeks
    if weeks < promise.pilot_weeks:
        yield ngettext(
            "It has been piloted for %(done)s of %(asked)s week.",
            "It has been piloted for %(done)s of %(asked)s weeks.",
            promise.pilot_weeks,
        ) % {"done": weeks, "asked": promise.pilot_weeks}
    # A promise that asks for no cases at all still has to show one: nothing is proven by nothing.
    cases = max(promise.pilot_cases, 1)
    if result.judged < cases:
        yield ngettext(
            "%(done)s of %(asked)s case has fallen due in the pilot.",
            "%(done)s of %(asked)s cases have fallen due in the pilot.",
            cases,
        ) % {"done": result.judged, "asked": cases}
    if result.rate is None or result.low is None:
        return
    if result.rate < result.target:
        yield _("It was kept in %(rate)s %% of cases; the target is %(target)s %%.") % {
            "rate": _per_cent(result.rate),
            "target": _per_cent(result.target),
        }
    floor = result.target - promise.pilot_margin / 100
    if result.low < floor:
        yield _(
            "With so few cases the true share may be as low as %(low)s %%: pilot on until that is %(floor)s %%."
        ) % {
            "low": _per_cent(result.low),
            "floor": _per_cent(floor),
        }


def _no_such_move(promise: Promise, to: str) -> str:
    names = dict(Promise.Lifecycle.choices)
    return _("From “%(here)s” a promise moves to %(ways)s, not to “%(to)s”.") % {
        "here": names[promise.lifecycle],
        "ways": ", ".join(f"“{names[way]}”" for way in MOVES[promise.lifecycle]),
        "to": names.get(to, to),
    }


def _unanswered(promise: Promise) -> Iterator[Reason]:
    for number, question in enumerate(SEVEN, 1):
        if not question.answered(promise):
            text = _("Question %(number)s is not answered: %(question)s")
            yield Reason(text % {"number": number, "question": question.asks}, question.step)
    for question in (VISION, *VIEWS):
        if not question.answered(promise):
            yield Reason(_("Not answered: %s") % question.asks, question.step)


def _unmeasured(promise: Promise) -> Iterator[Reason]:
    rules = own_rules(promise)
    if not rules:
        yield Reason(_("Nothing measures the promise: give it a rule with a target."), "measure")
    for rule in rules:
        try:
            measure(rule, rule_id=rule.pk, zone="UTC")
        except BadDefinition as error:
            yield Reason(_("The rule “%(rule)s” cannot be judged: %(why)s") % {"rule": rule, "why": error}, "measure")


def _unsupported(promise: Promise) -> Iterator[Reason]:
    """People, instructions and criteria: what stands behind the words."""
    took_part = Participation.objects.filter(promise=promise, people__gt=0).exclude(way=Participation.Way.PILOT)
    if not took_part.exists():
        yield Reason(
            _("No staff have taken part in making it: hold a workshop, ask or interview them, and log it."), "staff"
        )
    if not Instruction.objects.in_use().filter(promise=promise).exists():
        yield Reason(
            _("It has no instruction to staff: write at least one, so that everybody knows what to do."),
            "instructions",
        )
    judged, rules = {each.name: each for each in Criterion.objects.filter(promise=promise)}, own_rules(promise)
    for name, label in Criterion.Name.choices:
        criterion = judged.get(name)
        if criterion is None or not criterion.met:
            yield Reason(_("The criterion “%s” is not met.") % label, "criteria")
        elif facts.outdated(criterion, rules):
            text = _("“%s” was judged of another target or deadline than the promise has now: judge it anew.")
            yield Reason(text % label, "criteria")
        elif not criterion.evidence.strip():
            yield Reason(
                _("The criterion “%s” has no evidence: write down what shows that it is met.") % label, "criteria"
            )


def _per_cent(share: float) -> str:
    return number_format(round(100 * share, 1), 1)
