"""What stands beside a follow-up of its customer: rooms that know more of the customer add their part."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Line:
    """One thing known of the customer, in the reader's language. `mood` is good, bad or empty; `address` may be."""

    at: datetime
    kind: str
    text: str
    mood: str = ""
    address: str = ""


Tell = Callable[[UUID, Sequence[int]], Sequence[Line]]
_rooms: dict[str, Tell] = {}


def register(name: str, tell: Tell) -> None:
    """Have `tell(customer_id, units)` give a room's newest lines; `units` are those to which the reader is limited,
    empty = all. From AppConfig.ready()."""
    _rooms[name] = tell


def lines_of(customer_id: UUID, units: Sequence[int] = (), *, most: int = 12) -> list[Line]:
    """The newest of all rooms together."""
    lines = [line for tell in _rooms.values() for line in tell(customer_id, units)]
    return sorted(lines, key=lambda line: line.at, reverse=True)[:most]
