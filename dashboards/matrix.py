"""Scores by situation (touchpoint) and channel, for the three measures that belong together."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cxplatform.stats import anonymity
from cxplatform.stats.histogram import total
from cxplatform.stats.score import Score, score_of_many
from dashboards.load import Histogram
from dashboards.measures import MEASURES
from dashboards.reading import NOW, Reading
from dashboards.structure import Place

MATRIX = tuple(MEASURES[key] for key in ("nps", "ces", "fcr"))


@dataclass(frozen=True)
class Spot:
    """A score of the matrix: `few` where too few answered, None where nobody did."""

    score: Score | None
    few: bool = False


@dataclass(frozen=True)
class MatrixRow:
    """A situation (touchpoint): for each channel, a spot for each measure of MATRIX."""

    place: Place
    channels: tuple[tuple[Spot, ...], ...]


def load_matrix(
    reading: Reading, places: Sequence[Place], minimum: int
) -> tuple[tuple[str, ...], tuple[MatrixRow, ...]]:
    """Situation x channel x measure, from counts of the query's period; columns are channels with answers."""
    names = [name for measure in MATRIX for name in measure.metrics]
    read = reading.counts(
        metrics=names, windows={NOW: reading.query.period}, places=places, by=["touchpoint_id", "channel_id"]
    )
    seen = reading.disclosure(metrics=names, windows={NOW: reading.query.period})
    at, by = read.counted.by.index("touchpoint_id") + 2, read.counted.by.index("channel_id") + 2
    answered = {key for key, histogram in read.counted.histograms.items() if total(histogram)}
    ids = {key[by] for key in answered}
    known = {id: channel.name for id, channel in reading.structure.channels.items() if id in ids}
    columns = dict(sorted(known.items(), key=lambda pair: pair[1].casefold()))
    if ids - set(known):
        columns[0] = _("not known")
    metrics = [measure.metric(read.answers) for measure in MATRIX]
    rows = [place for place in places if any(key[at] == place.id for key in answered)]
    counts: list[tuple[int, Histogram]] = []  # measure and counts, row after row
    states: list[tuple[bool, bool]] = []
    for place in rows:
        for number, of in enumerate(metrics):
            for id in columns:
                histogram = read.counted.get(of.name, NOW, place.id, id)
                n = total(histogram)
                told = anonymity.enough(n, minimum=minimum) and seen.shows(of.name, NOW, [place], channel=id)
                states.append((told, n > 0))
                counts.append((number, histogram))
    scores: list[Score | None] = [None] * len(counts)
    for number, of in enumerate(metrics):
        places_of = [index for index, (which, _h) in enumerate(counts) if which == number]
        for index, score in zip(places_of, score_of_many(of, [counts[i][1] for i in places_of]), strict=True):
            scores[index] = score
    spots = [
        Spot(score if seen and score is not None and score.value is not None else None, few=any_ and not seen)
        for score, (seen, any_) in zip(scores, states, strict=True)
    ]
    width, depth = len(columns), len(metrics)
    return tuple(columns.values()), tuple(
        MatrixRow(
            place,
            tuple(
                tuple(spots[(row * depth + number) * width + column] for number in range(depth))
                for column in range(width)
            ),
        )
        for row, place in enumerate(rows)
    )
