"""One question put to the rollups: which answers, in which windows, and what of them may be seen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from cxplatform.stats.histogram import total
from dashboards.cells import of_group
from dashboards.levels.baseline import load_baseline
from dashboards.load import EVERYBODY, Counted, Histogram, Slice, counts
from dashboards.measures import chosen
from dashboards.models import Baseline
from dashboards.periods import Period
from dashboards.query import BASELINE, Against, BadQuery, Query
from dashboards.structure import Place, Structure

NOW = "now"
SEGMENT: Against = "segment"  # not a window: the same days of the customers compared with


@dataclass(frozen=True)
class Reading:
    """`values` are the values of the query's dimension: all are read, so that a small one can be protected."""

    query: Query
    structure: Structure
    minimum: int
    values: tuple[str, ...] = ()
    baseline: Baseline | None = None

    def divided(
        self, *, metrics: Sequence[str], windows: Mapping[str, Period], of: Slice, by: Sequence[str] = ()
    ) -> Counted:
        """Counts as they are stored, and those of the baseline as one more window. One query, two with a baseline."""
        counted = counts(metrics=metrics, windows=windows, of=of, by=by)
        if self.baseline is None:
            return counted
        then = load_baseline(self.baseline, metrics=metrics, of=of, by=by)
        return replace(counted, histograms={**counted.histograms, **then})

    def counts(
        self,
        *,
        metrics: Sequence[str],
        windows: Mapping[str, Period],
        places: Iterable[Place] | None = None,
        by: Sequence[str] = (),
        every_wave: bool = False,
    ) -> "Read":
        """Counts of the query's channel and segment; `places` None is the whole company. One query, two with a
        baseline."""
        segment = self.query.segment
        parts = ((segment.dimension, value) for value in self.values) if segment else ()
        return Read(
            reading=self,
            counted=self.divided(
                metrics=metrics,
                windows=windows,
                of=Slice(
                    parts=(EVERYBODY, *parts),
                    channel_id=self.structure.channel_id(self.query.channel),
                    touchpoints=None if places is None else tuple(place.id for place in places),
                    every_wave=every_wave,
                ),
                by=(*by, "value") if segment else by,
            ),
        )


@dataclass(frozen=True)
class Read:
    """What was counted, as it may be shown."""

    reading: Reading
    counted: Counted

    def get(self, metric: str, window: str, *by: Any) -> Histogram | None:
        """The histogram of the query's segment; None where showing it would tell on a small group. The window SEGMENT
        is now, of the customers compared with."""
        segment = self.reading.query.segment
        if window == SEGMENT:
            window, segment = NOW, self.reading.query.beside
        if segment is None:
            return self.counted.get(metric, window, *by)
        return of_group(
            {value: self.counted.get(metric, window, *by, value) for value in self.reading.values},
            self.counted.get(metric, window, *by, ""),
            segment.value,
            minimum=self.reading.minimum,
        )

    @cached_property
    def answers(self) -> dict[str, int]:
        """Answers of everybody to each metric in the period."""
        found: dict[str, int] = {}
        for key, histogram in self.counted.histograms.items():
            if key[1] == NOW and (self.reading.query.segment is None or key[-1] == ""):
                found[key[0]] = found.get(key[0], 0) + total(histogram)
        return found

    def measured(self, window: str) -> bool:
        """Whether anything at all was answered in a window."""
        return any(key[1] == window and total(histogram) for key, histogram in self.counted.histograms.items())

    def metric(self) -> Any:
        """The metric that the query's measure means here."""
        return chosen(self.reading.query.metric, self.answers)


def comparisons(query: Query) -> dict[str, Period]:
    """The periods that may have to be read to compare with, by name."""
    if query.against in ("target", BASELINE) or query.beside:
        return {}
    both = {"season": query.period.season(), "previous": query.period.previous()}
    return {query.against: both[query.against]} if query.against else both


def baseline_of(query: Query, baselines: Sequence[Baseline]) -> Baseline | None:
    """The baseline to compare with, the newest where none is named; None without one in the question. Raises
    BadQuery for one that is not there."""
    if query.against != BASELINE or query.beside:
        return None
    if not baselines:
        raise BadQuery("against", _("There is no baseline yet. Freeze one on the page of index and levels."))
    found = next((one for one in baselines if query.baseline in ("", one.slug)), None)
    if found is None:
        raise BadQuery("against", _("There is no such baseline. Choose another."))
    return found


def settle(query: Query, read: Read) -> Against:
    """What the page compares with: the other customers, else as asked, else the same season where anything was
    measured, else before."""
    if query.beside:
        return SEGMENT
    return query.against or ("season" if read.measured("season") else "previous")
