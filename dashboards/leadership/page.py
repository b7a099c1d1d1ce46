"""The leadership page as one value: asked by a query, read from counts, shaped for people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from cxplatform.pipeline.models import Pulse
from cxplatform.stats.metrics import Metric
from cxplatform.tenancy.models import Tenant
from dashboards.asked import span_of
from dashboards.cells import Pair
from dashboards.goals import Goals, load_goals
from dashboards.insights.read import findings
from dashboards.leadership.coverage import Coverage, coverage
from dashboards.leadership.heatmap import Board, Heatmap, heatmap
from dashboards.leadership.panel import Scene, Shown, Where
from dashboards.leadership.panels import KINDS, panels
from dashboards.leadership.segments import SegmentGroup, named_values, segment_groups
from dashboards.leadership.sentence import Phrase, sentence
from dashboards.leadership.slices import SliceTable, slice_table
from dashboards.leadership.tiles import Series, Tile, tiles, worth_showing
from dashboards.load import EVERYBODY, Slice, counts, last_answered, segment_values
from dashboards.measures import MEASURES, PAGE_METRICS, Measure, measure_of
from dashboards.periods import Period, months_until, next_month
from dashboards.query import Against, Query
from dashboards.reading import NOW, Read, Reading, comparisons, settle
from dashboards.structure import JourneyOf, Place, Structure, load_structure
from promises import compliance, counted

MONTHS = 12
# A table is read, not scrolled through: the most answered values of a dimension.
MOST_VALUES = 60


@dataclass(frozen=True)
class Page:
    """`then` is the period compared with, None against targets. `version` and `changed_at` are the pulse's. `scene` is
    what the panels were made from: their sheets are made from it too."""

    query: Query
    structure: Structure
    against: Against
    then: Period | None
    metric: Metric
    tiles: tuple[Tile, ...]
    heatmap: Heatmap | None
    table: SliceTable | None
    coverage: Coverage
    promises: compliance.Board
    sentence: tuple[Phrase, ...]
    scene: Scene
    panels: tuple[Shown, ...]
    segments: Mapping[str, SegmentGroup]
    version: int
    changed_at: datetime | None
    empty: bool

    @property
    def on_target(self) -> bool:
        return self.against == "target"

    def strips(self) -> list[Shown]:
        """Panels across the page, under the tiles."""
        return self._where("strip")

    def leads(self) -> list[Shown]:
        """Panels before the promises."""
        return self._where("lead")

    def others(self) -> list[Shown]:
        """Panels after the promises."""
        return self._where("beside")

    def _where(self, where: Where) -> list[Shown]:
        return [shown for shown in self.panels if shown.panel.where == where]

    @property
    def measure_key(self) -> str:
        """The measure that is switched on, "" for a metric that is none of them."""
        measure = measure_of(self.metric)
        return measure.key if measure else ""

    @property
    def view_name(self) -> str:
        """The dimension of the view, "" by stage."""
        return self.structure.dimensions.get(self.query.view, "")


def load_page(*, query: Query, today: date, tenant: Tenant) -> Page:
    """Everything on the leadership page, in a fixed number of queries. Raises BadQuery for what is not there."""
    # Before the counts: a page may then be newer than the version it carries, never older.
    pulse = Pulse.objects.first()
    minimum = tenant.anonymity_minimum
    structure = load_structure()
    structure.check(query)
    goals = load_goals(query.period.last.year)
    months = {month.isoformat(): Period(month, next_month(month)) for month in months_until(today, MONTHS)}
    compared = comparisons(query)
    windows = {NOW: query.period, **compared, **months}
    values = segment_values(span_of(windows), metrics=PAGE_METRICS)
    reading = Reading(query, structure, minimum, _values_of(query, values))
    journey = structure.journey(query.journey)
    journeys = (journey,) if journey else structure.journeys
    places = journey.touchpoints if journey else None
    whole = reading.counts(metrics=PAGE_METRICS, windows=windows, places=places)
    against = settle(query, whole)
    of: Metric = whole.metric()
    shown = tiles(_series(whole, goals, against, list(months)), minimum=minimum, on_target=against == "target")
    last = last_answered(list(structure.places))
    heat, table = None, None
    if query.view == "stage":
        own = next((tile.cell.score for tile in shown if tile.metric is of), None)
        heat = _heatmap(reading, of, journeys, goals, against, compared, own.value if own else None, last)
    else:
        table = _table(reading, whole, query.view, values.get(query.view, {}), goals, against, compared, places)
    promises = compliance.board(query=_of_promises(query, structure), tenant=tenant)
    scene = Scene(
        query=query,
        today=today,
        tenant=tenant,
        structure=structure,
        goals=goals,
        tiles=tuple(shown),
        heatmap=heat,
        promises=promises,
        findings=findings(KINDS),
    )
    covered = coverage(journey.touchpoints if journey else structure.places.values(), last, today=today)
    return Page(
        query=query,
        structure=structure,
        against=against,
        then=compared.get(against),
        metric=of,
        tiles=tuple(shown),
        heatmap=heat,
        table=table,
        coverage=covered,
        promises=promises,
        sentence=sentence(
            tiles=shown, heatmap=heat, promises=promises, coverage=covered, on_target=against == "target"
        ),
        scene=scene,
        panels=panels(scene),
        segments=segment_groups(query, structure, values, minimum=minimum),
        version=pulse.version if pulse else 0,
        changed_at=pulse.changed_at if pulse else None,
        empty=not any(whole.answers.values()) and not last,
    )


def _of_promises(query: Query, structure: Structure) -> counted.Query:
    """The page's days, channel and segment, asked of the promises; a journey has no promises of its own."""
    segment = query.segment
    return counted.Query(
        start=query.period.start,
        end=query.period.end,
        channel_id=structure.channel_id(query.channel),
        dimension=segment.dimension if segment else "",
        value=segment.value if segment else "",
    )


def _values_of(query: Query, values: dict[str, dict[str, int]]) -> tuple[str, ...]:
    if query.segment is None:
        return ()
    return tuple(dict.fromkeys([*values.get(query.segment.dimension, {}), query.segment.value]))


def _series(whole: Read, goals: Goals, against: Against, months: Sequence[str]) -> list[Series]:
    series = []
    for measure in MEASURES.values():
        of = measure.metric(whole.answers)
        if worth_showing(measure.key, whole.answers.get(of.name, 0)):
            series.append(
                Series(
                    measure=measure,
                    metric=of,
                    pair=Pair(whole.get(of.name, NOW), whole.get(of.name, against), goals.company(of)),
                    months={date.fromisoformat(month): whole.get(of.name, month) for month in months},
                )
            )
    return series


def _heatmap(
    reading: Reading,
    of: Metric,
    journeys: Sequence[JourneyOf],
    goals: Goals,
    against: Against,
    compared: dict[str, Period],
    centre: float | None,
    last: dict[int, date],
) -> Heatmap:
    places = tuple(dict.fromkeys(place for journey in journeys for place in journey.touchpoints))
    windows = {NOW: reading.query.period} | ({against: compared[against]} if against in compared else {})
    read = reading.counts(metrics=[of.name], windows=windows, places=places, by=["touchpoint_id"])
    board = Board(
        now={place.id: read.get(of.name, NOW, place.id) for place in places},
        then={place.id: read.get(of.name, against, place.id) for place in places},
    )
    return heatmap(
        of,
        journeys,
        board,
        goals=goals,
        minimum=reading.minimum,
        on_target=against == "target",
        centre=centre,
        last=last,
    )


def _table(
    reading: Reading,
    whole: Read,
    dimension: str,
    known: dict[str, int],
    goals: Goals,
    against: Against,
    compared: dict[str, Period],
    places: Sequence[Place] | None,
) -> SliceTable:
    structure = reading.structure
    measures: list[Measure] = [m for m in MEASURES.values() if whole.answers.get(m.metric(whole.answers).name)]
    if places is not None:
        # Each touchpoint is another range of the index: within a journey one measure is enough to read.
        measures = [m for m in measures if whole.metric().name in m.metrics]
    asked = [(measure, measure.metric(whole.answers)) for measure in measures]
    own = reading.query.own_units
    most = sorted(known, key=lambda value: (value not in own, -known[value]))[:MOST_VALUES]
    counted = counts(
        metrics=[of.name for _, of in asked] or [whole.metric().name],
        windows={NOW: reading.query.period} | ({against: compared[against]} if against in compared else {}),
        of=Slice(
            parts=(EVERYBODY, *((dimension, value) for value in most)),
            channel_id=structure.channel_id(reading.query.channel),
            touchpoints=None if places is None else tuple(place.id for place in places),
        ),
        by=["value"],
    )
    table = slice_table(
        asked,
        named_values(dimension, most, structure),
        counted,
        then=against,
        goals=goals,
        minimum=reading.minimum,
        on_target=against == "target",
        hidden=len(known) - len(most),
    )
    # Cut afterwards: what of theirs is too small to show follows from the units they do not see as well.
    return replace(table, rows=tuple(row for row in table.rows if row.value in own), hidden=0) if own else table
