"""Who takes events in: each app registers its consumers when it is ready."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any
from uuid import UUID

from cxplatform.ids import as_array


@dataclass(frozen=True)
class Claim:
    """The events one worker counts in one transaction, with their tenant active."""

    tenant_id: int
    event_ids: list[UUID]
    known: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What a consumer's room has read of these events, for those after it."""
    reading: Lock = field(default_factory=Lock, compare=False, repr=False)
    """Held while that is read, as rooms may count side by side (pipeline.history)."""

    @cached_property
    def ids(self) -> str:
        """The events' ids as an array the database reads (`%s::uuid[]`): put together once for all consumers."""
        return as_array(self.event_ids)


Consume = Callable[[Claim], None]
Rebuild = Callable[[int], int]


@dataclass(frozen=True)
class Consumer:
    """One room's way of taking events in, and of making its counts anew from what is stored."""

    name: str
    consume: Consume
    rebuild: Rebuild | None = None


_consumers: dict[str, Consumer] = {}


def register(name: str, consume: Consume, rebuild: Rebuild | None = None) -> None:
    """Add a consumer, in the order of the apps.

    `consume` must be set-based, may see an event late, early or never before its cause, and leaves the same
    counts in whatever order and company the events come. `rebuild` gets the tenant's id, makes the same counts
    from raw rows, and returns how many count rows came out different from what stood there.
    """
    _consumers[name] = Consumer(name, consume, rebuild)


def unregister(name: str) -> None:
    del _consumers[name]


def consumers() -> list[Consumer]:
    return list(_consumers.values())
