"""Touchpoints by channel: the rows of a stage's page, and of the leadership page under the names of stages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from django.utils.translation import gettext as _

from cxplatform.stats.histogram import total
from dashboards.asked import Asked
from dashboards.cells import Cell, Pair, cells
from dashboards.leadership.coverage import RECENT_DAYS
from dashboards.leadership.heatmap import Board
from dashboards.leadership.signals import Signal, Signals
from dashboards.load import Histogram
from dashboards.reading import NOW, Read
from dashboards.structure import JourneyOf, Place, StageOf

UNKNOWN_CHANNEL = 0


@dataclass(frozen=True)
class PlaceRow:
    """A touchpoint: its score over all channels, a cell for each channel column, its newest answer. `stale` is one
    whose newest answer is over RECENT_DAYS days old."""

    place: Place
    cell: Cell
    channels: tuple[Cell, ...]
    last: date | None
    stale: bool = False
    signal: Signal | None = None


@dataclass(frozen=True)
class PlaceGroup:
    """A stage and its touchpoints; one that serves several stages stands in the first."""

    stage: StageOf
    rows: tuple[PlaceRow, ...]


@dataclass(frozen=True)
class PlaceTable:
    """`channels` are the names of the columns; `hidden` is how many less answered touchpoints are left out."""

    channels: tuple[str, ...]
    groups: tuple[PlaceGroup, ...]
    hidden: int = 0


def place_table(
    asked: Asked,
    journeys: Sequence[JourneyOf],
    split: Read,
    *,
    most: int,
    centre: float | None,
    last: Mapping[int, date],
    today: date,
    signals: Signals,
) -> PlaceTable:
    """The table of all journeys from counts split by touchpoint and channel, its verdicts one family."""
    of = asked.metric.name
    whole = split.without_channel()
    stages = [stage for journey in journeys for stage in journey.stages]
    everywhere = tuple(dict.fromkeys(place for stage in stages for place in stage.touchpoints))
    places = _most_answered(asked, whole, everywhere, most)
    kept = {place.id for place in places}
    board = Board(
        now={place.id: whole.get(of, NOW, place.id) for place in everywhere},
        then={place.id: whole.get(of, asked.against, place.id) for place in everywhere},
        tells=asked.tells,
        against=asked.against,
    )
    columns = channel_columns(split, asked)
    found = place_cells(asked, places, board, split, list(columns), centre)
    width = 1 + len(columns)
    rows = {
        place.id: PlaceRow(
            place,
            found[at * width],
            tuple(found[at * width + 1 : (at + 1) * width]),
            last.get(place.id),
            is_stale(last.get(place.id), today),
            signals.places.get(place.id),
        )
        for at, place in enumerate(places)
    }
    groups: list[PlaceGroup] = []
    for stage in stages:
        mine = [rows.pop(place.id) for place in stage.touchpoints if place.id in kept and place.id in rows]
        groups += [PlaceGroup(stage, tuple(mine))] if mine else []
    return PlaceTable(tuple(columns.values()), tuple(groups), hidden=len(everywhere) - len(places))


def is_stale(last: date | None, today: date) -> bool:
    """Whether a place was answered once, and not in RECENT_DAYS days."""
    return last is not None and last < today - timedelta(days=RECENT_DAYS - 1)


def channel_columns(split: Read, asked: Asked) -> dict[int, str]:
    """The channels in which anything was answered now, by name; those not known last."""
    by = split.counted.by.index("channel_id") + 2
    ids = {key[by] for key, histogram in split.counted.histograms.items() if key[1] == NOW and total(histogram)}
    names = {id: channel.name for id, channel in asked.structure.channels.items() if id in ids}
    columns = dict(sorted(names.items(), key=lambda pair: pair[1].casefold()))
    return columns | ({UNKNOWN_CHANNEL: _("not known")} if ids - set(names) else {})


def channel_pairs(asked: Asked, split: Read, place: Place, columns: Sequence[int]) -> list[Pair]:
    """Counts of a touchpoint by channel, small channels hidden and what would tell on them."""
    target = asked.goals.touchpoint(asked.metric, place.id)
    return [
        Pair(_of_channel(asked, split, NOW, place, id), _of_channel(asked, split, asked.against, place, id), target)
        for id in columns
    ]


def place_cells(
    asked: Asked, places: Sequence[Place], board: Board, split: Read, columns: Sequence[int], centre: float | None
) -> list[Cell]:
    """Row after row: a touchpoint's own cell, then its channels'; all of them one family of verdicts."""
    pairs: list[Pair] = []
    for place in places:
        own = board.pool(asked.metric, [place], asked.goals.touchpoint(asked.metric, place.id))
        # What a hidden touchpoint's channels say would add up to it.
        split_pairs = channel_pairs(asked, split, place, columns)
        pairs += [own, *([Pair(None, None, own.target)] * len(columns) if own.now is None else split_pairs)]
    return cells(
        asked.metric,
        pairs,
        minimum=asked.reading.minimum,
        on_target=asked.on_target,
        compared=asked.compared,
        centre=centre,
    )


def _of_channel(asked: Asked, split: Read, window: str, place: Place, channel: int) -> Histogram | None:
    counted = split.get(asked.metric.name, window, place.id, channel)
    return counted if asked.tells(window, [place], channel=channel) else None


def _most_answered(asked: Asked, whole: Read, places: Sequence[Place], most: int) -> list[Place]:
    if len(places) <= most:
        return list(places)
    # By everybody's answers: whom the reader asked about must not decide what is told of the rest.
    everybody = ("",) if asked.query.segment else ()
    zeros = np.zeros(asked.metric.bins, dtype=np.int64)
    counted = whole.counted.histograms
    n = {p.id: total(counted.get((asked.metric.name, NOW, p.id, *everybody), zeros)) for p in places}
    kept = {place.id for place in sorted(places, key=lambda place: -n[place.id])[:most]}
    return [place for place in places if place.id in kept]
