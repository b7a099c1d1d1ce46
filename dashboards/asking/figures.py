"""The page of asking: who was asked and answered, how soon, where nobody is asked, and scores by situation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _

from cxplatform.stats import anonymity
from cxplatform.stats.intervals import wilson
from cxplatform.stats.waiting import quantile
from cxplatform.tenancy.context import active_tenant_id
from dashboards.asking.load import Asks, asks
from dashboards.leadership.coverage import Coverage, coverage
from dashboards.load import last_answered
from dashboards.matrix import MATRIX, MatrixRow, load_matrix
from dashboards.measures import Measure
from dashboards.population.shares import Base, base_of
from dashboards.query import BadQuery, Query
from dashboards.reading import Reading
from dashboards.structure import UNIT, Place, Structure, load_structure
from dashboards.weighted import Weighed, weigh
from surveys.models import Method, Survey, SurveyLink, SurveyTrigger, Widget

SILENT_DAYS = (7, 30, 90)
_NO_RATE = frozenset({"link"})  # nobody is told whether a link that was handed over was ever seen


@dataclass(frozen=True)
class Rate:
    """A share of `n` in per cent with its 95 % Wilson interval; `value` None of nobody, or hidden (`few`)."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    few: bool = False


@dataclass(frozen=True)
class Line:
    """One method, touchpoint, language or unit: asks, the rate of answers, minutes to the answer and of the lag.

    `invited` is the share of encounters (decisions) that were asked at all. `slug` opens a touchpoint.
    """

    name: str
    asks: Asks
    rate: Rate
    invited: Rate
    median: float | None
    ninety: float | None
    lag: float | None
    slug: str = ""


@dataclass(frozen=True)
class AskingPage:
    query: Query
    structure: Structure
    whole: Line
    by: tuple[tuple[str, str, tuple[Line, ...]], ...]
    coverage: Coverage
    without: tuple[Place, ...]
    last: Mapping[int, date]
    silent_days: int
    channels: tuple[str, ...]
    measures: tuple[Measure, ...]
    matrix: tuple[MatrixRow, ...]
    weighed_by: str = ""
    weighed: tuple[Weighed, ...] = ()
    base: Base | None = None


def load_asking(*, query: Query, silent_days: int, today: date, minimum: int, weigh_by: str = "") -> AskingPage:
    """Everything the page shows, in a fixed number of queries. Raises BadQuery for a dimension that is not there."""
    structure = load_structure()
    structure.check(query)
    if weigh_by and (weigh_by not in structure.dimensions or weigh_by == UNIT):
        raise BadQuery("weigh", _("There is no such dimension. Choose another."))
    base = base_of(weigh_by, day=query.period.last) if weigh_by else None
    found = asks(query.period)
    places = list(structure.places.values())
    last = last_answered([place.id for place in places])
    channels, matrix = load_matrix(Reading(query, structure, minimum), places, minimum)
    surveys = dict(Survey.objects.values_list("pk", "name"))
    return AskingPage(
        query=query,
        structure=structure,
        whole=_line(_("Everything"), found[""].get("", Asks()), minimum=minimum),
        by=tuple(
            (key, str(title), _lines(key, found[key], _names(key, structure, surveys), structure, minimum))
            for key, title in (
                ("method", _("By way of asking")),
                ("touchpoint", _("By touchpoint")),
                ("language", _("By language")),
                ("unit", _("By unit")),
                ("survey", _("By survey")),
            )
        ),
        coverage=coverage(places, last, today=today, days=silent_days),
        without=_without(places, last),
        last=last,
        silent_days=silent_days,
        channels=channels,
        measures=MATRIX,
        matrix=matrix,
        weighed_by=weigh_by,
        weighed=weigh(query, weigh_by, base=base, minimum=minimum) if base else (),
        base=base,
    )


def _names(key: str, structure: Structure, surveys: Mapping[int, str]) -> Mapping[str, str]:
    match key:
        case "touchpoint":
            return {str(place.id): place.name for place in structure.places.values()}
        case "unit":
            return structure.units
        case "survey":
            return {str(pk): name for pk, name in surveys.items()}
        case "method":
            return {value: str(label) for value, label in Method.choices}
    return {code: _(str(name)) for code, name in settings.LANGUAGES}


def _lines(
    key: str, found: Mapping[str, Asks], names: Mapping[str, str], structure: Structure, minimum: int
) -> tuple[Line, ...]:
    """The most asked first. A group is hidden where its people are few, and so is what would tell on it."""
    shown = anonymity.visible({value: one.delivered for value, one in found.items()}, minimum=minimum)
    slugs = {str(place.id): place.slug for place in structure.places.values()} if key == "touchpoint" else {}
    return tuple(
        _line(
            names.get(value) or value or _("not known"),
            one,
            minimum=minimum,
            hidden=value not in shown,
            rated=key != "method" or value not in _NO_RATE,
            slug=slugs.get(value, ""),
        )
        for value, one in sorted(found.items(), key=lambda pair: (-pair[1].decided, pair[0]))
    )


def _line(name: str, one: Asks, *, minimum: int, hidden: bool = False, rated: bool = True, slug: str = "") -> Line:
    timed = sum(one.minutes)
    enough = anonymity.enough(timed, minimum=minimum)
    return Line(
        name=name,
        asks=one,
        rate=rate(one.rated, one.delivered if rated else 0, minimum=minimum, hidden=hidden),
        invited=rate(one.asked, one.decided, minimum=minimum),
        median=quantile(one.minutes, 0.5) if enough else None,
        ninety=quantile(one.minutes, 0.9) if enough else None,
        lag=quantile(one.lag, 0.5),
        slug=slug,
    )


def rate(part: int, n: int, *, minimum: int, hidden: bool = False) -> Rate:
    """`part` of `n` people; hidden where they are fewer than the minimum."""
    if n <= 0:
        return Rate(None, None, None, 0)
    if hidden or not anonymity.enough(n, minimum=minimum):
        return Rate(None, None, None, n, few=True)
    low, high = wilson(part, n)
    return Rate(100 * part / n, 100 * float(low), 100 * float(high), n)


def _without(places: Iterable[Place], last: Mapping[int, date]) -> tuple[Place, ...]:
    """Touchpoints to which no survey, link, widget or trigger belongs, and from which no answer ever came."""
    tenant_id = active_tenant_id()
    with_survey = {
        *Survey.objects.in_use().filter(touchpoint__isnull=False).values_list("touchpoint_id", flat=True),
        *SurveyLink.objects.filter(tenant_id=tenant_id, closed_at=None).values_list("touchpoint_id", flat=True),
        *Widget.objects.filter(tenant_id=tenant_id, closed_at=None).values_list("touchpoint_id", flat=True),
        *SurveyTrigger.objects.in_use().filter(active=True).values_list("touchpoint_id", flat=True),
    }
    return tuple(place for place in places if place.id not in with_survey and place.id not in last)
