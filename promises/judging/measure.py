"""A rule as it is judged: parsed once into a frozen value, or refused with the field to mend."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from django.utils.translation import gettext as _

from journeys.business_hours import BusinessHours, business_hours
from journeys.conditions import BadDefinition, Condition, parse
from promises.judging.periods import Periodic, is_periodic, periodic

LONGEST_MINUTES = 5 * 366 * 24 * 60
# Events of our own, about promises: no rule may listen to them, or judging would never come to an end.
OWN_EVENTS = "promise."
ANSWERED = "survey.answered"
_LONGEST_REASON = 300
_MOST_EXCLUSIONS = 20
_TYPES = ("opening_type", "closing_type", "ending_type", "pause_type", "resume_type", "told_type", "solution_type")


class CalendarLike(Protocol):
    hours: Any
    country: str
    closed_days: Any
    earlier: Any


class PromiseLike(Protocol):
    touchpoint_id: Any
    exceeded_left: Any
    near_left: Any


class RuleLike(Protocol):
    """What is read of a rule: the model, or anything shaped like it."""

    promise: Any
    kind: Any
    match: Any
    opening_type: Any
    closing_type: Any
    duration_minutes: Any
    calendar: Any
    due_property: Any
    closed_property: Any
    property: Any
    operator: Any
    value: Any
    excluded_property: Any
    exclusions: Any
    pause_type: Any
    resume_type: Any
    told_type: Any
    solution_type: Any
    solution_property: Any
    other_property: Any
    tolerance: Any
    survey: Any
    at_touchpoint: Any
    basis: Any
    period: Any
    minimum_count: Any
    share: Any
    ending_type: Any
    valid_from: Any
    valid_until: Any


@dataclass(frozen=True)
class Equal:
    """Two values that must be equal: `first` of the opening event (without one of the closing event) and `second`
    of the closing event, as numbers to `tolerance` where that is given."""

    first: str
    second: str
    tolerance: Decimal | None = None


@dataclass(frozen=True)
class Answers:
    """Whose answers count: of one survey ("" = any), at one touchpoint (None = any)."""

    survey: str = ""
    touchpoint_id: int | None = None


@dataclass(frozen=True)
class Excuse:
    """An instance that passes this test does not count, and why."""

    test: tuple[Condition, ...]
    reason: str


@dataclass(frozen=True)
class Measure:
    """How instances of one rule are found and judged.

    Of the same case (`by_case`) a correlation is one instance. Of the same customer an opening begins one
    and the next closing ends it; where no two events belong together (`single`) each event is one, which needs no
    customer where it stands for itself (`by_event`). Only what opens from `valid_from` and before `valid_until` is
    this version's. A `periodic` rule has one instance for each subject and calendar period. `exceeded_left` and
    `near_left` are per cent of the time allowed.
    """

    rule_id: int
    deadline: bool
    by_case: bool
    opening_type: str
    closing_type: str
    minutes: int | None = None
    calendar: BusinessHours | None = None
    due_property: str = ""
    closed_property: str = ""
    conditions: tuple[Condition, ...] = ()
    excluded_property: str = ""
    by_event: bool = False
    equal: Equal | None = None
    answers: Answers | None = None
    excuses: tuple[Excuse, ...] = ()
    pause_type: str = ""
    resume_type: str = ""
    told_type: str = ""
    solution_type: str = ""
    solution_property: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    exceeded_left: int = 50
    near_left: int = 10
    periodic: Periodic | None = None

    @property
    def asked(self) -> Periodic:
        """What is asked for in each period, of a periodic rule."""
        if self.periodic is None:
            raise TypeError(f"rule {self.rule_id} is not judged by periods")
        return self.periodic

    def in_force(self, opened_at: datetime) -> bool:
        """Whether what opened then is this version's."""
        return (self.valid_from is None or self.valid_from <= opened_at) and (
            self.valid_until is None or opened_at < self.valid_until
        )

    @property
    def single(self) -> bool:
        return (
            not self.by_case and not self.periodic and (self.by_event or not self.opening_type or not self.closing_type)
        )

    @property
    def one_per_subject(self) -> bool:
        """Whether a subject has one instance at most, whichever event turns out to have opened it."""
        return self.by_case and not self.periodic

    @property
    def any_type(self) -> bool:
        """Whether an event of any type may change an instance: its properties are repeated on every event."""
        return self.deadline and self.by_case and not self.closing_type

    @property
    def marks(self) -> set[str]:
        """Types of what happens between opening and closing: pauses, and what the customer is told and offered."""
        return {self.pause_type, self.resume_type, self.told_type, self.solution_type} - {""}

    @property
    def own_types(self) -> set[str]:
        """Types of events without which there is no instance."""
        return {self.opening_type, self.closing_type} - {""}

    @property
    def types(self) -> set[str]:
        """Types of events that begin, end or change an instance."""
        return self.own_types | self.marks | ({self.periodic.ending_type} - {""} if self.periodic else set())


def measure(rule: RuleLike, *, rule_id: int, zone: str) -> Measure:
    """The rule as a value, or BadDefinition."""
    deadline = rule.kind == "deadline"
    closing_type = rule.closing_type
    asked: Periodic | None = None
    for field in _TYPES:
        if getattr(rule, field).startswith(OWN_EVENTS):
            raise BadDefinition(
                field, _("Choose an event of your own: those beginning with “promise.” follow from promises.")
            )
    if deadline:
        _check_deadline(rule)
    elif rule.kind == "survey":
        closing_type = _check_survey(rule)
    elif is_periodic(rule):
        asked = periodic(rule, zone=zone)
    else:
        _check_tested(rule)
    _check_fallback(rule, closing_type)
    _check_pauses(rule)
    return Measure(
        rule_id=rule_id,
        deadline=deadline,
        by_case=rule.match == "correlation",
        by_event=rule.match == "event",
        opening_type=rule.opening_type,
        closing_type=closing_type,
        minutes=rule.duration_minutes if deadline else None,
        calendar=_hours(rule.calendar, zone) if (deadline or asked) and rule.calendar else None,
        due_property=rule.due_property if deadline else "",
        closed_property=rule.closed_property if deadline else "",
        conditions=()
        if deadline or rule.kind in ("accuracy", "cadence")
        else parse(property=rule.property, operator=rule.operator, value=rule.value),
        equal=_equal(rule) if rule.kind == "accuracy" else None,
        answers=_answers(rule) if rule.kind == "survey" else None,
        excluded_property=rule.excluded_property,
        excuses=_excuses(rule.exclusions),
        pause_type=rule.pause_type,
        resume_type=rule.resume_type,
        told_type=rule.told_type,
        solution_type=rule.solution_type,
        solution_property=rule.solution_property,
        valid_from=rule.valid_from,
        valid_until=rule.valid_until,
        exceeded_left=rule.promise.exceeded_left,
        near_left=rule.promise.near_left,
        periodic=asked,
    )


def _check_deadline(rule: RuleLike) -> None:
    if not rule.opening_type:
        raise BadDefinition("opening_type", _("Name the event that begins the deadline."))
    if rule.opening_type == rule.closing_type:
        raise BadDefinition("closing_type", _("The closing event must differ from the opening event."))
    if rule.match == "event" and rule.closing_type:
        raise BadDefinition(
            "closing_type", _("Where each event stands by itself no other closes it: name the property instead.")
        )
    if not rule.closing_type and not rule.closed_property:
        raise BadDefinition("closing_type", _("Name the closing event, or the property that holds the closing time."))
    if rule.duration_minutes is None and not rule.due_property:
        raise BadDefinition(
            "duration_minutes", _("Say within how many minutes, or name the property that holds the due time.")
        )
    if rule.duration_minutes is not None and not 0 < rule.duration_minutes <= LONGEST_MINUTES:
        raise BadDefinition("duration_minutes", _("Give 1 minute to five years."))


def _check_tested(rule: RuleLike) -> None:
    """Conditions, availability of requests and accuracy: what is tested is an event."""
    if not rule.closing_type:
        raise BadDefinition("closing_type", _("Name the event at which the condition is tested."))
    if rule.kind == "availability" and rule.match == "correlation":
        raise BadDefinition("match", _("Every request counts by itself: choose each event by itself."))
    if rule.kind != "accuracy" and rule.opening_type:
        raise BadDefinition("opening_type", _("A condition is tested at the closing event: leave this empty."))
    if rule.opening_type and rule.match == "event":
        raise BadDefinition("opening_type", _("Where each event stands by itself no other opens it: leave this empty."))
    if rule.opening_type == rule.closing_type:
        raise BadDefinition("closing_type", _("The closing event must differ from the opening event."))


def _check_survey(rule: RuleLike) -> str:
    if rule.closing_type not in ("", ANSWERED) or rule.opening_type:
        raise BadDefinition(
            "opening_type" if rule.opening_type else "closing_type",
            _("Answers are judged as they come in: leave this empty."),
        )
    if rule.at_touchpoint and rule.promise.touchpoint_id is None:
        raise BadDefinition("at_touchpoint", _("Give the promise a touchpoint first."))
    return ANSWERED


def _check_fallback(rule: RuleLike, closing_type: str) -> None:
    solution = rule.solution_type or rule.solution_property
    if solution and not rule.told_type:
        raise BadDefinition("told_type", _("Name the event by which the customer is told."))
    if rule.told_type and not solution:
        raise BadDefinition(
            "solution_type",
            _("Say which event offers a solution, or which property of the telling event: being told is not enough."),
        )
    each = rule.match != "correlation" and not (rule.opening_type and closing_type)
    if (
        rule.told_type
        and each
        and {rule.told_type, rule.solution_type or rule.told_type} != {rule.opening_type or closing_type}
    ):
        raise BadDefinition(
            "told_type", _("Where each event stands by itself it must tell of the solution too: name that event here.")
        )


def _check_pauses(rule: RuleLike) -> None:
    if not rule.pause_type and not rule.resume_type:
        return
    if rule.kind != "deadline":
        raise BadDefinition("pause_type", _("Only a deadline can stand still: leave this empty."))
    if not rule.pause_type:
        raise BadDefinition("pause_type", _("Name the event that begins a pause."))
    if not rule.resume_type or rule.resume_type == rule.pause_type:
        raise BadDefinition("resume_type", _("Name the event that ends a pause; it must be another one."))
    if rule.match != "correlation" and not rule.closing_type:
        raise BadDefinition("pause_type", _("Where each event stands by itself nothing can pause: leave this empty."))


def _equal(rule: RuleLike) -> Equal:
    for field in ("property", "other_property"):
        if not getattr(rule, field).strip():
            raise BadDefinition(field, _("Name the two properties that must be equal."))
    if rule.property == rule.other_property and not rule.opening_type:
        raise BadDefinition("other_property", _("A value always equals itself: name another property."))
    return Equal(rule.property, rule.other_property, None if rule.tolerance is None else Decimal(rule.tolerance))


def _answers(rule: RuleLike) -> Answers:
    return Answers(rule.survey, rule.promise.touchpoint_id if rule.at_touchpoint else None)


def _excuses(rows: Any) -> tuple[Excuse, ...]:
    rows = [] if rows in (None, "") else rows
    if not isinstance(rows, list) or len(rows) > _MOST_EXCLUSIONS:
        raise BadDefinition(
            "exclusions",
            _('Give a list: [{"property": "weather", "operator": "eq", "value": "storm", "reason": "storm"}].'),
        )
    return tuple(_excused(number, row) for number, row in enumerate(rows, 1))


def _excused(number: int, row: Any) -> Excuse:
    reason = row.get("reason") if isinstance(row, dict) else None
    known = {"property", "operator", "value", "reason"}
    if (
        not isinstance(row, dict)
        or set(row) - known
        or not isinstance(row.get("property"), str)
        or not isinstance(reason, str)
        or not 0 < len(reason.strip()) <= _LONGEST_REASON
    ):
        raise BadDefinition(
            "exclusions", _("Line %(number)d: give a property, a test, a value and the reason.") % {"number": number}
        )
    try:
        test = parse(property=row["property"], operator=row.get("operator", "eq"), value=row.get("value"))
    except BadDefinition as error:
        raise BadDefinition("exclusions", f"{number}: {error}") from error
    return Excuse(test, reason.strip())


def _hours(calendar: CalendarLike, zone: str) -> BusinessHours:
    try:
        return business_hours(
            zone=zone,
            hours=calendar.hours,
            country=calendar.country,
            closed_days=calendar.closed_days or [],
            earlier=calendar.earlier or [],
        )
    except BadDefinition as error:
        raise BadDefinition("calendar", str(error)) from error
