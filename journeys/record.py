"""The one door by which events come in: validate, deduplicate, store, queue. Accepted means durable."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec


class IncomingEvent(msgspec.Struct, frozen=True):
    """One event as integrators send it; `id` and `type` are required."""

    id: str
    type: str
    source: str = ""
    time: datetime | None = None
    sequence: int | None = None
    customer: str = ""
    touchpoint: str = ""
    channel: str = ""
    unit: str = ""
    correlation: str = ""
    properties: dict[str, Any] = {}


@dataclass(frozen=True)
class Rejection:
    """Why one event of a batch was not taken in; `errors` maps a field to what to do about it."""

    index: int
    id: str
    errors: dict[str, str]


@dataclass(frozen=True)
class Recorded:
    accepted: int
    duplicates: int
    rejected: list[Rejection] = field(default_factory=list)


def record(*, events: Sequence[IncomingEvent], source: str) -> Recorded:
    """Store a batch in the active tenant's transaction; `source` stands in where an event names none."""
    raise NotImplementedError
