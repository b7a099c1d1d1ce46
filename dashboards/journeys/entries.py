"""How it went for those who began over each channel, and whether what began digitally went on in person."""

from collections.abc import Iterable
from dataclasses import dataclass

from cxplatform.stats import anonymity
from cxplatform.stats.change import Verdict, beside_the_rest
from cxplatform.stats.sums import Mean, Sums, mean_of
from dashboards.journeys.asked import JourneyAsked
from dashboards.journeys.names import Named
from dashboards.journeys.paths_load import pairs
from dashboards.shares import Share, share_of
from journeys.paths import measures

WANTED = (measures.WAY_OVER, measures.WAY_SCORE)


@dataclass(frozen=True)
class EntryRow:
    """Of the passages over that began over the channel: `outcome` those that came as far as the design may end,
    `verdict` of that beside all the others, `score` the mean of those scored (-1 ... 1), `stayed` those that ended over
    the same channel. `told` False: so few that nothing is told of them, nor by subtraction."""

    channel: Named
    told: bool
    outcome: Share
    verdict: Verdict
    score: Mean | None
    stayed: Share


@dataclass(frozen=True)
class Continuity:
    """Of the passages over that began digitally and whose last channel is known, `crossed` ended in person. `outcome`
    is that of those, `verdict` beside the `digital` ones, which ended digitally."""

    crossed: Share
    outcome: Share
    digital: Share
    verdict: Verdict


@dataclass(frozen=True)
class Entries:
    """`continuity` is None where either way is gone by too few."""

    rows: tuple[EntryRow, ...] = ()
    continuity: Continuity | None = None


def entries_of(asked: JourneyAsked) -> Entries:
    """Needs the measures `WANTED`, which are of all customers: nothing where one group of them is looked at."""
    if asked.query.segment:
        return Entries()
    over = {(a, b): tally.n for (a, b), tally in pairs(asked.keys(measures.WAY_OVER))}
    done = {(a, b): round(tally.total) for (a, b), tally in pairs(asked.keys(measures.WAY_OVER))}
    return Entries(tuple(_rows(asked, over, done)), _continuity(asked, over, done))


_Ways = dict[tuple[int, int], int]


def _rows(asked: JourneyAsked, over: _Ways, done: _Ways) -> Iterable[EntryRow]:
    began = _by_first(over)
    ended = _by_first(done)
    scored: dict[int, Sums] = {}
    for (first, _last), tally in pairs(asked.keys(measures.WAY_SCORE)):
        scored[first] = scored.get(first, Sums()) + tally.sums
    told = anonymity.visible(began, minimum=asked.minimum)
    scores_told = anonymity.visible({id: sums.n for id, sums in scored.items()}, minimum=asked.minimum)
    ids = sorted(began, key=lambda id: (-began[id], id))
    verdicts = beside_the_rest([ended.get(id, 0) for id in ids], [began[id] for id in ids])
    for id, verdict in zip(ids, verdicts, strict=True):
        shown = id in told
        score = scored.get(id, Sums()) if shown and id in scores_told else Sums()
        yield EntryRow(
            channel=asked.names.channel(id),
            told=shown,
            outcome=share_of(ended.get(id, 0), began[id]) if shown else share_of(0, 0),
            verdict=verdict if shown else "not_enough",
            score=mean_of(score, least=-1, greatest=1) if score.n else None,
            stayed=share_of(over.get((id, id), 0), began[id]) if shown else share_of(0, 0),
        )


def _by_first(ways: _Ways) -> dict[int, int]:
    found: dict[int, int] = {}
    for (first, _last), n in ways.items():
        found[first] = found.get(first, 0) + n
    return found


def _continuity(asked: JourneyAsked, over: _Ways, done: _Ways) -> Continuity | None:
    def sums(ways: _Ways, *, digital: bool) -> int:
        return sum(
            n
            for (first, last), n in ways.items()
            if first and last and asked.names.channel(first).digital and asked.names.channel(last).digital == digital
        )

    crossed, stayed = sums(over, digital=False), sums(over, digital=True)
    if not all(anonymity.enough(n, minimum=asked.minimum) for n in (crossed, stayed)):
        return None
    of_crossed, of_stayed = sums(done, digital=False), sums(done, digital=True)
    return Continuity(
        crossed=share_of(crossed, crossed + stayed),
        outcome=share_of(of_crossed, crossed),
        digital=share_of(of_stayed, stayed),
        verdict=beside_the_rest([of_crossed, of_stayed], [crossed, stayed])[0],
    )
