"""The page of focus: the themes chosen, what is proposed and why, and what the overall score goes with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cxplatform.stats.metrics import Metric, metric
from dashboards.focus import drivers, proposals
from dashboards.focus.reasons import topic_name, worded
from dashboards.focus.themes import SLOTS, open_themes
from dashboards.insights.read import findings
from dashboards.models import CustomerWorth, FocusTheme, Insight
from dashboards.structure import Place, Structure, load_structure
from surveys.models import Survey
from surveys.questionnaire.questions import QUESTION_TYPES

KINDS = (proposals.KIND, drivers.KIND)
PAST = 10


@dataclass(frozen=True)
class Why:
    """What speaks for a touchpoint now: reasons in words, what its customers write about and one of them. `reach` is
    the reason that tells how many customers and how much money it touches, "" where that is not known."""

    reasons: tuple[str, ...] = ()
    reach: str = ""
    topic: str = ""
    quote: str = ""


@dataclass(frozen=True)
class Theme:
    theme: FocusTheme
    why: Why
    late: bool


@dataclass(frozen=True)
class Proposal:
    """A touchpoint proposed, the strongest first. `score` is its own in `metric`."""

    place: Place
    why: Why
    metric: Metric
    score: float | None


@dataclass(frozen=True)
class Point:
    """One driver: `share` of what is explained (per cent, with its interval), `mean` performance on 0-100. `quadrant`
    is where it lies beside the others' means: "fix", "keep", "low" or "overkill" (Martilla & James 1977)."""

    name: str
    slug: str
    share: float
    low: float
    high: float
    slope: float
    slope_low: float | None
    slope_high: float | None
    mean: float
    mean_low: float | None
    mean_high: float | None
    mean_n: int
    n: int
    stated: float | None
    moment: bool
    quadrant: str


@dataclass(frozen=True)
class Analysis:
    """What an overall score goes with. `points` by importance; empty where nothing can be said, `why` then tells.
    `centre` is the mean importance and the mean performance of the points."""

    name: str
    overall: Metric | None
    r2: float | None
    n: int
    why: str
    points: tuple[Point, ...]
    centre: tuple[float, float]

    @property
    def moments(self) -> tuple[Point, ...]:
        return tuple(point for point in self.points if point.moment)


@dataclass(frozen=True)
class FocusPage:
    """`room` is whether another theme may be chosen. `start` ... `last` are the days the proposal looked at."""

    themes: tuple[Theme, ...]
    proposals: tuple[Proposal, ...]
    touchpoints: Analysis | None
    surveys: tuple[Analysis, ...]
    past: tuple[FocusTheme, ...]
    worth: CustomerWorth | None
    start: date | None
    last: date | None

    @property
    def room(self) -> bool:
        return len(self.themes) < len(SLOTS)


def load_focus(*, today: date) -> FocusPage:
    """The page in twelve queries."""
    structure = load_structure()
    found = findings(KINDS)
    chosen = open_themes()
    taken = {theme.touchpoint_id for theme in chosen}
    names = dict(Survey.objects.values_list("pk", "name"))
    rows = found[proposals.KIND]
    analyses = [(each.data["analysis"], _analysis(each.data, structure, names)) for each in found[drivers.KIND]]
    return FocusPage(
        themes=tuple(themes_of(chosen, rows, today=today)),
        proposals=tuple(
            Proposal(
                place=structure.places[each.touchpoint_id],
                why=why_of(each.data["reasons"]),
                metric=metric(each.data["metric"]),
                score=each.data["score"],
            )
            for each in proposed(rows, structure)
            if each.touchpoint_id and each.touchpoint_id not in taken
        ),
        touchpoints=next((each for of, each in analyses if of == drivers.TOUCHPOINTS), None),
        surveys=tuple(each for of, each in analyses if of == drivers.SURVEY),
        past=tuple(
            FocusTheme.objects.exclude(ended_on=None).select_related("touchpoint", "owner").order_by("-ended_on")[:PAST]
        ),
        worth=CustomerWorth.objects.first(),
        start=rows[0].start if rows else None,
        last=rows[0].last if rows else None,
    )


def proposed(rows: Sequence[Insight], structure: Structure) -> list[Insight]:
    """The findings that are proposals: of touchpoints in use for which something speaks."""
    return [each for each in rows if each.data["need"] > 0 and each.touchpoint_id in structure.places]


def themes_of(chosen: Sequence[FocusTheme], rows: Sequence[Insight], *, today: date) -> list[Theme]:
    """Open themes with what speaks for their touchpoints now."""
    by_place = {each.touchpoint_id: each.data["reasons"] for each in rows}
    return [
        Theme(theme, why_of(by_place.get(theme.touchpoint_id, theme.reasons)), late=theme.due_on < today)
        for theme in chosen
    ]


def why_of(reasons: Sequence[Mapping[str, Any]]) -> Why:
    """Reasons in words, the customers' own apart."""
    texts = next((reason for reason in reasons if reason["kind"] == "words"), None)
    return Why(
        reasons=tuple(worded(reason) for reason in reasons),
        reach=next((worded(reason) for reason in reasons if reason["kind"] == "customers"), ""),
        topic=topic_name(texts["topic"]) if texts else "",
        quote=texts.get("quote", "") if texts else "",
    )


def _analysis(data: Mapping[str, Any], structure: Structure, names: Mapping[int, str]) -> Analysis:
    rows = [each for each in data["drivers"] if _named(each, structure)]
    count = max(len(rows), 1)
    centre = sum(each["share"] for each in rows) / count, sum(each["mean"] for each in rows) / count
    return Analysis(
        name=names.get(data.get("survey") or 0, ""),
        overall=metric(data["overall"]) if data.get("overall") else None,
        r2=data.get("r2"),
        n=data.get("n", 0),
        why=data["why"],
        points=tuple(_point(each, structure, centre) for each in rows),
        centre=centre,
    )


def _named(each: Mapping[str, Any], structure: Structure) -> bool:
    return "metric" in each or each["touchpoint"] in structure.places


def _point(each: Mapping[str, Any], structure: Structure, centre: tuple[float, float]) -> Point:
    place = structure.places.get(each.get("touchpoint", 0))
    scale = each["share"] / each["importance"] if each["importance"] else 0.0
    important, well = each["share"] >= centre[0], each["mean"] >= centre[1]
    same = ("slope", "mean", "mean_low", "mean_high", "mean_n", "n", "moment")
    return Point(
        name=place.name if place else question_name(each["metric"]),
        slug=place.slug if place else "",
        share=each["share"],
        low=each["low"] * scale,
        high=each["high"] * scale,
        stated=each.get("stated"),
        # Findings of the night before an upgrade are without.
        slope_low=each.get("slope_low"),
        slope_high=each.get("slope_high"),
        quadrant=("keep" if well else "fix") if important else ("overkill" if well else "low"),
        **{name: each[name] for name in same},
    )


def question_name(name: str) -> str:
    """What people call a question type, "nps/0-10" -> "Recommendation, NPS (0-10)"."""
    head, _, subject = name.partition(":")
    return f"{QUESTION_TYPES[head].name}{f': {subject}' if subject else ''}"
