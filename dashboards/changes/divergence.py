"""The finder of divergence: the score holds while unhandled complaints, broken promises, silence or failures rise.

A complaint that was heard is welcome and no sign here; one that nobody took in time is, as are a promise that broke,
a customer who answers no more and a contact that nobody took.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from cxplatform.stats.change import FEWEST, benjamini_hochberg, change
from cxplatform.stats.histogram import answers
from cxplatform.stats.metrics import metric
from cxplatform.stats.rates import Rise, rise
from cxplatform.tenancy.models import Tenant
from dashboards.asking.load import asks
from dashboards.changes.courses import most_answered
from dashboards.changes.told import compared
from dashboards.insights.finders import Found
from dashboards.journeys.paths_load import path_counts
from dashboards.load import Histogram, Slice, counts
from dashboards.periods import Period
from dashboards.shares import share_of
from dashboards.structure import Structure, load_structure
from journeys.paths import measures
from promises.models import Rule
from surveys.followups.counts import unhandled

KIND = "divergence"
DAYS = 90
LEAST = 0.02
"""A rise of a share that is worth anybody's time."""
BROKEN, SILENT, FAILED, UNHANDLED = "broken", "silence", "failures", "unhandled"


@dataclass(frozen=True)
class Sign:
    """So many of so many now and then; of a promise `promise` is its name. One of the two places is given."""

    sign: str
    now: tuple[int, int]
    then: tuple[int, int]
    touchpoint_id: int | None = None
    journey_id: int | None = None
    promise: str = ""

    @property
    def rise(self) -> Rise | None:
        if min(self.now[1], self.then[1]) < FEWEST:
            return None
        return rise(min(self.now), self.now[1], min(self.then), self.then[1])


def find(*, tenant: Tenant, today: date) -> Sequence[Found]:
    """Touchpoints and journeys whose score is not clearly worse while a sign of trouble clearly rose, over 90 days
    against the same days a year before or, where these were not measured, the 90 days before. The greatest rise
    first; signs are controlled over all places at 5 %."""
    end = today + timedelta(days=1)
    now = Period(end - timedelta(days=DAYS), end)
    structure = load_structure()
    names = most_answered(Period(now.season().start, end))
    scores = _scores(now, names, structure, max(FEWEST, tenant.anonymity_minimum))
    signs = [
        each
        for window in ("season", "previous")
        for each in _signs(now, window, scores[window], structure, tenant.zone)
    ]
    tested = [(each, each.rise) for each in signs]
    stands = benjamini_hochberg([found.p if found else None for _, found in tested])
    risen = [(each, up) for (each, up), stand in zip(tested, stands, strict=True) if stand and up]
    found = sorted((pair for pair in risen if pair[1].difference >= LEAST), key=lambda pair: -pair[1].difference)
    merged = scores["season"] | scores["previous"]
    return [
        Found(
            touchpoint_id=each.touchpoint_id,
            journey_id=each.journey_id,
            start=now.start,
            last=today,
            data={
                "sign": each.sign,
                "promise": each.promise,
                "share": _share(each.now),
                "share_then": _share(each.then),
                "rise": {"value": 100 * up.difference, "low": 100 * up.low, "high": 100 * up.high},
                **merged[_place(each)],
            },
        )
        for each, up in found
        if min(each.now[1], each.then[1]) >= tenant.anonymity_minimum
    ]


Place = tuple[str, int]


def _place(each: Sign) -> Place:
    return ("touchpoint", each.touchpoint_id) if each.touchpoint_id else ("journey", each.journey_id or 0)


def _share(counted: tuple[int, int]) -> dict[str, Any]:
    found = share_of(*counted)
    return {"value": found.value, "low": found.low, "high": found.high, "n": found.of}


def _scores(
    now: Period, names: Mapping[int, str], structure: Structure, least: int
) -> dict[str, dict[Place, dict[str, Any]]]:
    """Places whose score is steady or up, with its figures, by the window that it is compared with."""
    read = counts(
        metrics=sorted(set(names.values())) or ["nps/0-10"],
        windows={"now": now, "season": now.season(), "previous": now.previous()},
        of=Slice(touchpoints=tuple(structure.places)),
        by=["touchpoint_id"],
    )
    groups: dict[Place, list[int]] = {("touchpoint", id): [id] for id in structure.places}
    groups |= {("journey", each.id): [place.id for place in each.touchpoints] for each in structure.journeys}
    found: dict[str, dict[Place, dict[str, Any]]] = {"season": {}, "previous": {}}
    for place, ids in groups.items():
        asked = [names[id] for id in ids if id in names]
        if not asked:
            continue
        of = metric(max(sorted(set(asked)), key=asked.count))
        keys = [(id,) for id in ids]
        here, season, previous = (read.total(of.name, window, keys) for window in ("now", "season", "previous"))
        window, then = ("season", season) if answers(of, season) >= least else ("previous", previous)
        if min(answers(of, here), answers(of, then)) >= least and _steady(of.name, here, then):
            found[window][place] = compared(of, here, then)
    return found


def _steady(name: str, now: Histogram, then: Histogram) -> bool:
    return change(name, now, then).verdict in ("better", "no_clear_change")


def _signs(
    now: Period, window: str, places: Mapping[Place, Any], structure: Structure, zone: ZoneInfo
) -> Iterator[Sign]:
    if not places:
        return
    then = now.season() if window == "season" else now.previous()
    touchpoints = {id for kind, id in places if kind == "touchpoint"}
    journeys = [id for kind, id in places if kind == "journey"]
    yield from _broken(now, then, touchpoints)
    yield from _unhandled(now, then, touchpoints, zone)
    asked, before = asks(now)["touchpoint"], asks(then)["touchpoint"]
    for value in asked.keys() & before.keys():
        if value.isdigit() and int(value) in touchpoints:
            a, b = asked[value], before[value]
            yield Sign(
                SILENT,
                (a.delivered - a.rated, a.delivered),
                (b.delivered - b.rated, b.delivered),
                touchpoint_id=int(value),
            )
    wanted = [measures.FAILURE, measures.PASSAGES]
    read = path_counts(journey_ids=journeys, windows={"now": (now, wanted), "then": (then, wanted)}, timed=())
    for id in journeys:
        failed, passed = (
            [sum(each.n for each in read.keys(id, measure, window=of).values()) for of in ("now", "then")]
            for measure in wanted
        )
        yield Sign(FAILED, (failed[0], passed[0]), (failed[1], passed[1]), journey_id=id)


def _unhandled(now: Period, then: Period, touchpoints: set[int], zone: ZoneInfo) -> Iterator[Sign]:
    """Complaints whose time for contact ran out before anybody was in touch, of all that were due."""
    here, before = (_complaints(period, zone) for period in (now, then))
    for id in touchpoints & here.keys() & before.keys():
        yield Sign(UNHANDLED, here[id], before[id], touchpoint_id=id)


def _complaints(period: Period, zone: ZoneInfo) -> dict[int, tuple[int, int]]:
    since, until = (datetime.combine(day, time(), zone) for day in (period.start, period.end))
    found: dict[int, tuple[int, int]] = {}
    for (touchpoint, _month), (late, of) in unhandled(since=since, until=until).items():
        known = found.get(touchpoint, (0, 0))
        found[touchpoint] = known[0] + late, known[1] + of
    return found


def _broken(now: Period, then: Period, touchpoints: set[int]) -> Iterator[Sign]:
    rules = dict(Rule.objects.filter(part=Rule.Part.PROMISE).values_list("pk", "promise__name"))
    found: dict[tuple[int, int], dict[bool, tuple[int, int]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT rule_id, value, day >= %(start)s, sum(broken), sum(kept + fallback + broken)
            FROM promises_outcomerollup
            WHERE rule_id = ANY(%(rules)s) AND dimension = 'touchpoint'
                AND (day >= %(start)s AND day < %(end)s OR day >= %(then_start)s AND day < %(then_end)s)
            GROUP BY 1, 2, 3
            """,
            {
                "rules": list(rules),
                "start": now.start,
                "end": now.end,
                "then_start": then.start,
                "then_end": then.end,
            },
        )
        for rule, value, is_now, broken, judged in cursor.fetchall():
            if value.isdigit() and int(value) in touchpoints:
                found.setdefault((rule, int(value)), {})[is_now] = (int(broken), int(judged))
    for (rule, touchpoint), counted in found.items():
        if True in counted and False in counted:
            yield Sign(BROKEN, counted[True], counted[False], touchpoint_id=touchpoint, promise=rules[rule])
