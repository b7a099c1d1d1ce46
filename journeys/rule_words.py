"""What rules would make of an event, in plain words, for a dry run of the intake."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from journeys.models import Event
from journeys.rules import SOURCE, Happened, in_force, listen


def explain(events: Sequence[Event]) -> dict[UUID, list[str]]:
    """By event, which rules it would set off; one query."""
    listening = listen(in_force())
    said: dict[UUID, list[str]] = {}
    for event in events:
        happened = Happened(
            id=event.id,
            type=event.type,
            time=event.time,
            customer_id=event.customer_id,
            touchpoint_id=event.touchpoint_id,
            correlation=event.correlation,
            properties={name: _text(value) for name, value in event.properties.items()},
        )
        met = [one.rule for one in listening if one.meets(happened) and event.source != SOURCE]
        said[event.id] = [_sentence(rule, event.time) for rule in met]
    return said


def _sentence(rule: Any, time: datetime) -> str:
    if time < timezone.now() - timedelta(hours=rule.latest_hours):
        return f"Event rule: {rule.name} would do nothing, as the event is over {rule.latest_hours} hours old."
    acts = [f"open an encounter at {rule.opens_touchpoint.name}"] if rule.opens else []
    acts += ["write to the customer"] if rule.prompts else []
    once = f", unless it did so within {rule.quiet_hours} hours" if rule.quiet_hours else ""
    return f"Event rule: {rule.name} would {' and '.join(acts)}{once}."


def _text(value: Any) -> str | None:
    """As `properties ->> name` writes it."""
    return value if value is None or isinstance(value, str) else json.dumps(value)
