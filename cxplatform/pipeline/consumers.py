"""Who takes events in: each app registers its consumers when it is ready."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Claim:
    """The events one worker counts in one transaction, with their tenant active."""

    tenant_id: int
    event_ids: list[UUID]


Consumer = Callable[[Claim], None]
_consumers: dict[str, Consumer] = {}


def register(name: str, consume: Consumer) -> None:
    """Add a consumer, in the order of the apps. It must be set-based, may see an event late, early or never
    before its cause, and leaves the same counts in whatever order and company the events come."""
    _consumers[name] = consume


def consumers() -> dict[str, Consumer]:
    return dict(_consumers)
