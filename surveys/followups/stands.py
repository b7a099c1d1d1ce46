"""Figures of many follow-ups: what was counted stands for a while, and is counted anew behind the reader's back.

Of few they are counted each time. Of many a reader waits for them once: from then on, for as long as somebody asks at
least once a day, each reads what stands, and a worker counts anew what is older than a quarter of an hour.
"""

import hashlib
from collections.abc import Callable
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache

from cxplatform.tenancy.context import active_tenant_id

MANY = 5_000
FRESH = timedelta(minutes=15)
_STANDS = 86_400  # seconds
_AGAIN = 120  # seconds in which a count that was sent for is not sent for again


@dataclass(frozen=True)
class Asked:
    """Figures of the last `days`: `what` names who counts them; `units` None = of all.

    `least` is the organisation's smallest group: made larger, what was counted under the smaller one stands no more.
    """

    what: str
    days: int
    least: int
    by: str = ""
    units: tuple[int, ...] | None = None


Count = Callable[[Asked, datetime], tuple[Any, int]]
_counters: dict[str, Count] = {}


def register(what: str, count: Count) -> None:
    """`count` gives the active tenant's figures, and of how many follow-ups they are."""
    _counters[what] = count


def read(asked: Asked, *, now: datetime) -> Any:
    """The figures as they stand, or counted now where nothing stands."""
    kept: tuple[datetime, Any] | None = cache.get(_key(asked))
    if kept is None:
        return count(asked, now=now)
    at, found = kept
    if now - at > FRESH and cache.add(f"{_key(asked)}:again", 1, _AGAIN):
        from surveys.followups.tasks import recount

        recount.after_commit(active_tenant_id(), *astuple(asked))
    return found


def count(asked: Asked, *, now: datetime) -> Any:
    """Count now, and let it stand where it is of many."""
    found, of = _counters[asked.what](asked, now)
    if of >= MANY:
        cache.set(_key(asked), (now, found), _STANDS)
    return found


def _key(asked: Asked) -> str:
    of = hashlib.sha256(repr(astuple(asked)).encode()).hexdigest()[:32]  # a manager may have hundreds of units
    return f"follow-up-figures:{active_tenant_id()}:{of}"
