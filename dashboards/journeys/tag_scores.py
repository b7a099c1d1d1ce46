"""Scores of what touchpoints are tagged with: the seven Ps, the drivers of experience, the needs customers bring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.text import capfirst

from cxplatform.stats.histogram import answers, total
from cxplatform.stats.score import score_of_many
from dashboards.asked import Asked
from dashboards.cells import Cell, Pair, cells, pool
from dashboards.leadership.heatmap import Worst
from dashboards.load import Histogram
from dashboards.reading import NOW, Read
from dashboards.structure import Place
from journeys.models import TAGS, Touchpoint


@dataclass(frozen=True)
class TagRow:
    """A tag, the touchpoints that carry it, and the score of their answers together.

    `left_out` are those of them whose answers are not in the score: too few, or a subtraction would tell on few.
    `worst` is None when there is nothing to tell apart.
    """

    tag: str
    name: str
    places: tuple[Place, ...]
    left_out: tuple[Place, ...]
    cell: Cell
    worst: Worst | None


@dataclass(frozen=True)
class TagGroup:
    """All tags of one kind, in the tags' own order; `field` is the touchpoint's."""

    field: str
    name: str
    rows: tuple[TagRow, ...]

    @property
    def unused(self) -> bool:
        """Whether some tag is carried by no touchpoint."""
        return not all(row.places for row in self.rows)


def load_tags(asked: Asked) -> tuple[TagGroup, ...]:
    """Every kind of tags, the verdicts of all of them controlled as one family. Two queries."""
    carried = _carried(asked)
    places = tuple(dict.fromkeys(place for having in carried.values() for place in having))
    read = asked.reading.counts(metrics=[asked.metric.name], windows=asked.windows, places=places, by=["touchpoint_id"])
    # Touchpoints of several tags make pools that overlap: were small ones in them, one tag less another would tell.
    now, then = (_shown(asked, read, places, window) for window in (NOW, asked.against))
    left_out = {
        key: tuple(place for place in having if place.id not in now and _answered(asked, read, place))
        for key, having in carried.items()
    }
    pairs = [
        Pair(
            # Only left out, it has answers that are not shown: too few, not none.
            now=None if left_out[key] and not _any(now, having) else _pool(asked, now, having),
            then=_pool(asked, then, having),
            target=asked.goals.company(asked.metric),
        )
        for key, having in carried.items()
    ]
    everybody = cells(asked.metric, [Pair(asked.whole.get(asked.metric.name, NOW), None)], minimum=_minimum(asked))[0]
    found = cells(
        asked.metric,
        pairs,
        minimum=_minimum(asked),
        on_target=asked.on_target,
        centre=everybody.score.value if everybody.score else None,
    )
    rows = {
        key: TagRow(
            tag=key[1],
            name=str(TAGS[key[0]](key[1]).label),
            places=having,
            left_out=left_out[key],
            cell=cell,
            worst=_worst(asked, now, having) if cell.state == "measured" else None,
        )
        for (key, having), cell in zip(carried.items(), found, strict=True)
    }
    return tuple(
        TagGroup(
            field=field,
            name=capfirst(str(Touchpoint._meta.get_field(field).verbose_name)),  # type: ignore[union-attr]
            rows=tuple(rows[field, tag] for tag in tags.values),
        )
        for field, tags in TAGS.items()
    )


def _carried(asked: Asked) -> dict[tuple[str, str], tuple[Place, ...]]:
    """The touchpoints in use of every tag, by (kind, tag) and by name."""
    tagged = Touchpoint.objects.in_use().order_by("name", "id").values_list("id", *TAGS)
    known = [(asked.structure.places[id], tags) for id, *tags in tagged if id in asked.structure.places]
    return {
        (field, tag): tuple(place for place, tags in known if tag in (tags[at] or ()))
        for at, (field, choices) in enumerate(TAGS.items())
        for tag in choices.values
    }


def _shown(asked: Asked, read: Read, places: Sequence[Place], window: str) -> dict[int, Histogram]:
    of = asked.metric.name
    counted = {place.id: read.get(of, window, place.id) for place in places}
    return {
        place.id: histogram
        for place in places
        if (histogram := counted[place.id]) is not None and total(histogram) and asked.tells(window, [place])
    }


def _answered(asked: Asked, read: Read, place: Place) -> bool:
    histogram = read.get(asked.metric.name, NOW, place.id)
    return histogram is None or bool(total(histogram))


def _any(shown: Mapping[int, Histogram], having: Sequence[Place]) -> bool:
    return any(place.id in shown for place in having)


def _pool(asked: Asked, shown: Mapping[int, Histogram], having: Sequence[Place]) -> Histogram | None:
    return pool(asked.metric, [shown[place.id] for place in having if place.id in shown])


def _worst(asked: Asked, shown: Mapping[int, Histogram], having: Sequence[Place]) -> Worst | None:
    of = asked.metric
    told = [place for place in having if place.id in shown and answers(of, shown[place.id]) >= _minimum(asked)]
    if len(told) < 2:
        return None
    scores = score_of_many(of, [shown[place.id] for place in told])
    valued = [(score.value, place) for score, place in zip(scores, told, strict=True) if score.value is not None]
    value, place = (min if of.better == "higher" else max)(valued, key=lambda pair: pair[0])
    return Worst(place, value)


def _minimum(asked: Asked) -> int:
    return asked.reading.minimum
