"""The slider: what history says of any deadline, as numbers, words and a picture."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cxplatform.stats import anonymity
from cxplatform.tenancy.models import Tenant
from promises.feasible.elapsed import Share, needed, shares, stops
from promises.feasible.history import ANY_MINUTES, History, history
from promises.feasible.words import span
from promises.models import Rule

WIDTH, HEIGHT = 600, 150


@dataclass(frozen=True)
class Stop:
    """A place of the slider: a deadline with its name and what it would have kept."""

    label: str
    of: Share

    @property
    def failed(self) -> int:
        return self.of.n - self.of.kept


@dataclass(frozen=True)
class Slider:
    """`at` is the place shown first, `own` that of the rule's own deadline, None where it has none.

    `enough` / `surely`: the first deadline that reaches the target, and the first that does so beyond doubt.
    """

    rule: Rule
    history: History
    stops: tuple[Stop, ...]
    at: int
    own: int | None
    target: float
    enough: Stop | None
    surely: Stop | None

    @property
    def here(self) -> Stop:
        return self.stops[self.at]

    @property
    def last(self) -> int:
        return len(self.stops) - 1

    @property
    def rows(self) -> str:
        """By place, for the browser: label, kept, n, share, low, high, minutes, as JSON."""
        shares = [[None if x is None else round(x, 4) for x in (s.of.share, s.of.low, s.of.high)] for s in self.stops]
        rows = [[s.label, s.of.kept, s.of.n, *of, s.of.minutes] for s, of in zip(self.stops, shares, strict=True)]
        return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))

    @property
    def line(self) -> str:
        """The share by place, as points of an SVG of WIDTH x HEIGHT."""
        return " ".join(self._point(place, s.of.share) for place, s in enumerate(self.stops) if s.of.share is not None)

    @property
    def band(self) -> str:
        """Its interval, as an area."""
        known = [(place, s.of) for place, s in enumerate(self.stops) if s.of.share is not None]
        there = [self._point(place, of.high) for place, of in known]
        return " ".join(there + [self._point(place, of.low) for place, of in reversed(known)])

    @property
    def target_y(self) -> str:
        return f"{HEIGHT * (1 - self.target):g}"

    @property
    def at_x(self) -> str:
        return f"{self._x(self.at):g}"

    @property
    def own_x(self) -> str | None:
        return None if self.own is None else f"{self._x(self.own):g}"

    @property
    def table(self) -> list[Stop]:
        """A dozen of the stops, evenly taken, with the one shown."""
        step = max(1, len(self.stops) // 12)
        return [s for place, s in enumerate(self.stops) if place % step == 0 or place in (self.at, self.own)]

    def _x(self, place: int) -> float:
        return round(WIDTH * place / max(1, self.last), 1)

    def _point(self, place: int, share: float | None) -> str:
        return f"{self._x(place):g},{round(HEIGHT * (1 - (share or 0)), 1):g}"


def slider(
    rule: Rule,
    *,
    tenant: Tenant,
    now: datetime,
    minutes: int | None = None,
    target: float | None = None,
    unit_ids: Sequence[int] = (),
) -> Slider | None:
    """What history says of a deadline rule, stored or not; None without history, or of units too small to show.

    `minutes` is where the slider stands (else the rule's own deadline), `target` a share 0..1 (else the rule's).
    Raises BadDefinition where the rule makes no sense.
    """
    found = history(rule, tenant=tenant, now=now, unit_ids=unit_ids)
    took = found.elapsed
    if not took.n or (unit_ids and not anonymity.enough(took.n, minimum=tenant.anonymity_minimum)):
        return None
    own = rule.duration_minutes if not rule.due_property else None
    grid = stops(took, also=own)
    business = rule.calendar is not None
    goal = float(rule.target) / 100 if target is None else target

    def stop(share: Share | None) -> Stop | None:
        return Stop(span(share.minutes, business=business), share) if share else None

    every = tuple(Stop(span(of.minutes, business=business), of) for of in shares(took, grid))
    wanted = minutes or own or ANY_MINUTES
    return Slider(
        rule=rule,
        history=found,
        stops=every,
        at=min(range(len(grid)), key=lambda place: abs(grid[place] - wanted)),
        own=grid.index(own) if own else None,
        target=goal,
        enough=stop(needed(took, target=goal, stops=grid)),
        surely=stop(needed(took, target=goal, stops=grid, sure=True)),
    )
