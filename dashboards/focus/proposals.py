"""The finder of focus: touchpoints worth attending to, ranked, each with the reasons that put it there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from cxplatform.stats.metrics import Metric, metric
from cxplatform.tenancy.models import Tenant
from dashboards.asked import Asked, settle_query
from dashboards.cells import Cell, Pair, cells
from dashboards.disclosure import Disclosure
from dashboards.focus import drivers, reach
from dashboards.focus.words_at import words_at
from dashboards.gaps import finder as gaps
from dashboards.gaps.expected import EXPECTATION
from dashboards.insights.finders import Finder, Found
from dashboards.insights.read import Findings, findings
from dashboards.load import Histogram
from dashboards.models import CustomerWorth, FocusTheme, Insight
from dashboards.query import DEFAULT_PERIOD, Query, named_period
from dashboards.reading import NOW, Read
from dashboards.structure import Place
from journeys.keepers import Erasing
from surveys.models import Topic

KIND = "focus"
READ = (gaps.KIND, drivers.KIND, reach.KIND)
MOST = 8
LEAST_IMPORTANCE = 0.25
"""Of the mean importance: what hardly matters may still be mended, but does not rank for nothing."""


@dataclass(eq=False)
class Case:
    """What speaks for one touchpoint. `need` is the share of the scale by which it falls short, the most of what its
    reasons say; `pull` = need x importance x share of customers."""

    place: Place
    need: float = 0.0
    importance: float = 1.0
    customers: int | None = None
    reached: float = 1.0
    score: float | None = None
    reasons: list[dict[str, Any]] = field(default_factory=list)

    @property
    def pull(self) -> float:
        return self.need * self.importance * self.reached


def find(*, tenant: Tenant, today: date) -> list[Found]:
    """The touchpoints with a clear reason, by pull. A fixed number of queries and one for each touchpoint proposed."""
    query = Query(period=named_period(DEFAULT_PERIOD, today=today))
    asked = settle_query(query, minimum=tenant.anonymity_minimum)
    found = findings(READ)
    cases = {place.id: Case(place) for place in asked.structure.places.values()}
    if not cases:
        return []
    _scores(cases, asked)
    _blind_spots(cases, found)
    _importance(cases, found)
    _customers(cases, found, tenant.anonymity_minimum)
    ranked = sorted((case for case in cases.values() if case.need > 0), key=lambda case: (-case.pull, case.place.id))
    topics = list(Topic.objects.in_use())
    # What is chosen already is told of too, also when nothing speaks for it any more.
    chosen = set(FocusTheme.objects.filter(ended_on=None).values_list("touchpoint_id", flat=True))
    shown = ranked[:MOST] + [case for case in cases.values() if case.place.id in chosen and case not in ranked[:MOST]]
    for case in shown:
        said = words_at(
            case.place.id, period=query.period, zone=tenant.zone, minimum=tenant.anonymity_minimum, topics=topics
        )
        if said:
            topic = {"name": said.topic.name, "names": said.topic.names} if said.topic else None
            case.reasons.append(
                {"kind": "words", "topic": topic, "about": said.about, "texts": said.texts, "quote": said.quote}
            )
    return [
        Found(
            data={
                "need": case.need,
                "importance": case.importance,
                "pull": case.pull,
                "metric": asked.metric.name,
                "score": case.score,
                "against": asked.against,
                "reasons": case.reasons,
            },
            start=query.period.start,
            last=query.period.last,
            touchpoint_id=case.place.id,
        )
        for case in shown
    ]


def _scores(cases: Mapping[int, Case], asked: Asked) -> None:
    """Short of target, fallen, and below expectation: each only where it is clear among all touchpoints."""
    of, places = asked.metric, [case.place for case in cases.values()]
    asked_of = dict.fromkeys([of.name, EXPECTATION])
    read = asked.reading.counts(metrics=list(asked_of), windows=asked.windows, places=places, by=["touchpoint_id"])
    seen = asked.reading.disclosure(metrics=list(asked_of), windows=asked.windows)
    pairs = _pairs(read, of, places, asked, seen)
    minimum = asked.reading.minimum
    for case, cell in zip(cases.values(), cells(of, pairs, minimum=minimum, on_target=True), strict=True):
        case.score = cell.score.value if cell.score else None
        if cell.verdict == "worse" and cell.target is not None:
            _add(case, of, "target", cell, abs(cell.target - (cell.shown.value or 0.0)), target=cell.target)
    for case, cell in zip(cases.values(), cells(of, pairs, minimum=minimum), strict=True):
        if cell.verdict == "worse" and cell.change and cell.change.difference is not None:
            change = cell.change
            _add(case, of, "fall", cell, abs(change.difference or 0.0), change=change.difference,
                 change_low=change.low, change_high=change.high)  # fmt: skip
    expectation = metric(EXPECTATION)
    found = cells(expectation, _pairs(read, expectation, places, asked, seen), minimum=minimum)
    whole = asked.reading.counts(metrics=[EXPECTATION], windows={NOW: asked.query.period})
    company = cells(expectation, [Pair(whole.get(EXPECTATION, NOW), None)], minimum=minimum)[0]
    for case, cell in zip(cases.values(), found, strict=True):
        usual = company.score.value if company.score else None
        if cell.score and usual is not None and cell.score.low is not None and cell.score.low > usual:
            _add(case, expectation, "expectation", cell, (cell.score.value or 0.0) - usual, usual=usual)


def _pairs(read: Read, of: Metric, places: Sequence[Place], asked: Asked, seen: Disclosure) -> list[Pair]:
    def told(window: str, place: Place) -> Histogram | None:
        return read.get(of.name, window, place.id) if seen.shows(of.name, window, [place]) else None

    return [
        Pair(told(NOW, place), told(asked.against, place), asked.goals.touchpoint(of, place.id)) for place in places
    ]


def _add(case: Case, of: Metric, kind: str, cell: Cell, amount: float, **figures: Any) -> None:
    least, greatest = of.limits
    score = cell.shown
    case.need = max(case.need, amount / (greatest - least))
    case.reasons.append(
        {"kind": kind, "metric": of.name, "value": score.value, "low": score.low, "high": score.high, "n": score.n}
        | figures
    )


def _blind_spots(cases: Mapping[int, Case], found: Findings) -> None:
    for each in found[gaps.KIND]:
        data, case = each.data, cases.get(each.touchpoint_id or 0)
        if case and data["aspect"] == gaps.SCORE and data["kind"] == "blind_spot":
            # A problem that nobody in the house sees is a reason by itself, at half its width: it is of what staff
            # believe, not of what customers miss.
            case.need = max(case.need, data["gap"] / 200)
            names = ("metric", "gap", "low", "high", "staff", "customers", "n_staff", "n_customers")
            case.reasons.append({"kind": "blind_spot", **{name: data[name] for name in names}})


def _importance(cases: Mapping[int, Case], found: Findings) -> None:
    """Beside the mean of all: by what the overall score goes with, else by what customers state."""
    across = next((each.data for each in found[drivers.KIND] if each.data["analysis"] == drivers.TOUCHPOINTS), None)
    if across and across["drivers"]:
        mean = across["r2"] / len(across["drivers"])
        for each in across["drivers"]:
            if case := cases.get(each["touchpoint"]):
                case.importance = max(LEAST_IMPORTANCE, each["importance"] / mean)
                names = ("share", "slope", "slope_low", "slope_high", "moment", "n")
                case.reasons.append({"kind": "importance", **{name: each.get(name) for name in names}})
        return
    stated = {
        each.touchpoint_id: each.data["importance"]
        for each in found[gaps.KIND]
        if each.touchpoint_id and each.data.get("importance")
    }
    for place, importance in stated.items():
        if case := cases.get(place):
            case.importance = max(LEAST_IMPORTANCE, importance / (sum(stated.values()) / len(stated)))
            case.reasons.append({"kind": "stated", "value": 100 * importance})


def _customers(cases: Mapping[int, Case], found: Findings, minimum: int) -> None:
    reached, about = reach.reach_of(found)
    worth = CustomerWorth.objects.first()
    most = max(reached.values(), default=0)
    for place, case in cases.items():
        case.reached = (reached.get(place, 0) / most) if most else 1.0
        if reached.get(place, 0) < minimum:
            continue
        reason: dict[str, Any] = {"kind": "customers", "n": reached[place], "about": about}
        if worth:
            reason |= {
                "money": float(worth.amount) * reached[place],
                "currency": worth.currency,
                "source": worth.source,
                "known_on": worth.known_on.isoformat(),
            }
        case.reasons.append(reason)


def without_words(reason: Mapping[str, Any]) -> dict[str, Any]:
    """A reason's figures alone: a customer's words are not kept with a theme, as they go when the customer does."""
    return {name: value for name, value in reason.items() if name != "quote"}


def forget_quotes(erasing: Erasing) -> None:
    """When a person is erased, no customer's words stay with the proposals: the next look finds those of others."""
    for found in Insight.objects.filter(kind=KIND):
        found.data["reasons"] = [without_words(reason) for reason in found.data["reasons"]]
        found.save(update_fields=["data"])


FINDER = Finder(KIND, find, every=timedelta(hours=1))
