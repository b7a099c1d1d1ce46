"""Scores for integrators: the total of a question and its division, small groups hidden."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from cxplatform.stats import anonymity
from cxplatform.stats.histogram import answers, total
from cxplatform.stats.score import Score, score
from dashboards.api_asked import CHANNEL, DAY, MONTH, PLACES, Asked
from dashboards.cells import pool, shown_groups
from dashboards.disclosure import Disclosure
from dashboards.load import EVERYBODY, Histogram, Slice, counts, segment_values
from dashboards.periods import Period, next_month
from dashboards.reading import NOW
from dashboards.structure import UNIT, Place


@dataclass(frozen=True)
class Group:
    """One part of a division: `value` is what integrators call it, None = not known. `score` None = hidden."""

    value: str | None
    name: str
    score: Score | None


@dataclass(frozen=True)
class Scores:
    total: Score | None
    groups: tuple[Group, ...]


def load_scores(asked: Asked) -> Scores:
    """The score asked for and its groups, in a fixed number of queries. No answers is a score of None with n 0."""
    of = asked.metric.name
    whole = asked.reading.counts(metrics=[of], windows={NOW: asked.period}, places=asked.places).get(of, NOW)
    seen = asked.reading.disclosure(metrics=[of], windows={NOW: asked.period})
    shown = _told(asked, seen, whole, asked.places)
    if not asked.by or shown is None:
        return Scores(shown, ())
    return Scores(shown, tuple(_divided(asked, seen)))


def _told(
    asked: Asked,
    seen: Disclosure,
    histogram: Histogram | None,
    places: Iterable[Place] | None,
    *,
    channel: int | None = None,
    value: str | None = None,
) -> Score | None:
    """A score of places and of the query's channel, or the one given; None where it would tell on a small group."""
    shows = seen.shows(asked.metric.name, NOW, places, channel=channel, value=value)
    return _score(asked, histogram) if shows else None


def _score(asked: Asked, histogram: Histogram | None) -> Score | None:
    """None where so few answered, or where a subtraction would tell on a small group."""
    if histogram is None:
        return None
    n = answers(asked.metric, histogram)
    few = total(histogram) and not anonymity.enough(n, minimum=asked.reading.minimum)
    return None if few else score(asked.metric, histogram)


def _divided(asked: Asked, seen: Disclosure) -> Iterator[Group]:
    if asked.by in (DAY, MONTH):
        yield from _buckets(asked)
    elif asked.by in PLACES:
        yield from _of_places(asked, seen)
    elif asked.by == CHANNEL:
        yield from _channels(asked, seen)
    else:
        yield from _values(asked)


def _buckets(asked: Asked) -> Iterator[Group]:
    windows = {window.start.isoformat(): window for window in _windows(asked.period, asked.by)}
    read = asked.reading.counts(metrics=[asked.metric.name], windows=windows, places=asked.places)
    for name in windows:
        value = name[:7] if asked.by == MONTH else name
        yield Group(value, value, _score(asked, read.get(asked.metric.name, name)))


def _windows(period: Period, by: str) -> Iterator[Period]:
    """Days, or months cut to the period."""
    start: date = period.start
    while start < period.end:
        end = min(start + timedelta(days=1) if by == DAY else next_month(start), period.end)
        yield Period(start, end)
        start = end


def _of_places(asked: Asked, seen: Disclosure) -> Iterator[Group]:
    """Stages and journeys share touchpoints: what is told of one is weighed with what is told of the others."""
    structure, of = asked.structure, asked.metric.name
    places = asked.places if asked.places is not None else tuple(structure.places.values())
    read = asked.reading.counts(metrics=[of], windows={NOW: asked.period}, places=places, by=["touchpoint_id"])
    counted = {place.id: read.get(of, NOW, place.id) for place in places}
    if asked.by == "touchpoint":
        for place in places:
            yield Group(place.slug, place.name, _told(asked, seen, counted[place.id], [place]))
        return
    wanted = asked.filters.get("journey")
    for journey in structure.journeys:
        if wanted not in (None, journey.slug):
            continue
        if asked.by == "journey":
            yield Group(journey.slug, journey.name, _pool(asked, seen, counted, journey.touchpoints))
        else:
            for stage in journey.stages:
                pooled = _pool(asked, seen, counted, stage.touchpoints)
                yield Group(f"{journey.slug}/{stage.id}", f"{journey.name}: {stage.name}", pooled)


def _pool(
    asked: Asked, seen: Disclosure, counted: Mapping[int, Histogram | None], places: tuple[Place, ...]
) -> Score | None:
    """Places that the question leaves out are not in the pool."""
    among = [place for place in places if place.id in counted]
    return _told(asked, seen, pool(asked.metric, [counted[place.id] for place in among]), among)


def _channels(asked: Asked, seen: Disclosure) -> Iterator[Group]:
    of = asked.metric.name
    read = asked.reading.counts(metrics=[of], windows={NOW: asked.period}, places=asked.places, by=["channel_id"])
    column = read.counted.by.index("channel_id") + 2
    ids = sorted({key[column] for key in read.counted.histograms})
    for id in ids:
        channel = asked.structure.channels.get(id)
        # An archived channel keeps its answers; it has no identifier to ask by.
        score = _told(asked, seen, read.get(of, NOW, id), asked.places, channel=id)
        yield Group(channel.slug if channel else None, channel.name if channel else "", score)


def _values(asked: Asked) -> Iterator[Group]:
    of, by = asked.metric.name, asked.by
    values = sorted(segment_values(asked.period, metrics=[of]).get(by, {}))
    counted = counts(
        metrics=[of],
        windows={NOW: asked.period},
        of=Slice(
            parts=(EVERYBODY, *((by, value) for value in values)),
            channel_id=asked.structure.channel_id(asked.reading.query.channel),
            touchpoints=None if asked.places is None else tuple(place.id for place in asked.places),
        ),
        by=["value"],
    )
    shown = shown_groups(
        {value: counted.get(of, NOW, value) for value in values},
        counted.get(of, NOW, ""),
        minimum=asked.reading.minimum,
    )
    seen = asked.reading.disclosure(metrics=[of], windows={NOW: asked.period}, values=(by, values))
    slugs, names = (asked.structure.unit_slugs, asked.structure.units) if by == UNIT else ({}, {})
    for value in values:
        if total(counted.get(of, NOW, value)):
            score = _told(asked, seen, shown.get(value), asked.places, value=value)
            yield Group(slugs.get(value, value), names.get(value, value), score)
