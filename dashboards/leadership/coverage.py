"""Where customers are heard and where it is silent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from dashboards.structure import Place

RECENT_DAYS = 30


@dataclass(frozen=True)
class Coverage:
    """Touchpoints in use and those of them answered lately; `silent` in the order of journeys."""

    in_use: int
    answered: int
    silent: tuple[Place, ...]

    @property
    def share(self) -> float | None:
        """Per cent, None without touchpoints."""
        return 100 * self.answered / self.in_use if self.in_use else None


def coverage(places: Iterable[Place], last: Mapping[int, date], *, today: date, days: int = RECENT_DAYS) -> Coverage:
    """Coverage of the last `days` days, from the day of each touchpoint's newest answer."""
    since = today - timedelta(days=days - 1)
    mine = list(places)
    silent = tuple(place for place in mine if last.get(place.id, date.min) < since)
    return Coverage(in_use=len(mine), answered=len(mine) - len(silent), silent=silent)
