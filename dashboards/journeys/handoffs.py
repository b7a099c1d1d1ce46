"""From unit to unit: how often, as designed or not, how long it takes, and what it does to the experience."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cxplatform.stats import anonymity
from cxplatform.stats.change import Verdict
from cxplatform.stats.sums import Mean, Sums, away_from_zero, mean_of
from cxplatform.tenancy.models import Tenant
from dashboards.journeys.asked import JourneyAsked, settle_journey
from dashboards.journeys.names import Named
from dashboards.journeys.paths_load import NOTHING, Tally, added, pairs
from dashboards.query import BadQuery, Query, read_choice, read_text
from dashboards.shares import Share, share_of
from journeys.paths import measures

WANTED = (measures.HANDOFF, measures.HANDOFF_SCORE, measures.PING_PONG, measures.UNITS)
MOST = 40
_WIDEST = 2.0  # scores lie on -1 ... 1
RANKS = ("wait", "median", "times", "unplanned")


@dataclass(frozen=True)
class Handoff:
    """`change` is None where too few were scored on both sides to be told. `verdict` of it is one of a family."""

    key: str
    start: Named
    end: Named
    designed: bool
    tally: Tally
    change: Mean | None
    verdict: Verdict


@dataclass(frozen=True)
class PingPong:
    """From the first unit to the second and back."""

    key: str
    first: Named
    second: Named
    times: int


@dataclass(frozen=True)
class UnitRow:
    """What comes to a unit from others: `coming` with the wait before it, `leaving` from it to others, `unplanned` of
    what comes, and how often it sent somebody back to where they came from."""

    unit: Named
    coming: Tally
    leaving: int
    unplanned: Share
    sent_back: int

    @property
    def into(self) -> str:
        """The key of all that came to it, as `dashboards.journeys.behind` reads it; so are `out` and `back`."""
        return f">{self.unit.id}"

    @property
    def out(self) -> str:
        return f"{self.unit.id}>"

    @property
    def back(self) -> str:
        return f">{self.unit.id}>"

    @property
    def waited(self) -> float:
        """Minutes that customers waited before it, all together."""
        return self.coming.total / 60


@dataclass(frozen=True)
class HandoffsAsked:
    """`unit` limits the pairs to those from or to it, None = all; `rank` puts units and pairs in order."""

    unit: Named | None = None
    rank: str = RANKS[0]

    @property
    def ways(self) -> str:
        """The key of all hand-offs looked at, as `dashboards.journeys.behind` reads it."""
        return str(self.unit.id) if self.unit else ">"


@dataclass(frozen=True)
class HandoffsPage:
    """`several` are the passages served by more than one unit. `units` are always all there are."""

    asked: JourneyAsked
    chosen: HandoffsAsked
    units: tuple[UnitRow, ...]
    handoffs: tuple[Handoff, ...]
    left: int
    unplanned: Share
    several: Share
    back: tuple[PingPong, ...]


def load_handoffs(
    *, slug: str, query: Query, tenant: Tenant, given: Mapping[str, str] | None = None
) -> HandoffsPage | None:
    """The tab of hand-offs; None when there is no such journey. `given` may name a unit (its identifier) and a rank.

    Raises BadQuery naming the parameter.
    """
    asked = settle_journey(slug=slug, query=query, tenant=tenant, wanted=WANTED)
    if asked is None:
        return None
    chosen = _chosen(asked, given or {})
    found = list(_handoffs(asked))
    back = [
        PingPong(">".join(map(str, key)), asked.names.unit(key[0]), asked.names.unit(key[1]), tally.n)
        for key, tally in pairs(asked.keys(measures.PING_PONG))
    ]
    units = _units(found, back)
    if chosen.unit:
        found = [each for each in found if chosen.unit in (each.start, each.end)]
        back = [each for each in back if chosen.unit in (each.first, each.second)]
    times = sum(each.tally.n for each in found)
    found.sort(key=_PAIR_RANKS[chosen.rank])
    return HandoffsPage(
        asked=asked,
        chosen=chosen,
        units=tuple(sorted(units, key=_UNIT_RANKS[chosen.rank])),
        handoffs=tuple(found[:MOST]),
        left=max(0, len(found) - MOST),
        unplanned=share_of(sum(each.tally.n for each in found if not each.designed), times),
        several=share_of(asked.get(measures.UNITS).n, asked.passages.n),
        back=tuple(back),
    )


def _chosen(asked: JourneyAsked, given: Mapping[str, str]) -> HandoffsAsked:
    slug, rank = read_text(given, "unit"), read_choice(given, "rank", RANKS, default=RANKS[0])
    unit = next((each for each in asked.names.units.values() if slug and each.slug == slug), None)
    if slug and unit is None:
        raise BadQuery("unit", _("There is no such unit. Choose another."))
    return HandoffsAsked(unit, rank)


_UNIT_RANKS: dict[str, Callable[[UnitRow], Any]] = {
    "wait": lambda row: (-row.coming.total, row.unit.name),
    "median": lambda row: (-(row.coming.median or 0), row.unit.name),
    "times": lambda row: (-row.coming.n, row.unit.name),
    "unplanned": lambda row: (-(row.unplanned.value or 0), -row.coming.n, row.unit.name),
}
_PAIR_RANKS: dict[str, Callable[[Handoff], Any]] = {
    "wait": lambda pair: (-pair.tally.total, pair.key),
    "median": lambda pair: (-(pair.tally.median or 0), pair.key),
    "times": lambda pair: (-pair.tally.n, pair.key),
    "unplanned": lambda pair: (pair.designed, -pair.tally.n, pair.key),
}


def _units(handoffs: Iterable[Handoff], back: Iterable[PingPong]) -> list[UnitRow]:
    units: dict[int, Named] = {}
    coming: dict[int, list[Handoff]] = {}
    leaving: dict[int, int] = {}
    sent: dict[int, int] = {}
    for each in handoffs:
        units |= {each.start.id: each.start, each.end.id: each.end}
        coming.setdefault(each.end.id, []).append(each)
        leaving[each.start.id] = leaving.get(each.start.id, 0) + each.tally.n
    for pair in back:
        sent[pair.second.id] = sent.get(pair.second.id, 0) + pair.times
    rows = []
    for id, unit in units.items():
        of = coming.get(id, [])
        tally = added([each.tally for each in of]) if of else NOTHING
        unplanned = share_of(sum(each.tally.n for each in of if not each.designed), tally.n)
        rows.append(UnitRow(unit, tally, leaving.get(id, 0), unplanned, sent.get(id, 0)))
    return rows


def _handoffs(asked: JourneyAsked) -> Iterable[Handoff]:
    rows = asked.keys(measures.HANDOFF)
    scored = [_told(asked.scored(measures.HANDOFF_SCORE, key), asked.minimum) for key in rows]
    verdicts = away_from_zero([sums or Sums() for sums in scored])
    for (key, (ids, tally)), sums, verdict in zip(zip(rows, pairs(rows), strict=True), scored, verdicts, strict=True):
        yield Handoff(
            key=key,
            start=asked.names.unit(ids[0]),
            end=asked.names.unit(ids[1]),
            designed=ids[2:] == ["designed"],
            tally=tally,
            change=mean_of(sums, least=-_WIDEST, greatest=_WIDEST) if sums else None,
            verdict=verdict,
        )


def _told(sums: Sums, minimum: int) -> Sums | None:
    return sums if anonymity.enough(sums.n, minimum=minimum) else None
