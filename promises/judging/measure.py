"""A rule as it is judged: parsed once into a frozen value, or refused with the field to mend."""

from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import gettext as _

from journeys.conditions import BadDefinition, Condition, parse
from promises.judging.calendar import BusinessHours, business_hours

LONGEST_MINUTES = 5 * 366 * 24 * 60
# Events of our own, about promises: no rule may listen to them, or judging would never come to an end.
OWN_EVENTS = "promise."


class CalendarLike(Protocol):
    hours: Any
    country: str
    closed_days: Any


class RuleLike(Protocol):
    """What is read of a rule: the model, or anything shaped like it."""

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


@dataclass(frozen=True)
class Measure:
    """How instances of one rule are found and judged.

    Of the same case (`by_case`) a correlation is one instance. Of the same customer an opening begins one
    and the next closing ends it; where no two events belong together (`single`) each event is one.
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

    @property
    def single(self) -> bool:
        return not self.by_case and (not self.deadline or not self.closing_type)

    @property
    def any_type(self) -> bool:
        """Whether an event of any type may change an instance: its properties are repeated on every event."""
        return self.deadline and self.by_case and not self.closing_type

    @property
    def types(self) -> set[str]:
        return {self.opening_type, self.closing_type} - {""}


def measure(rule: RuleLike, *, rule_id: int, zone: str) -> Measure:
    """The rule as a value, or BadDefinition."""
    deadline = rule.kind == "deadline"
    by_case = rule.match == "correlation"
    for field in ("opening_type", "closing_type"):
        if getattr(rule, field).startswith(OWN_EVENTS):
            raise BadDefinition(
                field, _("Choose an event of your own: those beginning with “promise.” follow from promises.")
            )
    if deadline:
        _check_deadline(rule)
    else:
        if not rule.closing_type:
            raise BadDefinition("closing_type", _("Name the event at which the condition is tested."))
        if rule.opening_type:
            raise BadDefinition("opening_type", _("A condition is tested at the closing event: leave this empty."))
    conditions = () if deadline else parse(property=rule.property, operator=rule.operator, value=rule.value)
    hours = _hours(rule.calendar, zone) if deadline and rule.calendar else None
    return Measure(
        rule_id=rule_id,
        deadline=deadline,
        by_case=by_case,
        opening_type=rule.opening_type,
        closing_type=rule.closing_type,
        minutes=rule.duration_minutes if deadline else None,
        calendar=hours,
        due_property=rule.due_property if deadline else "",
        closed_property=rule.closed_property if deadline else "",
        conditions=conditions,
        excluded_property=rule.excluded_property,
    )


def _check_deadline(rule: RuleLike) -> None:
    if not rule.opening_type:
        raise BadDefinition("opening_type", _("Name the event that begins the deadline."))
    if rule.opening_type == rule.closing_type:
        raise BadDefinition("closing_type", _("The closing event must differ from the opening event."))
    if not rule.closing_type and not rule.closed_property:
        raise BadDefinition("closing_type", _("Name the closing event, or the property that holds the closing time."))
    if rule.duration_minutes is None and not rule.due_property:
        raise BadDefinition(
            "duration_minutes", _("Say within how many minutes, or name the property that holds the due time.")
        )
    if rule.duration_minutes is not None and not 0 < rule.duration_minutes <= LONGEST_MINUTES:
        raise BadDefinition("duration_minutes", _("Give 1 minute to five years."))


def _hours(calendar: CalendarLike, zone: str) -> BusinessHours:
    try:
        return business_hours(
            zone=zone, hours=calendar.hours, country=calendar.country, closed_days=calendar.closed_days or []
        )
    except BadDefinition as error:
        raise BadDefinition("calendar", str(error)) from error
