"""How passages move from stage to stage, as the design has it and as it really goes: one picture and its table.

Across, places are per cent of the width (see journey_curve); down, pixels.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from dashboards.journeys.asked import JourneyAsked
from dashboards.journeys.follow import Follow
from dashboards.journeys.paths_load import pairs
from dashboards.shares import Share, share_of
from journeys.paths import measures

Kind = Literal["used", "rare", "strange"]  # designed and used; designed, hardly used; used, not designed
HEIGHT = 96
BASE = 74
MOST = 14
# A way that fewer than one in a hundred take is hardly used; one not designed is not drawn.
RARE = 1.0
# Where on its bow a number may stand, best first, and how far over it.
_PLACES = (*((t, 0.0) for t in (0.5, 0.42, 0.58, 0.34, 0.66, 0.27, 0.73)), (0.5, 12.0), (0.5, -12.0))
_WIDE, _HIGH = 13.0, 12.0  # of a number and its signs: per cent of a phone's width, pixels


@dataclass(frozen=True)
class Arc:
    """A way between two stages, whose ids are the `key` ("7>9"): `share` is times per passage in per cent (a loop
    may be taken twice)."""

    key: str
    start: str
    end: str
    kind: Kind
    times: int
    share: Share
    back: bool
    near: bool
    x1: float
    x2: float
    top: float
    width: float
    along: float = 0.5
    lift: float = 0.0

    @property
    def middle(self) -> float:
        """How far across its number stands: `along` its way from one end (0) to the other (1)."""
        t = self.along
        return round(self.x1 + (self.x2 - self.x1) * (3 * t**2 - 2 * t**3), 2)

    @property
    def label(self) -> float:
        """How far down its number stands: over the line, or on the bow and `lift` over it."""
        t = self.along
        bow = (BASE - 8) * ((1 - t) ** 3 + t**3) + self.top * 3 * t * (1 - t)
        return float(BASE - 12) if self.near else max(9.0, round(bow - 3 - self.lift, 2))

    @property
    def path(self) -> str:
        """Its curve in a picture 100 wide and HEIGHT high; neighbours are joined straight."""
        if self.near:
            return f"M{self.x1:g},{BASE} L{self.x2:g},{BASE}"
        return f"M{self.x1:g},{BASE - 8} C{self.x1:g},{self.top:g} {self.x2:g},{self.top:g} {self.x2:g},{BASE - 8}"


@dataclass(frozen=True)
class Stop:
    """A stage on the picture."""

    name: str
    x: float


@dataclass(frozen=True)
class FlowPicture:
    stops: tuple[Stop, ...]
    arcs: tuple[Arc, ...]
    height: int = HEIGHT
    base: int = BASE

    @property
    def strange(self) -> int:
        """How many ways are used that the design does not have."""
        return sum(arc.kind == "strange" for arc in self.arcs)


def flow_picture(asked: JourneyAsked, follow: Follow) -> FlowPicture:
    """Needs EDGE. Ways within a stage are left out, and those over touchpoints that the design does not have."""
    stages = [stage for stage in asked.design.stages if stage.steps]
    place_of = {step.touchpoint: at for at, stage in reversed(list(enumerate(stages))) for step in stage.steps}
    times: dict[tuple[int, int], int] = {}
    for (start, end), tally in pairs(asked.keys(measures.EDGE)):
        if start in place_of and end in place_of and place_of[start] != place_of[end]:
            way = place_of[start], place_of[end]
            times[way] = times.get(way, 0) + tally.n
    planned = {(place_of[a], place_of[b]) for a, b in follow.pairs if place_of[a] != place_of[b]}
    step = 100 / max(len(stages), 1)
    stops = tuple(Stop(stage.name, round((at + 0.5) * step, 2)) for at, stage in enumerate(stages))
    everybody = asked.passages.n
    arcs = []
    for way in {*times, *planned}:
        n = times.get(way, 0)
        share = share_of(n, everybody)
        little = (share.value or 0.0) < RARE
        if way not in planned and little:
            continue
        kind: Kind = "strange" if way not in planned else "rare" if little else "used"
        arcs.append(_arc(way, stops, kind, n, share, key=">".join(str(stages[at].id) for at in way)))
    arcs.sort(key=lambda arc: (-arc.times, arc.x1, arc.x2))
    return FlowPicture(stops, tuple(apart(arcs[:MOST])))


def apart(arcs: list[Arc]) -> Iterator[Arc]:
    """Each with its number where no other's stands, along its bow as near to the crown as there is room."""
    taken: list[tuple[float, float]] = [(arc.middle, arc.label) for arc in arcs if arc.near]
    for arc in arcs:
        if not arc.near:
            free = (moved for t, up in _PLACES if _free(moved := replace(arc, along=t, lift=up), taken))
            arc = next(free, arc)
            taken.append((arc.middle, arc.label))
        yield arc


def _free(arc: Arc, taken: list[tuple[float, float]]) -> bool:
    return all(abs(arc.middle - x) >= _WIDE or abs(arc.label - y) >= _HIGH for x, y in taken)


def _arc(way: tuple[int, int], stops: tuple[Stop, ...], kind: Kind, n: int, share: Share, *, key: str) -> Arc:
    a, b = way
    near = b == a + 1
    # Long ways and ways back bow higher, so that few arcs lie on each other.
    top = max(-24.0, 52.0 - 16.0 * abs(b - a) - (10.0 if b < a else 0.0))
    return Arc(
        key=key,
        start=stops[a].name,
        end=stops[b].name,
        kind=kind,
        times=n,
        share=share,
        back=b < a,
        near=near,
        x1=stops[a].x,
        x2=stops[b].x,
        top=top,
        width=round(1 + 5 * (share.value or 0) / 100, 1),
    )
