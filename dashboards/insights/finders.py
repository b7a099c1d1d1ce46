"""The registry of what is looked for. A room registers its finder in DashboardsConfig.ready()."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any


@dataclass(frozen=True)
class Found:
    """A finding, the first of its kind first in the list. At most one of the three ids says what it is about; none
    is the whole company. `data` is what JSON can hold, of groups large enough to be shown; `start` and `last` are
    the days looked at."""

    data: Mapping[str, Any]
    start: date
    last: date
    journey_id: int | None = None
    stage_id: int | None = None
    touchpoint_id: int | None = None


Find = Callable[..., Sequence[Found]]


@dataclass(frozen=True)
class Finder:
    """`find(tenant=, today=)` runs for the active tenant, at most once in `every` and only if anything was counted
    since; `nightly` ones wait for the company's night after their first look."""

    kind: str
    find: Find = field(repr=False)
    every: timedelta = timedelta(hours=1)
    nightly: bool = False


FINDERS: dict[str, Finder] = {}


def register(finder: Finder) -> None:
    """Look for this kind from now on. Raises ValueError for a second finder of a kind."""
    if FINDERS.get(finder.kind, finder) != finder:
        raise ValueError(f"{finder.kind}: another finder looks for this kind already")
    FINDERS[finder.kind] = finder
