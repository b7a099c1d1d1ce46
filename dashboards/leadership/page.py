"""The leadership page as one value: asked by a query, read from counts, shaped for people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from cxplatform.pipeline.models import Pulse
from cxplatform.stats.metrics import Metric
from cxplatform.tenancy.models import Tenant
from dashboards.asked import Asked, chosen_values, span_of
from dashboards.cells import Pair, part_of
from dashboards.goals import load_goals
from dashboards.insights.read import findings, looked_for
from dashboards.leadership import signals, voices
from dashboards.leadership.coverage import Coverage, coverage
from dashboards.leadership.heatmap import Heatmap
from dashboards.leadership.panel import Scene, Shown, Where
from dashboards.leadership.panels import KINDS, panels
from dashboards.leadership.place_rows import PlaceTable
from dashboards.leadership.segments import SegmentGroup, named_values, segment_groups
from dashboards.leadership.sentence import Phrase, sentence
from dashboards.leadership.shapes import Drawn, by_place, by_stage, by_value
from dashboards.leadership.slices import SliceTable
from dashboards.leadership.tiles import Series, Tile, tiles, with_ages, worth_showing
from dashboards.load import COMPANY, Histogram, newest_answers, segment_values
from dashboards.measures import MEASURES, PAGE_METRICS, OtherMetric, measure_of, other_metrics
from dashboards.models import Baseline
from dashboards.periods import Period, months_until, next_month
from dashboards.query import DEFAULT_VIEW, PLACES, Against, Query
from dashboards.reading import NOW, SEGMENT, Reading, baseline_of, comparisons, settle
from dashboards.structure import Place, Structure, load_structure
from promises import compliance, counted

MONTHS = 12


@dataclass(frozen=True)
class Page:
    """`then` is the period compared with, None against targets. `version` and `changed_at` are the pulse's. `scene` is
    what the panels were made from: their sheets are made from it too."""

    query: Query
    structure: Structure
    against: Against
    then: Period | None
    baseline: Baseline | None
    baselines: tuple[Baseline, ...]
    metric: Metric
    tiles: tuple[Tile, ...]
    heatmap: Heatmap | None
    places: PlaceTable | None
    table: SliceTable | None
    coverage: Coverage
    promises: compliance.Board
    sentence: tuple[Phrase, ...]
    scene: Scene
    panels: tuple[Shown, ...]
    segments: Mapping[str, SegmentGroup]
    more: tuple[OtherMetric, ...]
    version: int
    changed_at: datetime | None
    empty: bool
    ahead: bool

    @property
    def lacking(self) -> str:
        """What to do about a page on which nothing was answered, "" of any other."""
        if self.empty or any(tile.cell.state != "empty" for tile in self.tiles):
            return ""
        if self.ahead:
            return _("These days have not come yet, so nobody has answered. Choose days up to today.")
        if self.query.segment:
            return _("Nobody in “%(group)s” answered in these days. Choose other customers or a longer period.") % {
                "group": dict(named_values(self.query.segment.dimension, [self.query.segment.value], self.structure))[
                    self.query.segment.value
                ]
            }
        return _("Nobody answered in these days. Choose a longer period.")

    @property
    def on_target(self) -> bool:
        return self.against == "target"

    @property
    def compared(self) -> bool:
        """Whether figures stand against those of other customers in the same days."""
        return self.against == SEGMENT

    def strips(self) -> list[Shown]:
        """Panels across the page, under the tiles."""
        return self._where("strip")

    def leads(self) -> list[Shown]:
        """Panels before the promises."""
        return self._where("lead")

    def unders(self) -> list[Shown]:
        """Panels under the promises."""
        return self._where("under")

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
        """The dimension of the view, "" by stage and by touchpoint."""
        return self.structure.dimensions.get(self.query.view, "")

    @property
    def rivals(self) -> list[tuple[str, str]]:
        """Groups with which the one chosen, or all of the view, may be compared: (address, name)."""
        segment = self.query.segment
        dimension = self.query.view if not self.query.of_places else segment.dimension if segment else ""
        group = self.segments.get(dimension)
        chosen = str(segment) if segment and self.query.of_places else ""
        return [option for option in group.options if option[0] != chosen] if group else []

    @property
    def rival(self) -> str:
        """The name of the group compared with, "" where the comparison is in time."""
        if self.query.compare is None:
            return ""
        return dict(self.rivals).get(str(self.query.compare), self.query.compare.value)


def load_page(*, query: Query, today: date, tenant: Tenant) -> Page:
    """Everything on the leadership page, in a fixed number of queries. Raises BadQuery for what is not there."""
    # Before the counts: a page may then be newer than the version it carries, never older.
    pulse = Pulse.objects.first()
    minimum = tenant.anonymity_minimum
    structure = load_structure()
    structure.check(query)
    months = {month.isoformat(): Period(month, next_month(month)) for month in months_until(today, MONTHS)}
    compared = comparisons(query)
    windows = {NOW: query.period, **compared, **months}
    journey = structure.journey(query.journey)
    places = journey.touchpoints if journey else None
    newest = newest_answers(
        list(structure.places),
        aged=PAGE_METRICS,
        within=[COMPANY] if places is None else [each.id for each in places],
        since=query.period.start,
    )
    # What was never answered is not looked for: each metric is as many ranges of the index as there are windows.
    metrics = [name for name in PAGE_METRICS if name in newest.answered] or PAGE_METRICS[:1]
    values = segment_values(span_of(windows), metrics=metrics)
    baselines = tuple(Baseline.objects.all())
    reading = Reading(query, structure, minimum, chosen_values(query, values), baseline_of(query, baselines))
    whole = reading.counts(metrics=metrics, windows=windows, places=places)
    against = settle(query, whole)
    asked = Asked(
        query=query,
        structure=structure,
        goals=load_goals(query.period.last.year),
        reading=reading,
        whole=whole,
        metric=whole.metric(),
        against=against,
        windows={name: window for name, window in windows.items() if name in (NOW, against)},
    )
    shown = tiles(_series(asked, months, places), minimum=minimum, on_target=asked.on_target, compared=asked.compared)
    found = findings((signals.KIND, voices.KIND, *KINDS))
    shown = list(voices.with_customers(shown, found, query=query, minimum=minimum))
    shown = list(with_ages(shown, newest.by_metric, query=query, today=today))
    own = next((tile.cell.score for tile in shown if tile.metric is asked.metric), None)
    drawn = Drawn(
        asked=asked,
        journeys=(journey,) if journey else structure.journeys,
        places=places,
        centre=own.value if own else None,
        known=values,
        last=newest.days,
        today=today,
        signals=signals.read_signals(found, asked.metric, query),
    )
    heat = by_stage(drawn) if query.view == DEFAULT_VIEW else None
    promises = compliance.board(query=_of_promises(query, structure), tenant=tenant)
    covered = coverage(places if places is not None else structure.places.values(), newest.days, today=today)
    scene = Scene(
        query=query,
        today=today,
        tenant=tenant,
        structure=structure,
        goals=asked.goals,
        tiles=tuple(shown),
        heatmap=heat,
        promises=promises,
        findings=found,
        looked=looked_for(),
        coverage=covered,
    )
    return Page(
        query=query,
        structure=structure,
        against=against,
        then=asked.then,
        baseline=reading.baseline,
        baselines=baselines,
        metric=asked.metric,
        tiles=tuple(shown),
        heatmap=heat,
        places=by_place(drawn) if query.view == PLACES else None,
        table=None if query.of_places else by_value(drawn),
        coverage=covered,
        promises=promises,
        sentence=sentence(
            tiles=shown,
            heatmap=heat,
            promises=promises,
            coverage=covered,
            on_target=asked.on_target,
            groups=_groups(query, structure),
        ),
        scene=scene,
        panels=panels(scene),
        segments=segment_groups(query, structure, values, minimum=minimum),
        more=other_metrics(newest.metrics),
        version=pulse.version if pulse else 0,
        changed_at=pulse.changed_at if pulse else None,
        empty=not any(whole.answers.values()) and not newest.days,
        ahead=query.period.start > today,
    )


def _groups(query: Query, structure: Structure) -> tuple[str, str] | None:
    """The names of the two groups compared."""
    if not (query.segment and query.beside):
        return None
    names = dict(named_values(query.segment.dimension, [query.segment.value, query.beside.value], structure))
    return names[query.segment.value], names[query.beside.value]


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


def _series(asked: Asked, months: Mapping[str, Period], places: Sequence[Place] | None) -> list[Series]:
    whole = asked.whole
    # The company's own score is what is told first; of a part of it the other metrics are weighed with the rest.
    part = places is not None or bool(asked.query.channel)
    metrics = [name for name, n in whole.answers.items() if n] or [asked.metric.name]
    seen = asked.reading.disclosure(metrics=metrics, windows=asked.windows, places=places or ()) if part else None
    company = asked.reading.of_company().counts(metrics=metrics, windows=months) if part else whole

    def told(of: Metric, window: str) -> Histogram | None:
        return whole.get(of.name, window) if not seen or seen.shows(of.name, window, places) else None

    def of_month(of: Metric, month: str) -> Histogram | None:
        mine, all_there_is = whole.get(of.name, month), company.get(of.name, month)
        return part_of(all_there_is, mine, minimum=asked.reading.minimum)

    series = []
    for measure in MEASURES.values():
        of = measure.metric(whole.answers)
        if worth_showing(measure.key, whole.answers.get(of.name, 0)):
            series.append(
                Series(
                    measure=measure,
                    metric=of,
                    pair=Pair(told(of, NOW), told(of, asked.against), asked.goals.company(of)),
                    months={date.fromisoformat(month): of_month(of, month) for month in months},
                )
            )
    return series
