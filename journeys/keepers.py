"""What each room keeps of a person, so that a merge, an erasure and an export forget none of it.

Rooms register when they are ready, in the order of the apps: what stands below has moved before what is made of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

ERASED = "cx.erased:"
"""What begins every text that stands where a person's number, case or submission stood."""


@dataclass(frozen=True)
class Merging:
    """Two numbers of one person: what `gone` has becomes that of `stays`."""

    tenant_id: int
    gone: UUID
    stays: UUID


@dataclass(frozen=True)
class Erasing:
    """A person on the way out. Raw rows get `ghost`, an id that leads nowhere, so that what one person did stays
    together; their own cases get a name that says nothing (`cases`). A case that is another customer's as well keeps
    its name (`shared`). `addresses` are those they could be written to.
    """

    tenant_id: int
    customer_id: UUID
    ghost: UUID
    addresses: tuple[str, ...] = ()
    cases: Mapping[str, str] = field(default_factory=dict)
    shared: tuple[str, ...] = ()


@dataclass(frozen=True)
class Keeper:
    """A room's part. Each is called in one transaction that holds the tenant's turn to count (pipeline.locks);
    `export` gives plain values by name."""

    merge: Callable[[Merging], None]
    erase: Callable[[Erasing], None]
    export: Callable[[UUID], dict[str, Any]]


_keepers: dict[str, Keeper] = {}


def register(name: str, keeper: Keeper) -> None:
    _keepers[name] = keeper


def keepers() -> list[Keeper]:
    return list(_keepers.values())
