"""From unit to unit: how often, as designed or not, how long it takes, and what it does to the experience."""

from collections.abc import Iterable
from dataclasses import dataclass

from cxplatform.stats import anonymity
from cxplatform.stats.change import Verdict
from cxplatform.stats.sums import Mean, Sums, away_from_zero, mean_of
from cxplatform.tenancy.models import Tenant
from dashboards.journeys.asked import JourneyAsked, settle_journey
from dashboards.journeys.names import Named
from dashboards.journeys.paths_load import Tally, pairs
from dashboards.query import Query
from dashboards.shares import Share, share_of
from journeys.paths import measures

WANTED = (measures.HANDOFF, measures.HANDOFF_SCORE, measures.PING_PONG, measures.UNITS)
MOST = 40
_WIDEST = 2.0  # scores lie on -1 ... 1


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
class HandoffsPage:
    """`several` are the passages served by more than one unit."""

    asked: JourneyAsked
    handoffs: tuple[Handoff, ...]
    left: int
    unplanned: Share
    several: Share
    back: tuple[PingPong, ...]


def load_handoffs(*, slug: str, query: Query, tenant: Tenant) -> HandoffsPage | None:
    """The tab of hand-offs; None when there is no such journey."""
    asked = settle_journey(slug=slug, query=query, tenant=tenant, wanted=WANTED)
    if asked is None:
        return None
    found = list(_handoffs(asked))
    times = sum(each.tally.n for each in found)
    return HandoffsPage(
        asked=asked,
        handoffs=tuple(found[:MOST]),
        left=max(0, len(found) - MOST),
        unplanned=share_of(sum(each.tally.n for each in found if not each.designed), times),
        several=share_of(asked.get(measures.UNITS).n, asked.passages.n),
        back=tuple(
            PingPong(">".join(map(str, key)), asked.names.unit(key[0]), asked.names.unit(key[1]), tally.n)
            for key, tally in pairs(asked.keys(measures.PING_PONG))
        ),
    )


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
