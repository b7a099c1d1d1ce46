"""What an event would touch, in plain words: each room explains its own part of it.

Rooms above register here when they are ready, as they do with the pipeline.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from cxplatform.ids import uuid7
from journeys.models import Channel, Customer, Event, Step, Touchpoint, Unit
from journeys.record import IncomingEvent, Recorded, Rejection, record

# Given events as they would be stored, what a room has to say of each, by event id.
Explainer = Callable[[Sequence[Event]], dict[UUID, list[str]]]
_explainers: dict[str, Explainer] = {}


def register(name: str, explain: Explainer) -> None:
    """Add a room's explainer. It reads within a fixed number of queries and changes nothing."""
    _explainers[name] = explain


@dataclass(frozen=True)
class Explanation:
    """What would become of one event: `outcome` is accepted or duplicate; a rejection is told apart."""

    index: int
    id: str
    outcome: str
    explanation: list[str] = field(default_factory=list)


def explain(*, events: Sequence[IncomingEvent], source: str) -> tuple[Recorded, list[Explanation]]:
    """Record a batch for real, look at what it did, and undo it: what is said here is what would happen."""
    with transaction.atomic():
        before = uuid7()
        known = set(Customer.objects.filter(external_id__in=_customers(events)).values_list("external_id", flat=True))
        recorded = record(events=events, source=source)
        ids = {event.id for event in events if "\x00" not in event.id}  # one with a NUL is rejected, like any such text
        stored = list(Event.objects.filter(id__gt=before, source_id__in=ids))
        said: dict[UUID, list[str]] = {event.id: [] for event in stored}
        for part in (_places, *_explainers.values()):
            for event_id, sentences in part(stored).items():
                said[event_id] += sentences
        transaction.set_rollback(True)
    first = {(event.source, event.source_id): event for event in stored}
    rejected = {rejection.index for rejection in recorded.rejected}
    explanations = []
    for index, sent in enumerate(events):
        if index in rejected:
            continue
        event = first.pop((sent.source or source, sent.id), None)
        if event is None:
            words = [
                f"Already sent: source {sent.source or source} has an event with this id. It would change nothing."
            ]
            explanations.append(Explanation(index, sent.id, "duplicate", words))
            continue
        words = [*said[event.id], _customer(sent, known)]
        explanations.append(Explanation(index, sent.id, "accepted", words))
    return recorded, explanations


def _customers(events: Sequence[IncomingEvent]) -> set[str]:
    # A NUL cannot be asked for; such an event is rejected anyway.
    return {event.customer for event in events if event.customer and "\x00" not in event.customer}


def _customer(sent: IncomingEvent, known: set[str]) -> str:
    if not sent.customer:
        return "Customer: none is named, so the event belongs to nobody's journey."
    if sent.customer in known:
        return f"Customer: {sent.customer}."
    return f"Customer: {sent.customer} is new and would be created."


def _places(events: Sequence[Event]) -> dict[UUID, list[str]]:
    """The touchpoint with its stages, the channel and the unit of each event."""
    touchpoints = Touchpoint.objects.in_bulk({event.touchpoint_id for event in events if event.touchpoint_id})
    channels = Channel.objects.in_bulk({event.channel_id for event in events if event.channel_id})
    units = Unit.objects.in_bulk({event.unit_id for event in events if event.unit_id})
    stages: dict[int, list[str]] = {}
    steps = Step.objects.filter(
        touchpoint__in=touchpoints, stage__archived_at=None, stage__journey__archived_at=None
    ).select_related("stage__journey")
    for step in steps:
        place = f"{step.stage.name} of the journey {step.stage.journey.name}"
        stages.setdefault(step.touchpoint_id, []).append(place)
    return {
        event.id: [
            *_touchpoint(event, touchpoints, stages),
            *_named("Channel", event.channel_text, channels.get(event.channel_id)),
            *_named("Unit", event.unit_text, units.get(event.unit_id)),
        ]
        for event in events
    }


def _touchpoint(event: Event, touchpoints: dict[int, Touchpoint], stages: dict[int, list[str]]) -> list[str]:
    touchpoint = touchpoints.get(event.touchpoint_id) if event.touchpoint_id else None
    if touchpoint is None:
        if not event.touchpoint_text:
            return ["Touchpoint: none, as the event names none."]
        return _named("Touchpoint", event.touchpoint_text, None)
    found = stages.get(touchpoint.pk)
    return [
        f"Touchpoint: {touchpoint.name} ({touchpoint.slug}).",
        f"Stage: {'; '.join(found)}." if found else "Stage: none, as no journey has this touchpoint in a stage.",
    ]


def _named(kind: str, text: str, found: Channel | Unit | None) -> list[str]:
    if found is not None:
        return [f"{kind}: {found.name} ({found.slug})."]
    if not text:
        return []
    return [f"{kind}: none is called {text!r}. The text would be kept, and shown to staff to map."]


__all__ = ["Explainer", "Explanation", "Rejection", "explain", "register"]
