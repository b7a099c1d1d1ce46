"""What every page below the leadership page settles first: the structure, the metric, and what to compare with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from cxplatform.stats.metrics import Metric
from dashboards.disclosure import Disclosure
from dashboards.goals import Goals, load_goals
from dashboards.load import segment_values
from dashboards.measures import PAGE_METRICS
from dashboards.models import Baseline
from dashboards.periods import Period
from dashboards.query import BASELINE, Against, Query
from dashboards.reading import NOW, SEGMENT, Read, Reading, baseline_of, comparisons, settle
from dashboards.structure import UNIT, Place, Structure, load_structure


@dataclass(frozen=True)
class Asked:
    """`windows` are the period and the one compared with (`then`, None against targets); `whole` is the company."""

    query: Query
    structure: Structure
    goals: Goals
    reading: Reading
    whole: Read
    metric: Metric
    against: Against
    windows: Mapping[str, Period]

    @cached_property
    def disclosure(self) -> Disclosure:
        """What may be told of the metric now and then. One query, two with a baseline."""
        return self.reading.disclosure(metrics=[self.metric.name], windows=self.windows)

    def tells(self, window: str, places: Iterable[Place] | None, *, channel: int | None = None) -> bool:
        """Whether the metric's score over some touchpoints (None = all there is), in the query's channel or another,
        would tell on no small group."""
        return self.disclosure.shows(self.metric.name, window, places, channel=channel)

    @property
    def then(self) -> Period | None:
        """The days compared with; None against targets and other customers."""
        baseline = self.reading.baseline
        return days_of(baseline) if baseline else self.windows.get(self.against)

    @property
    def baseline(self) -> Baseline | None:
        return self.reading.baseline

    @property
    def rival(self) -> str:
        """The name of the customers compared with, "" where the comparison is in time."""
        beside = self.query.beside
        if beside is None:
            return ""
        return self.structure.units.get(beside.value, beside.value) if beside.dimension == UNIT else beside.value

    @property
    def compared(self) -> bool:
        return self.against == SEGMENT

    @property
    def on_target(self) -> bool:
        return self.against == "target"


def days_of(baseline: Baseline) -> Period:
    return Period(baseline.start, baseline.last + timedelta(days=1))


def settle_query(query: Query, *, minimum: int, structure: Structure | None = None) -> Asked:
    """The same answers to the same query as on the leadership page. Raises BadQuery for what is not there.

    A page that has read the structure already gives it.
    """
    structure = structure or load_structure()
    structure.check(query)
    compared = comparisons(query)
    windows = {NOW: query.period, **compared}
    baseline = baseline_of(query, list(Baseline.objects.all())) if query.against == BASELINE else None
    reading = Reading(query, structure, minimum, values_of(query, windows), baseline)
    whole = reading.counts(metrics=PAGE_METRICS, windows=windows)
    against = settle(query, whole)
    return Asked(
        query=query,
        structure=structure,
        goals=load_goals(query.period.last.year),
        reading=reading,
        whole=whole,
        metric=whole.metric(),
        against=against,
        windows={name: window for name, window in windows.items() if name in (NOW, against)},
    )


def values_of(query: Query, windows: Mapping[str, Period]) -> tuple[str, ...]:
    """Every value of the query's dimension that was answered in these windows; none without a segment."""
    if query.segment is None:
        return ()
    known = segment_values(span_of(windows), metrics=PAGE_METRICS)
    return chosen_values(query, known)


def chosen_values(query: Query, known: Mapping[str, Mapping[str, int]]) -> tuple[str, ...]:
    """The values of the query's dimension, those asked for among them whether they were answered or not."""
    if query.segment is None:
        return ()
    asked = [query.segment.value, *([query.beside.value] if query.beside else [])]
    return tuple(dict.fromkeys([*known.get(query.segment.dimension, {}), *asked]))


def span_of(windows: Mapping[str, Period]) -> Period:
    """The period that holds them all."""
    return Period(min(w.start for w in windows.values()), max(w.end for w in windows.values()))
