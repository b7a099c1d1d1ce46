"""The finder of what changes did: each one's place before against after, judged together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from cxplatform.stats.before_after import Effect, control, effect
from cxplatform.stats.change import FEWEST
from cxplatform.stats.histogram import answers
from cxplatform.stats.metrics import Metric, metric
from cxplatform.tenancy.models import Tenant
from dashboards.changes.told import told
from dashboards.insights.finders import Found
from dashboards.load import Counted, Histogram, Slice, counts
from dashboards.measures import PAGE_METRICS
from dashboards.models import JourneyChange
from dashboards.periods import Period, years_before
from dashboards.structure import Place, Structure, load_structure

KIND = "change"
MOST = 30
LONGEST, SHORTEST = 90, 14
"""Days looked at on either side: at most, and before anything is said."""


@dataclass(frozen=True)
class _Tested:
    change: JourneyChange
    days: int
    of: Metric
    now: Histogram
    then: Histogram
    result: Effect


def find(*, tenant: Tenant, today: date) -> Sequence[Found]:
    """The newest changes with what became of the score at their place, verdicts controlled over all of them at 5 %.

    As many days after as before, at most 90; less what the same days a year earlier did, where they were measured.
    A change of fewer than 14 days ago is kept as "early", one with too few answers on a side as "few".
    """
    structure = load_structure()
    newest = list(JourneyChange.objects.filter(day__lte=today).order_by("-day", "-pk")[:MOST])
    tested = [_test(change, structure, today) for change in newest]
    verdicts = iter(control([each.result for each in tested if each]))
    return [
        Found(
            touchpoint_id=change.touchpoint_id,
            stage_id=change.stage_id,
            journey_id=change.journey_id,
            start=change.day - timedelta(days=each.days if each else LONGEST),
            last=min(today, change.day + timedelta(days=(each.days if each else LONGEST) - 1)),
            data={
                "change": change.pk,
                "day": change.day.isoformat(),
                "what": change.what,
                "others": [other.what for other in newest if other is not change and _beside(change, other, structure)],
                **(_figures(each, next(verdicts), tenant.anonymity_minimum) if each else {"state": "early"}),
            },
        )
        for change, each in zip(newest, tested, strict=True)
    ]


def places_of(change: JourneyChange, structure: Structure) -> tuple[Place, ...] | None:
    """The touchpoints in use that a change is of; None = the whole company."""
    if change.touchpoint_id:
        return tuple(place for id, place in structure.places.items() if id == change.touchpoint_id)
    if change.stage_id:
        return next((stage.touchpoints for stage in structure.stages() if stage.id == change.stage_id), ())
    if change.journey_id:
        return next((each.touchpoints for each in structure.journeys if each.id == change.journey_id), ())
    return None


def _test(change: JourneyChange, structure: Structure, today: date) -> _Tested | None:
    days = min(LONGEST, (today - change.day).days + 1)
    if days < SHORTEST:
        return None
    after, before = (
        Period(change.day, change.day + timedelta(days=days)),
        Period(change.day - timedelta(days=days), change.day),
    )
    year = years_before(change.day)
    places = places_of(change, structure)
    read = counts(
        metrics=PAGE_METRICS,
        windows={
            "now": after,
            "then": before,
            "season_now": Period(year, year + timedelta(days=days)),
            "season_then": Period(year - timedelta(days=days), year),
        },
        of=Slice(touchpoints=None if places is None else tuple(place.id for place in places)),
    )
    of = _metric(read)
    now, then, season_now, season_then = (
        read.get(of.name, window) for window in ("now", "then", "season_now", "season_then")
    )
    result = effect(of, after=now, before=then, season_after=season_now, season_before=season_then)
    return _Tested(change, days, of, now, then, result)


def _metric(read: Counted) -> Metric:
    """The metric with the most answers on the side that has fewer; of two alike the one that the page names first."""

    def n(name: str) -> int:
        of = metric(name)
        return min(answers(of, read.get(name, window)) for window in ("now", "then"))

    return metric(max(PAGE_METRICS, key=lambda name: (n(name), -PAGE_METRICS.index(name))))


def _figures(each: _Tested, result: Effect, minimum: int) -> dict[str, Any]:
    least = max(minimum, FEWEST)
    if min(answers(each.of, each.now), answers(each.of, each.then)) < least:
        return {"state": "few", "metric": each.of.name, "days": each.days}
    return {
        "state": "tested",
        "metric": each.of.name,
        "days": each.days,
        "now": told(each.of, each.now),
        "then": told(each.of, each.then),
        "difference": {"value": result.difference, "low": result.low, "high": result.high},
        "season": result.season,
        "verdict": result.verdict,
    }


def _beside(change: JourneyChange, other: JourneyChange, structure: Structure) -> bool:
    """Whether another change fell into the same weeks at the same place: then nobody knows which of them did it."""
    if abs((change.day - other.day).days) > LONGEST:
        return False
    mine, its = places_of(change, structure), places_of(other, structure)
    return mine is None or its is None or bool(set(mine) & set(its))
