"""How it went for those who began over each channel, and whether what began digitally went on in person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cxplatform.stats import anonymity
from cxplatform.stats.change import Verdict, beside_the_rest
from cxplatform.stats.sums import Mean, Sums, mean_of
from dashboards.journeys.asked import JourneyAsked
from dashboards.journeys.names import Named
from dashboards.journeys.paths_load import Tally
from dashboards.shares import Share, share_of
from journeys.paths import measures

WANTED = (measures.WAY_OVER, measures.WAY_SCORE)


@dataclass(frozen=True)
class EntryRow:
    """Of the passages over that began over the channel: `outcome` those that came as far as the design may end,
    `verdict` of that beside all the others, `score` the mean of those scored (-1 ... 1), `alone` those that met no
    other channel. `told` False: so few that nothing is told of them, nor by subtraction."""

    channel: Named
    told: bool
    outcome: Share
    verdict: Verdict
    score: Mean | None
    alone: Share


@dataclass(frozen=True)
class Continuity:
    """Of the passages over that began digitally, and whose channels are known, `crossed` met one that is not digital.
    `outcome` is that of those, `verdict` beside the `digital` ones, which met digital channels alone."""

    crossed: Share
    outcome: Share
    digital: Share
    verdict: Verdict


@dataclass(frozen=True)
class Entries:
    """`continuity` is None where either way is gone by too few, or a subtraction would tell on few."""

    rows: tuple[EntryRow, ...] = ()
    continuity: Continuity | None = None


def entries_of(asked: JourneyAsked) -> Entries:
    """Needs the measures `WANTED`, which are of all customers: nothing where one group of them is looked at."""
    if asked.query.segment:
        return Entries()
    ways = [(_way(key), tally) for key, tally in asked.keys(measures.WAY_OVER).items()]
    return Entries(tuple(_rows(asked, ways)), _continuity(asked, ways))


_Way = tuple[int, tuple[int, ...]]  # the first channel, and all that were met; () not told


def _way(key: str) -> _Way:
    first, _, met = key.partition(">")
    return int(first), tuple(int(id) for id in met.split(",") if id)


def _rows(asked: JourneyAsked, ways: Iterable[tuple[_Way, Tally]]) -> Iterable[EntryRow]:
    began: dict[int, int] = {}
    ended: dict[int, int] = {}
    alone: dict[int, int] = {}
    for (first, met), tally in ways:
        began[first] = began.get(first, 0) + tally.n
        ended[first] = ended.get(first, 0) + round(tally.total)
        alone[first] = alone.get(first, 0) + (tally.n if met == (first,) else 0)
    scored = _scored(asked.keys(measures.WAY_SCORE))
    told = anonymity.visible(began, minimum=asked.minimum)
    scores_told = anonymity.visible({id: sums.n for id, sums in scored.items()}, minimum=asked.minimum)
    ids = sorted(began, key=lambda id: (-began[id], id))
    verdicts = beside_the_rest([ended[id] for id in ids], [began[id] for id in ids])
    for id, verdict in zip(ids, verdicts, strict=True):
        shown = id in told
        score = scored.get(id, Sums()) if shown and id in scores_told else Sums()
        yield EntryRow(
            channel=asked.names.channel(id),
            told=shown,
            outcome=share_of(ended[id], began[id]) if shown else share_of(0, 0),
            verdict=verdict if shown else "not_enough",
            score=mean_of(score, least=-1, greatest=1) if score.n else None,
            alone=share_of(alone[id], began[id]) if shown else share_of(0, 0),
        )


def _scored(tallies: Mapping[str, Tally]) -> dict[int, Sums]:
    found: dict[int, Sums] = {}
    for key, tally in tallies.items():
        first, _ = _way(key)
        found[first] = found.get(first, Sums()) + tally.sums
    return found


def _continuity(asked: JourneyAsked, ways: Iterable[tuple[_Way, Tally]]) -> Continuity | None:
    crossed = stayed = untold = of_crossed = of_stayed = 0
    for (first, met), tally in ways:
        if not first or not asked.names.channel(first).digital:
            continue
        if any(id and not asked.names.channel(id).digital for id in met):
            crossed, of_crossed = crossed + tally.n, of_crossed + round(tally.total)
        elif met and 0 not in met:
            stayed, of_stayed = stayed + tally.n, of_stayed + round(tally.total)
        else:
            untold += tally.n
    # The rows tell of all that began digitally: less these two, of those whose channels are not known.
    told = anonymity.visible({"crossed": crossed, "stayed": stayed, "untold": untold}, minimum=asked.minimum)
    if not (crossed and stayed and {"crossed", "stayed"} <= told):
        return None
    return Continuity(
        crossed=share_of(crossed, crossed + stayed),
        outcome=share_of(of_crossed, crossed),
        digital=share_of(of_stayed, stayed),
        verdict=beside_the_rest([of_crossed, of_stayed], [crossed, stayed])[0],
    )
