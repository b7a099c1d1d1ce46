"""What promises have to say of an event in a dry run."""

from collections.abc import Sequence
from uuid import UUID

from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Tenant
from journeys.models import Event
from promises.judging.measure import Measure
from promises.judging.outcomes import judged_rules, measures_of
from promises.models import Promise


def explain(events: Sequence[Event]) -> dict[UUID, list[str]]:
    """By event, which promises it would begin, close or test, or that none listens to it."""
    rules = list(judged_rules())
    measures = measures_of(rules, Tenant.objects.get(pk=active_tenant_id()))
    promises = Promise.objects.in_bulk({rule.promise_id for rule in rules})
    names = {rule.pk: promises[rule.promise_id].name for rule in rules}
    return {event.id: _of(event, measures, names) for event in events}


def _of(event: Event, measures: Sequence[Measure], names: dict[int, str]) -> list[str]:
    touched = [measure for measure in measures if event.type in measure.types or measure.any_type]
    if not touched:
        return [f"Promise: none that is piloted or public listens to the type {event.type}."]
    return [f"Promise: {names[measure.rule_id]}: {_part(event, measure)}." for measure in touched]


def _part(event: Event, measure: Measure) -> str:
    if measure.by_case and not event.correlation:
        return "this would be one of its events, but it names no correlation, so no case can be found"
    if not measure.by_case and not measure.by_event and event.customer_id is None:
        return "this would be one of its events, but it names no customer, so nobody's promise can be found"
    of = "itself" if measure.by_event else f"the case {event.correlation}" if measure.by_case else "this customer"
    if measure.periodic:
        what = "tell how things stand" if measure.periodic.states else "count"
        return f"it would {what} in its {measure.periodic.period} for {of}"
    if event.type == measure.closing_type and not measure.deadline:
        return f"it would be tested for {of} by this event's properties"
    if event.type == measure.opening_type:
        return f"its deadline would begin for {of}" if measure.deadline else f"it would begin for {of}"
    if event.type == measure.closing_type:
        return f"it would be closed for {of}, if it was begun before"
    if event.type == measure.pause_type:
        return f"its deadline would stand still for {of}"
    if event.type == measure.resume_type:
        return f"its deadline would go on for {of}"
    if event.type in (measure.told_type, measure.solution_type):
        return f"it may be kept by fallback for {of}, if this comes before it falls due"
    return f"this event's properties may tell its times for {of}"
