"""What surveys have to say of an event in a dry run."""

from collections.abc import Sequence
from uuid import UUID

from journeys.models import Event
from surveys.models import Survey


def explain(events: Sequence[Event]) -> dict[UUID, list[str]]:
    """By event, which published surveys belong to its touchpoint, or that none does."""
    touchpoints = {event.touchpoint_id for event in events if event.touchpoint_id}
    asked: dict[int, list[str]] = {}
    published = Survey.objects.in_use().filter(touchpoint__in=touchpoints, versions__isnull=False).distinct()
    for survey in published.order_by("name", "pk"):
        asked.setdefault(survey.touchpoint_id, []).append(f"{survey.name} ({survey.slug})")
    return {event.id: [_of(event, asked)] for event in events}


def _of(event: Event, asked: dict[int, list[str]]) -> str:
    if event.touchpoint_id is None:
        return "Survey: none, as the touchpoint is not known."
    found = asked.get(event.touchpoint_id)
    return f"Survey: {'; '.join(found)}." if found else "Survey: none is published for this touchpoint."
