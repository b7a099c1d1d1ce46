"""One question put to the rollups: which answers, in which windows, and what of them may be seen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import isqrt
from typing import Any

from django.utils.translation import gettext as _

from cxplatform.stats import anonymity
from cxplatform.stats.histogram import total
from dashboards.cells import of_group
from dashboards.disclosure import Disclosure, sets_of
from dashboards.levels.baseline import load_baseline
from dashboards.load import COMPANY, EVERYBODY, At, Counted, Histogram, Slice, counts
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

    def of_company(self) -> "Reading":
        """The same question of the whole company: every journey, every channel."""
        return replace(self, query=replace(self.query, journey="", channel=""))

    def divided(
        self, *, metrics: Sequence[str], windows: Mapping[str, Period], of: Slice, by: Sequence[str] = ()
    ) -> Counted:
        """Counts as they are stored, and those of the baseline as one more window. One query, two with a baseline."""
        counted = counts(metrics=metrics, windows=windows, of=of, by=by)
        if self.baseline is None:
            return counted
        then = load_baseline(self.baseline, metrics=metrics, of=of, by=by)
        return replace(counted, histograms={**counted.histograms, **then})

    def disclosure(
        self,
        *,
        metrics: Sequence[str],
        windows: Mapping[str, Period],
        places: Iterable[Place] | None = None,
        values: tuple[str, Sequence[str]] | None = None,
    ) -> Disclosure:
        """What of these may be told at touchpoints and in channels, of the query's segment and the one beside it or of
        `values` (a dimension and its values). With `places` only these are told apart, from the company and from each
        other. One query, two with a baseline."""
        segment, beside = self.query.segment, self.query.beside
        parts = [(each.dimension, each.value) for each in (segment, beside) if each] or [EVERYBODY]
        if values is not None:
            parts = [(values[0], value) for value in values[1]]
        apart = tuple(self.structure.places.values()) if places is None else tuple(places)
        of = Slice(parts=tuple(dict.fromkeys(parts)), touchpoints=(COMPANY, *(place.id for place in apart)))
        by = ("touchpoint_id", "channel_id", "value")
        counted = self.divided(metrics=metrics, windows=windows, of=of, by=by)
        return Disclosure(
            sets=sets_of(self.structure, apart),
            counted=counted,
            minimum=self.minimum,
            channel=self.structure.channel_id(self.query.channel),
            group=self._group,
        )

    def _group(self, window: str) -> tuple[str, str]:
        """Which window is counted, and whose answers: those compared with are of other customers in the same days."""
        group = self.query.beside if window == SEGMENT else self.query.segment
        return NOW if window == SEGMENT else window, group.value if group else ""

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
        baseline, or where a small group may have to be protected."""
        segment = self.query.segment
        first = self.values if self.baseline else _first(self.query, self.values)
        of = Slice(
            parts=(EVERYBODY, *((segment.dimension, value) for value in first)) if segment else (EVERYBODY,),
            channel_id=self.structure.channel_id(self.query.channel),
            touchpoints=None if places is None else tuple(place.id for place in places),
            every_wave=every_wave,
        )
        by = (*by, "value") if segment else tuple(by)
        read = Read(reading=self, counted=self.divided(metrics=metrics, windows=windows, of=of, by=by), first=first)
        others = [value for value in self.values if value not in first]
        if segment is None or not others or not (open_still := _open_still(read, of)):
            return read
        rest = counts(
            metrics=metrics,
            windows=windows,
            of=replace(of, parts=tuple((segment.dimension, value) for value in others)),
            by=by,
            only=open_still,
        )
        return replace(read, counted=Counted(by, {**read.counted.histograms, **rest.histograms}))


@dataclass(frozen=True)
class Read:
    """What was counted, as it may be shown. `first` are the values read everywhere; of the others only what it takes
    to know whether a small one has to be protected."""

    reading: Reading
    counted: Counted
    first: tuple[str, ...] = ()

    def get(self, metric: str, window: str, *by: Any) -> Histogram | None:
        """The histogram of the query's segment; None where showing it would tell on a small group. The window SEGMENT
        is now, of the customers compared with."""
        segment = self.reading.query.segment
        if window == SEGMENT:
            window, segment = NOW, self.reading.query.beside
        if segment is None:
            return self.counted.get(metric, window, *by)
        shown = self.settled(segment.value, metric, window, *by)
        if shown is not None:
            return self.counted.get(metric, window, *by, segment.value) if shown else None
        return of_group(
            {value: self.counted.get(metric, window, *by, value) for value in self.reading.values},
            self.counted.get(metric, window, *by, ""),
            segment.value,
            minimum=self.reading.minimum,
        )

    def settled(self, value: str, metric: str, window: str, *by: Any) -> bool | None:
        """Whether a group's counts may be shown, as far as the values read first tell."""
        if value not in self.first:
            return None
        known = {("group", each): total(self.counted.get(metric, window, *by, each)) for each in self.first}
        return anonymity.settled(known, ("group", value), minimum=self.reading.minimum)

    @cached_property
    def answers(self) -> dict[str, int]:
        """Answers of everybody to each metric in the period."""
        found: dict[str, int] = {}
        for key, histogram in self.counted.histograms.items():
            if key[1] == NOW and (self.reading.query.segment is None or key[-1] == ""):
                found[key[0]] = found.get(key[0], 0) + total(histogram)
        return found

    def without_channel(self) -> "Read":
        """The same counts over all channels."""
        at = self.counted.by.index("channel_id") + 2
        summed: dict[tuple[Any, ...], Histogram] = {}
        for key, histogram in self.counted.histograms.items():
            whole = key[:at] + key[at + 1 :]
            summed[whole] = summed[whole] + histogram if whole in summed else histogram
        by = tuple(name for name in self.counted.by if name != "channel_id")
        return replace(self, counted=Counted(by, summed))

    def measured(self, window: str) -> bool:
        """Whether anything at all was answered in a window."""
        return any(key[1] == window and total(histogram) for key, histogram in self.counted.histograms.items())

    def metric(self) -> Any:
        """The metric that the query's measure means here."""
        return chosen(self.reading.query.metric, self.answers)


def _first(query: Query, values: Sequence[str]) -> tuple[str, ...]:
    """Of a dimension's values, the most answered first, those asked for and a few that come after them: mostly one of
    these is large enough and smaller, and then no other has to be read. As many as the root of all, which is the least
    to read where all are of a size."""
    if query.segment is None:
        return ()
    asked = {query.segment.value, *([query.beside.value] if query.beside else [])}
    if not asked <= set(values):
        return tuple(values)
    few = isqrt(len(values) - len(asked))
    last = max(at for at, value in enumerate(values) if value in asked)
    after = [value for value in values[last + 1 :] if value not in asked]
    before = [value for value in reversed(values[:last]) if value not in asked]
    first = asked | {*(after + before)[:few]}
    return tuple(value for value in values if value in first) if len(values) > len(first) + 1 else tuple(values)


def _open_still(read: "Read", of: Slice) -> list[At]:
    """Where it takes the other values too to know whether the groups asked for may be shown."""
    query, by = read.reading.query, read.counted.by
    asked = [each.value for each in (query.segment, query.beside) if each]
    places = (COMPANY,) if of.touchpoints is None else of.touchpoints
    reads = [(read, by)]
    if "channel_id" in by:  # what is shown of all channels together is settled by itself
        reads.append((whole := read.without_channel(), whole.counted.by))
    found: set[At] = set()
    for one, columns in reads:
        at = columns.index("touchpoint_id") if "touchpoint_id" in columns else None
        for metric, window, *key in {key[:-1] for key in one.counted.histograms if key[-1] in asked}:
            if any(one.settled(value, metric, window, *key) is None for value in asked):
                found |= {(metric, window, place) for place in (places if at is None else (key[at],))}
    return sorted(found)


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
