"""Over which channels customers come and go: entries, sources, switches, the digital share, failures."""

from collections.abc import Iterable
from dataclasses import dataclass

from cxplatform.tenancy.models import Tenant
from dashboards.arrivals.figures import Arrivals, arrivals
from dashboards.journeys.asked import JourneyAsked, settle_journey
from dashboards.journeys.entries import WANTED as OF_ENTRIES
from dashboards.journeys.entries import Entries, entries_of
from dashboards.journeys.names import Named
from dashboards.journeys.paths_load import Tally, pairs
from dashboards.periods import next_month
from dashboards.query import Query
from dashboards.shares import Share, share_of
from journeys.models import UNASSIGNED, EventType
from journeys.paths import measures

WANTED = (
    measures.ENTRY,
    measures.SOURCE,
    measures.SWITCH,
    measures.ENCOUNTERS,
    measures.FAILURE,
    measures.TO_HUMAN,
    *OF_ENTRIES,
)
MOST = 20


@dataclass(frozen=True)
class ChannelRow:
    """`arrivals` are passages that began over the channel, `encounters` its part of all steps."""

    channel: Named
    arrivals: Share
    encounters: Share


@dataclass(frozen=True)
class SourceRow:
    """What brought customers; `source` "" is not known."""

    source: str
    share: Share


@dataclass(frozen=True)
class Switch:
    """`kind` is designed, forced (right after a failure) or other."""

    key: str
    start: Named
    end: Named
    kind: str
    tally: Tally


@dataclass(frozen=True)
class Failure:
    type: str
    name: str
    times: int


@dataclass(frozen=True)
class ChannelsPage:
    """`digital` is of steps whose channel is known; `to_human` holds minutes from a machine to a human.

    `arrived` are the whole months that the period touches, of all journeys and customers, as a channel's cost is
    told by month alone; None where one group of customers is looked at.
    """

    asked: JourneyAsked
    channels: tuple[ChannelRow, ...]
    digital: Share
    unknown: int
    sources: tuple[SourceRow, ...]
    switches: tuple[Switch, ...]
    forced: Share
    failures: tuple[Failure, ...]
    to_human: Tally
    arrived: Arrivals | None
    entries: Entries


def load_channels(*, slug: str, query: Query, tenant: Tenant) -> ChannelsPage | None:
    """The tab of channels; None when there is no such journey."""
    asked = settle_journey(slug=slug, query=query, tenant=tenant, wanted=WANTED)
    if asked is None:
        return None
    names = dict(EventType.objects.exclude(name="").values_list("type", "name"))
    switches = tuple(_switches(asked))
    steps = {int(key): tally.n for key, tally in asked.keys(measures.ENCOUNTERS).items()}
    known = {id: n for id, n in steps.items() if id}
    return ChannelsPage(
        asked=asked,
        channels=tuple(_channels(asked, steps)),
        digital=share_of(sum(n for id, n in known.items() if asked.names.channel(id).digital), sum(known.values())),
        unknown=steps.get(0, 0),
        sources=tuple(
            SourceRow(key, share_of(tally.n, asked.passages.n))
            for key, tally in list(asked.keys(measures.SOURCE).items())[:MOST]
        ),
        switches=switches[:MOST],
        forced=share_of(
            sum(each.tally.n for each in switches if each.kind == "forced"), sum(each.tally.n for each in switches)
        ),
        failures=tuple(
            Failure(key, names.get(key, key), tally.n) for key, tally in asked.keys(measures.FAILURE).items()
        ),
        to_human=asked.get(measures.TO_HUMAN),
        arrived=None if query.segment else _arrived(asked),
        entries=entries_of(asked),
    )


def _arrived(asked: JourneyAsked) -> Arrivals:
    period = asked.query.period
    return arrivals(
        first=period.start.replace(day=1),
        end=next_month(period.last),
        journey_ids=[UNASSIGNED, *(journey.pk for journey in asked.journeys)],
        names=asked.names,
    )


def _channels(asked: JourneyAsked, steps: dict[int, int]) -> Iterable[ChannelRow]:
    entered = {int(key): tally.n for key, tally in asked.keys(measures.ENTRY).items()}
    met = sum(steps.values())
    for id in sorted({*steps, *entered}, key=lambda id: (-steps.get(id, 0), id)):
        yield ChannelRow(
            asked.names.channel(id),
            share_of(entered.get(id, 0), asked.passages.n),
            share_of(steps.get(id, 0), met),
        )


def _switches(asked: JourneyAsked) -> Iterable[Switch]:
    rows = asked.keys(measures.SWITCH)
    for key, (ids, tally) in zip(rows, pairs(rows), strict=True):
        yield Switch(key, asked.names.channel(ids[0]), asked.names.channel(ids[1]), ids[-1], tally)
