"""Where a stage's score comes from: its touchpoints, by channel."""

from dataclasses import dataclass
from datetime import date

from dashboards.asked import Asked, settle_query
from dashboards.cells import Cell, cells
from dashboards.leadership.heatmap import Board
from dashboards.leadership.place_rows import PlaceRow, channel_columns, is_stale, place_cells
from dashboards.load import last_answered
from dashboards.query import Query
from dashboards.reading import NOW
from dashboards.structure import StageOf


@dataclass(frozen=True)
class StagePage:
    """`channels` are the names of the columns."""

    asked: Asked
    stage: StageOf
    cell: Cell
    channels: tuple[str, ...]
    rows: tuple[PlaceRow, ...]

    @property
    def units(self) -> tuple[str, ...]:
        """Those that serve customers here: the stage's target is theirs together."""
        return tuple(dict.fromkeys(place.unit for place in self.stage.touchpoints if place.unit))


def load_stage(*, stage_id: int, query: Query, today: date, minimum: int) -> StagePage | None:
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
        tells=asked.tells,
        against=asked.against,
    )
    pool = board.pool(asked.metric, places, asked.goals.stage(asked.metric, stage.id))
    whole = cells(asked.metric, [pool], minimum=minimum, on_target=asked.on_target, compared=asked.compared)[0]
    centre = whole.score.value if whole.score else None
    found = place_cells(asked, places, board, split, list(columns), centre)
    last = last_answered([place.id for place in places])
    width = 1 + len(columns)
    return StagePage(
        asked=asked,
        stage=stage,
        cell=whole,
        channels=tuple(columns.values()),
        rows=tuple(
            PlaceRow(
                place,
                found[at * width],
                tuple(found[at * width + 1 : (at + 1) * width]),
                last.get(place.id),
                is_stale(last.get(place.id), today),
            )
            for at, place in enumerate(places)
        ),
    )
