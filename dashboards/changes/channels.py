"""The finder of channels that do not give one and the same experience where the company offers the same thing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from cxplatform.stats.change import benjamini_hochberg
from cxplatform.stats.consistency import Consistency, Standing, consistency
from cxplatform.stats.metrics import Metric, metric
from cxplatform.stats.moments import moments
from cxplatform.stats.sums import Sums
from cxplatform.tenancy.models import Tenant
from dashboards.cells import shown_groups
from dashboards.changes.courses import most_answered
from dashboards.changes.told import told
from dashboards.insights.finders import Found
from dashboards.load import Counted, Histogram, Slice, counts
from dashboards.periods import Period
from dashboards.structure import Structure, load_structure
from journeys.models import Stage

KIND = "inconsistency"
DAYS = 365
ALTERNATIVES = (Stage.Flow.FREE, Stage.Flow.CHOICE)
"""Flows of stages whose touchpoints are ways of doing one thing; in the others each does a thing of its own."""


@dataclass(frozen=True)
class Compared:
    """A stage, or a touchpoint that is met over several channels; `groups` are its answers by channel."""

    touchpoints: frozenset[int]
    of: Metric
    groups: Mapping[int, Histogram]
    stage_id: int | None = None
    touchpoint_id: int | None = None

    @property
    def result(self) -> Consistency:
        return consistency({str(id): _sums(self.of, histogram) for id, histogram in self.groups.items()})


def find(*, tenant: Tenant, today: date) -> Sequence[Found]:
    """Stages and touchpoints whose channels differ beyond chance (Welch, controlled over all of them at 5 %), those
    whose channels lie furthest apart first; the channels that stand out are named."""
    end = today + timedelta(days=1)
    period = Period(end - timedelta(days=DAYS), end)
    structure = load_structure()
    names = most_answered(period)
    read = _read(period, names, structure)
    tested = [(each, each.result) for each in _compared(structure, names, read, tenant.anonymity_minimum)]
    stands = benjamini_hochberg([result.p for _, result in tested])
    found = [
        (each, result)
        for (each, result), stand in zip(tested, stands, strict=True)
        if stand and result.tau > 0 and result.named
    ]
    found.sort(key=lambda pair: (-pair[1].tau, pair[0].stage_id or 0, pair[0].touchpoint_id or 0))
    return [
        Found(
            stage_id=each.stage_id,
            touchpoint_id=each.touchpoint_id,
            start=period.start,
            last=today,
            data={
                "metric": each.of.name,
                "tau": result.tau,
                "p": result.p,
                "touchpoints": sorted(each.touchpoints),
                "channels": [_channel(each, standing) for standing in result.standings],
            },
        )
        for each, result in found
    ]


def _channel(each: Compared, standing: Standing) -> dict[str, object]:
    return {
        "channel": int(standing.key),
        "difference": standing.difference,
        "clear": standing.clear,
        **told(each.of, each.groups[int(standing.key)]),
    }


def _read(period: Period, names: Mapping[int, str], structure: Structure) -> Counted:
    return counts(
        metrics=sorted(set(names.values())) or ["nps/0-10"],
        windows={"now": period},
        of=Slice(touchpoints=tuple(id for id in structure.places if id in names)),
        by=["touchpoint_id", "channel_id"],
    )


def _compared(structure: Structure, names: Mapping[int, str], read: Counted, minimum: int) -> Iterable[Compared]:
    flows = dict(Stage.objects.in_use().values_list("pk", "flow"))
    rows = _by_place(read)
    seen: list[frozenset[int]] = []
    stages = sorted(structure.stages(), key=lambda stage: (-len(stage.touchpoints), stage.id))
    for stage in stages:
        places = frozenset(place.id for place in stage.touchpoints)
        # A stage that journeys share is one place to mend, not four.
        if flows.get(stage.id) not in ALTERNATIVES or any(places <= other for other in seen):
            continue
        mine = [row for place in places for row in rows.get(place, ())]
        of = _metric(mine)
        if of and (each := _groups(mine, of, structure, minimum)):
            seen.append(places)
            yield Compared(places, of, each, stage_id=stage.id)
    within = frozenset[int]().union(*seen)
    for id in structure.places:
        mine = rows.get(id, [])
        of = _metric(mine)
        if of is None or id in within:
            continue
        if each := _groups(mine, of, structure, minimum):
            yield Compared(frozenset([id]), of, each, touchpoint_id=id)


Row = tuple[str, int, Histogram]


def _by_place(read: Counted) -> Mapping[int, list[Row]]:
    """(metric, channel, counts) by touchpoint: gone through once, as there may be ten thousand of them."""
    found: dict[int, list[Row]] = {}
    for (name, _, place, channel), histogram in read.histograms.items():
        found.setdefault(place, []).append((name, channel, histogram))
    return found


def _metric(rows: Sequence[Row]) -> Metric | None:
    """The metric with the most answers in these places."""
    n: dict[str, int] = {}
    for name, _, histogram in rows:
        n[name] = n.get(name, 0) + int(histogram.sum())
    return metric(max(sorted(n), key=lambda name: n[name])) if n else None


def _groups(rows: Sequence[Row], of: Metric, structure: Structure, minimum: int) -> dict[int, Histogram]:
    """Answers by channel in use, none where there are not two that may be shown. Those of other channels, and of none,
    are groups too: what the shown leave of the place's own total must not tell on them."""
    groups: dict[int, Histogram] = {}
    for name, channel, histogram in rows:
        if name == of.name:
            groups[channel] = groups.get(channel, np.zeros(of.bins, dtype=np.int64)) + histogram
    shown = shown_groups(groups, minimum=minimum)
    in_use = {channel: histogram for channel, histogram in shown.items() if channel in structure.channels}
    return in_use if len(in_use) > 1 else {}


def _sums(of: Metric, histogram: Histogram) -> Sums:
    found = moments(of.normal, np.array([histogram]))
    n, mean = int(found.n[0]), float(found.mean[0])
    if n < 2:
        return Sums()
    return Sums(n, n * mean, float(found.variance[0]) * (n - 1) + n * mean**2)
