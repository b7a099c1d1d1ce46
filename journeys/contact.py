"""Whether a customer may be written to: asked of the rooms above, which keep what customers said and when they rest.

They register here in AppConfig.ready(), as they do with the pipeline: imports point one way.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Wish:
    """Somebody whom we would write to, by e-mail or text message, at an address."""

    customer_id: UUID
    address: str
    by: str


@dataclass(frozen=True)
class Leave:
    """Why not ("" = go on), and until when to wait; None is not at all."""

    reason: str = ""
    not_before: datetime | None = None


Judge = Callable[[Sequence[Wish], datetime], list[Leave]]
_judges: list[Judge] = []


def register(judge: Judge) -> None:
    """Let a room judge wishes of the active tenant, many at once and in their order."""
    if judge not in _judges:
        _judges.append(judge)


def may_write(wishes: Sequence[Wish], *, now: datetime) -> list[Leave]:
    """What all rooms together say of each: the first no, else the latest time."""
    leaves = [Leave() for _ in wishes]
    for judge in _judges if wishes else ():
        leaves = [_both(one, other) for one, other in zip(leaves, judge(wishes, now), strict=True)]
    return leaves


def _both(one: Leave, other: Leave) -> Leave:
    if one.reason or other.reason:
        return one if one.reason else other
    times = [leave.not_before for leave in (one, other) if leave.not_before]
    return Leave(not_before=max(times)) if times else Leave()
