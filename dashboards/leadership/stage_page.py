"""Where a stage's score comes from: its touchpoints, by channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from cxplatform.stats.histogram import total
from dashboards.asked import Asked, settle_query
from dashboards.cells import Cell, Pair, cells, shown_groups
from dashboards.leadership.heatmap import Board, visible_places
from dashboards.load import Histogram, last_answered
from dashboards.query import Query
from dashboards.reading import NOW, Read
from dashboards.structure import Place, StageOf

UNKNOWN_CHANNEL = 0


@dataclass(frozen=True)
class PlaceRow:
    """A touchpoint: its score over all channels, a cell for each channel column, its newest answer."""

    place: Place
    cell: Cell
    channels: tuple[Cell, ...]
    last: date | None


@dataclass(frozen=True)
class StagePage:
    """`channels` are the names of the columns."""

    asked: Asked
    stage: StageOf
    cell: Cell
    channels: tuple[str, ...]
    rows: tuple[PlaceRow, ...]


def load_stage(*, stage_id: int, query: Query, minimum: int) -> StagePage | None:
    """A stage's touchpoints and channels, in a fixed number of queries; None when there is no such stage."""
    asked = settle_query(query, minimum=minimum)
    stage = next((stage for stage in asked.structure.stages() if stage.id == stage_id), None)
    if stage is None:
        return None
    of, places = asked.metric.name, stage.touchpoints
    read = asked.reading.counts(metrics=[of], windows=asked.windows, places=places, by=["touchpoint_id"])
    split = asked.reading.counts(metrics=[of], windows=asked.windows, places=places, by=["touchpoint_id", "channel_id"])
    columns = channel_columns(split, asked)
    board = Board(
        now={place.id: read.get(of, NOW, place.id) for place in places},
        then={place.id: read.get(of, asked.against, place.id) for place in places},
    )
    pool = board.pool(asked.metric, places, asked.goals.stage(asked.metric, stage.id))
    whole = cells(asked.metric, [pool], minimum=minimum, on_target=asked.on_target)[0]
    centre = whole.score.value if whole.score else None
    found = _place_cells(asked, places, board, split, list(columns), minimum, centre)
    last = last_answered([place.id for place in places])
    width = 1 + len(columns)
    return StagePage(
        asked=asked,
        stage=stage,
        cell=whole,
        channels=tuple(columns.values()),
        rows=tuple(
            PlaceRow(place, found[at * width], tuple(found[at * width + 1 : (at + 1) * width]), last.get(place.id))
            for at, place in enumerate(places)
        ),
    )


def channel_columns(split: Read, asked: Asked) -> dict[int, str]:
    """The channels in which anything was answered now, by name; those not known last."""
    by = split.counted.by.index("channel_id") + 2
    ids = {key[by] for key, histogram in split.counted.histograms.items() if key[1] == NOW and total(histogram)}
    names = {id: channel.name for id, channel in asked.structure.channels.items() if id in ids}
    columns = dict(sorted(names.items(), key=lambda pair: pair[1].casefold()))
    return columns | ({UNKNOWN_CHANNEL: _("not known")} if ids - set(names) else {})


def channel_pairs(asked: Asked, split: Read, place: Place, columns: Sequence[int], *, minimum: int) -> list[Pair]:
    """Counts of a touchpoint by channel, small channels hidden and what would tell on them."""
    target = asked.goals.touchpoint(asked.metric, place.id)
    now, then = (_channels(asked, split, window, place, columns, minimum) for window in (NOW, asked.against))
    return [Pair(now=now.get(id), then=then.get(id), target=target) for id in columns]


def _channels(
    asked: Asked, split: Read, window: str, place: Place, columns: Sequence[int], minimum: int
) -> Mapping[int, Histogram]:
    found = {id: split.get(asked.metric.name, window, place.id, id) for id in columns}
    return shown_groups({id: counts for id, counts in found.items() if counts is not None}, minimum=minimum)


def _place_cells(
    asked: Asked,
    places: Sequence[Place],
    board: Board,
    split: Read,
    columns: Sequence[int],
    minimum: int,
    centre: float | None,
) -> list[Cell]:
    """Row after row: a touchpoint's own cell, then its channels'; all of them one family of verdicts."""
    now = visible_places(asked.metric, places, board.now, minimum=minimum)
    then = visible_places(asked.metric, places, board.then, minimum=minimum)
    pairs: list[Pair] = []
    for place in places:
        pairs.append(
            Pair(
                now=board.now[place.id] if place.id in now else None,
                then=board.then[place.id] if place.id in then else None,
                target=asked.goals.touchpoint(asked.metric, place.id),
            )
        )
        # What a hidden touchpoint's channels say would add up to it.
        hidden = place.id not in now
        split_pairs = channel_pairs(asked, split, place, columns, minimum=minimum)
        pairs += [Pair(None, None, pair.target) for pair in split_pairs] if hidden else split_pairs
    return cells(asked.metric, pairs, minimum=minimum, on_target=asked.on_target, centre=centre)
