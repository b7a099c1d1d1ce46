"""The events that made one instance what it is."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from journeys.conditions import BadDefinition, parse
from journeys.known_types import name_of
from journeys.models import Channel, Event, EventType, Touchpoint, Unit
from promises.judging.periods import is_periodic
from promises.models import PromiseOutcome, Rule

MOST = 200
_AFTER = timedelta(days=7)


@dataclass(frozen=True)
class Step:
    """One event; `name` is what people call its type, if they do, `parts` are what it did to the promise, `told` the
    properties that the rule reads."""

    event: Event
    name: str
    parts: tuple[str, ...]
    told: tuple[tuple[str, Any], ...]
    place: str


def events_behind(outcome: PromiseOutcome, rule: Rule) -> list[Step]:
    """The events of the instance's case or customer from its opening on, oldest first, `MOST` at most."""
    rows = list(_events(outcome, rule).order_by("time", "sequence", "source_id")[:MOST])
    names = {
        model: dict(model.objects.filter(pk__in=ids).values_list("pk", "name"))
        for model, ids in (
            (Touchpoint, {row.touchpoint_id for row in rows}),
            (Channel, {row.channel_id for row in rows}),
            (Unit, {row.unit_id for row in rows}),
        )
    }
    kinds = {kind.type: kind for kind in EventType.objects.filter(type__in={row.type for row in rows})}
    read = _read(rule)
    return [
        Step(
            event=row,
            name=name_of(row.type, kinds.get(row.type)),
            parts=tuple(_parts(row, outcome, rule)),
            told=tuple((name, _plain(row.properties[name])) for name in read if name in row.properties),
            place=_place(row, names),
        )
        for row in rows
    ]


def _events(outcome: PromiseOutcome, rule: Rule) -> QuerySet[Event]:
    """By the case, by the customer, or the one event alone, as the rule finds what belongs together."""
    if rule.match == Rule.Match.EVENT:
        return Event.objects.filter(id=outcome.opened_by)
    until = max(filter(None, (outcome.opened_at, outcome.due_at, outcome.closed_at))) + _AFTER
    since = Q(time__gte=outcome.opened_at, time__lte=until)
    if rule.match == Rule.Match.CORRELATION:
        of = Q(correlation=outcome.subject)
    else:
        try:
            of = Q(customer_id=UUID(outcome.subject))
        except ValueError:  # erased: its name is no longer one of a customer
            return Event.objects.none()
    return Event.objects.filter(of, _of_period(outcome, rule, of) if is_periodic(rule) else since)


def _of_period(outcome: PromiseOutcome, rule: Rule, of: Q) -> Q:
    """What the rule reads of a calendar period, and the last event before it, by which it stood when it began."""
    marks = [rule.opening_type if rule.kind == Rule.Kind.CADENCE else rule.closing_type, rule.ending_type]
    before = Event.objects.filter(of, type__in=filter(None, marks), time__lt=outcome.opened_at)
    last = before.order_by("-time", F("sequence").desc(nulls_last=True), "-source_id").values_list("id", flat=True)
    types = [type_ for type_ in (*marks, rule.closing_type) if type_]
    inside = Q(type__in=types, time__gte=outcome.opened_at, time__lte=outcome.due_at or outcome.opened_at)
    return inside | Q(id__in=list(last[:1]))


def _parts(event: Event, outcome: PromiseOutcome, rule: Rule) -> Sequence[str]:
    said = []
    if event.id == outcome.opened_by:
        said.append(_("began it"))
    if is_periodic(rule):
        known = {
            rule.opening_type: _("began it"),
            rule.closing_type: _("counts") if rule.kind == Rule.Kind.CADENCE else _("tells how it stands"),
            rule.ending_type: _("ended it"),
        }
        return [known[event.type]] if event.type in known else []
    known = {
        rule.closing_type: _("tested") if rule.kind != Rule.Kind.DEADLINE else _("closes it"),
        rule.told_type: _("told the customer"),
        rule.solution_type: _("offered a solution"),
        rule.pause_type: _("stopped the clock"),
        rule.resume_type: _("let the clock go on"),
        rule.ending_type: _("ended it"),
    }
    if event.type and event.type in known:
        said.append(known[event.type])
    return said


def _read(rule: Rule) -> list[str]:
    """The names of the properties that a rule reads."""
    names = [
        rule.due_property, rule.closed_property, rule.property, rule.other_property, rule.excluded_property,
        rule.solution_property,
    ]  # fmt: skip
    with suppress(BadDefinition):  # of kinds without a test
        names += [each.property for each in parse(property=rule.property, operator=rule.operator, value=rule.value)]
    return list(dict.fromkeys(filter(None, names)))


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return value


def _place(event: Event, names: Mapping[Any, Mapping[int | None, str]]) -> str:
    found = (
        names[Touchpoint].get(event.touchpoint_id, event.touchpoint_text),
        names[Channel].get(event.channel_id, event.channel_text),
        names[Unit].get(event.unit_id, event.unit_text),
    )
    return " · ".join(filter(None, found))
