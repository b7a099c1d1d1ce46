"""One monotonic UUIDv7 generator; the time inside an id is the time of arrival (RFC 9562, section 5.7)."""

import os
import threading
import time
import uuid
from collections.abc import Iterable

_lock = threading.Lock()
_last = 0
_COUNTER_BITS = 42


def uuid7s(count: int) -> list[uuid.UUID]:
    """`count` new ids, each greater than any this process made before.

    48 bits of milliseconds, then a 42-bit counter that starts at a random point in its lower half each
    millisecond (RFC 9562, method 2), then 32 random bits.
    """
    global _last
    noise = os.urandom(4 * count + 6)
    with _lock:
        now = (time.time_ns() // 1_000_000) << _COUNTER_BITS
        start = max(now + (int.from_bytes(noise[:6]) >> 7), _last + 1)
        _last = start + count - 1
    ids = []
    for i in range(count):
        tick = start + i
        millis, counter = tick >> _COUNTER_BITS, tick & ((1 << _COUNTER_BITS) - 1)
        tail = int.from_bytes(noise[6 + 4 * i : 10 + 4 * i])
        high, low = counter >> 30, counter & ((1 << 30) - 1)
        ids.append(uuid.UUID(int=millis << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low << 32 | tail))
    return ids


def as_array(ids: Iterable[uuid.UUID | str | int]) -> str:
    """Ids as one text, for `%s::uuid[]` and its like: one by one, thousands cost more than the statement itself."""
    return "{" + ",".join(map(str, ids)) + "}"


def uuid7() -> uuid.UUID:
    """One new id."""
    return uuid7s(1)[0]


def arrived_at(id_: uuid.UUID) -> float:
    """The arrival inside an id, in seconds since 1970 UTC."""
    return (id_.int >> 80) / 1000
