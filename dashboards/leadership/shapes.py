"""The three shapes of the heatmap: journeys by stage, touchpoints by channel, the values of a dimension."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from cxplatform.stats.metrics import Metric
from dashboards.asked import Asked
from dashboards.leadership.heatmap import Board, Heatmap, heatmap
from dashboards.leadership.place_rows import PlaceTable, place_table
from dashboards.leadership.segments import named_values
from dashboards.leadership.signals import Signals
from dashboards.leadership.slices import SliceTable, slice_table, stage_table
from dashboards.load import EVERYBODY, Slice
from dashboards.measures import MEASURES, Measure
from dashboards.periods import Period
from dashboards.reading import NOW
from dashboards.structure import JourneyOf, Place

# A table is read, not scrolled through: the most answered values of a dimension, the most answered touchpoints.
MOST_VALUES = 60
MOST_PLACES = 60


@dataclass(frozen=True)
class Drawn:
    """What every shape is drawn from. `places` is None for the whole company, `centre` the colours' without targets,
    `known` the answers of each value of each dimension, `last` the day of each touchpoint's newest answer."""

    asked: Asked
    journeys: Sequence[JourneyOf]
    places: Sequence[Place] | None
    centre: float | None
    known: Mapping[str, Mapping[str, int]]
    last: Mapping[int, date]
    today: date
    signals: Signals

    @property
    def windows(self) -> dict[str, Period]:
        return {name: window for name, window in self.asked.windows.items() if name in (NOW, self.asked.against)}


def by_stage(drawn: Drawn) -> Heatmap:
    """Journeys by stage, in one query."""
    asked, of = drawn.asked, drawn.asked.metric
    places = tuple(dict.fromkeys(place for journey in drawn.journeys for place in journey.touchpoints))
    read = asked.reading.counts(metrics=[of.name], windows=drawn.windows, places=places, by=["touchpoint_id"])
    board = Board(
        now={place.id: read.get(of.name, NOW, place.id) for place in places},
        then={place.id: read.get(of.name, asked.against, place.id) for place in places},
        tells=asked.tells,
        against=asked.against,
    )
    return heatmap(
        of,
        drawn.journeys,
        board,
        goals=asked.goals,
        minimum=asked.reading.minimum,
        on_target=asked.on_target,
        compared=asked.compared,
        centre=drawn.centre,
        last=drawn.last,
        today=drawn.today,
        signals=drawn.signals,
    )


def by_place(drawn: Drawn) -> PlaceTable:
    """Touchpoints by channel under their stages, in one query: of very many the most answered."""
    asked, of = drawn.asked, drawn.asked.metric
    places = tuple(dict.fromkeys(place for journey in drawn.journeys for place in journey.touchpoints))
    split = asked.reading.counts(
        metrics=[of.name], windows=drawn.windows, places=places, by=["touchpoint_id", "channel_id"]
    )
    return place_table(
        asked,
        drawn.journeys,
        split,
        most=MOST_PLACES,
        centre=drawn.centre,
        last=drawn.last,
        today=drawn.today,
        signals=drawn.signals,
    )


def by_value(drawn: Drawn) -> SliceTable:
    """The values of the view's dimension: by measure, or within a journey by its stages. One query."""
    asked, query = drawn.asked, drawn.asked.query
    known = drawn.known.get(query.view, {})
    own = query.own_units
    asked_for = {query.compare.value} if query.compare and query.compare.dimension == query.view else set()
    most = sorted(known, key=lambda value: (value not in own and value not in asked_for, -known[value]))[:MOST_VALUES]
    journey = drawn.journeys[0] if drawn.places is not None else None
    asked_of: list[tuple[Measure, Metric]] = [
        (m, of) for m in MEASURES.values() if asked.whole.answers.get((of := m.metric(asked.whole.answers)).name)
    ]
    counted = asked.reading.divided(
        metrics=[of.name for _, of in asked_of] if asked_of and journey is None else [asked.metric.name],
        windows=drawn.windows,
        of=Slice(
            parts=(EVERYBODY, *((query.view, value) for value in most)),
            channel_id=asked.structure.channel_id(query.channel),
            touchpoints=None if drawn.places is None else tuple(place.id for place in drawn.places),
        ),
        by=["value"] if journey is None else ["touchpoint_id", "value"],
    )
    values = named_values(query.view, most, asked.structure)
    metrics = list(dict.fromkeys(key[0] for key in counted.histograms)) or [asked.metric.name]
    seen = None
    if journey is not None or query.channel:
        apart = journey.touchpoints if journey else ()
        seen = asked.reading.disclosure(metrics=metrics, windows=drawn.windows, places=apart, values=(query.view, most))
    if journey is not None:
        table = stage_table(asked, journey, values, counted, seen, hidden=len(known) - len(most))
    else:
        table = slice_table(
            asked_of,
            values,
            counted,
            seen,
            then=asked.against,
            goals=asked.goals,
            minimum=asked.reading.minimum,
            on_target=asked.on_target,
            beside=next(iter(asked_for), None),
            hidden=len(known) - len(most),
        )
    # Cut afterwards: what of theirs is too small to show follows from the units they do not see as well.
    return replace(table, rows=tuple(row for row in table.rows if row.value in own), hidden=0) if own else table
