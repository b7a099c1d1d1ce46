"""What is asked of scores over REST: parsed from the address, or refused by parameter."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone, translation

from cxplatform.api.problems import Problem
from cxplatform.stats.metrics import METRICS, Metric, metric
from cxplatform.tenancy.models import Tenant
from dashboards.asked import days_of, values_of
from dashboards.measures import MEASURES, chosen
from dashboards.models import Baseline
from dashboards.periods import Period
from dashboards.query import AGAINST, Against, BadQuery, Query, Segment, named_period, read_period
from dashboards.reading import NOW, Reading, comparisons
from dashboards.structure import UNIT, Place, Structure, load_structure

DAY, MONTH, CHANNEL = "day", "month", "channel"
PLACES = ("touchpoint", "stage", "journey")
_BY = (*PLACES, CHANNEL, DAY, MONTH, UNIT)
_PARAMETERS = ("metric", "from", "to", "journey", "touchpoint", CHANNEL, UNIT)
# Each day is a group of its own in the answer.
MOST_DAYS = 800


@dataclass(frozen=True)
class Asked:
    """`places` None = everywhere, also where the touchpoint is not known. `filters` are as they were sent. `then` are
    the days compared with, None against targets."""

    metric: Metric
    period: Period
    by: str
    places: tuple[Place, ...] | None
    reading: Reading
    filters: Mapping[str, str]
    against: Against = "target"
    then: Period | None = None

    @property
    def structure(self) -> Structure:
        return self.reading.structure

    @property
    def windows(self) -> dict[str, Period]:
        """What is counted: now, and then where it is not a baseline's, whose counts are kept."""
        stored = self.then is None or self.reading.baseline is not None
        return {NOW: self.period} if stored else {NOW: self.period, self.against: self.then}  # type: ignore[dict-item]


def read(
    given: Any,
    *,
    tenant: Tenant,
    divided: bool,
    measured: bool = True,
    compared: bool = False,
    now: datetime | None = None,
) -> Asked:
    """Parse ?metric=&by=&against=&from=&to=&journey=&touchpoint=&channel=&unit=&<dimension>=.

    `divided` says whether `by` may be asked, `measured` whether `metric`, `compared` whether `against`. Raises Problem
    with what to do, by parameter.
    """
    today = (now or timezone.now()).astimezone(tenant.zone).date()
    structure = load_structure()
    dimensions = [slug for slug in structure.dimensions if slug not in (*_PARAMETERS, *_BY, "by", "against")]
    errors: dict[str, str] = {}
    known = [*_PARAMETERS[0 if measured else 1 :], *(["by"] if divided else []), *(["against"] if compared else [])]
    known += dimensions
    for name in given:
        if name not in known:
            errors[name] = f"Unknown parameter. Known here: {', '.join(known)}."
        elif len(given.getlist(name)) > 1:
            errors[name] = "Send it once."
        elif not given[name].strip():
            errors[name] = "Give it a value, or leave it out."
        elif "\x00" in given[name] or len(given[name]) > 300:
            errors[name] = "At most 300 signs, none of them NUL."
    asked = {name: given[name] for name in known if name in given and name not in errors}
    name = _metric(asked, errors)
    period = _period(asked, today, errors)
    by = _by(asked, dimensions, period, errors)
    segment = _segment(asked, structure, dimensions, by, errors)
    places = _places(asked, structure, errors)
    against, baseline = _against(asked, errors)
    channel = asked.get(CHANNEL, "")
    if channel and channel not in {c.slug for c in structure.channels.values()}:
        errors[CHANNEL] = "No channel has this identifier. GET /api/v1/channels lists them."
    if errors:
        raise Problem(
            "Some fields are wrong: see errors.",
            errors=[{"field": field, "message": text} for field, text in errors.items()],
        )
    query = Query(period=period, named="", against=against, channel=channel, segment=segment, metric=name)
    then = days_of(baseline) if baseline else comparisons(query).get(against)
    spans = {NOW: period} | ({"then": then} if then else {})
    reading = Reading(query, structure, tenant.anonymity_minimum, values_of(query, spans), baseline)
    return Asked(
        metric=_resolved(reading, places),
        period=period,
        by=by,
        places=places,
        reading=reading,
        filters={k: v for k, v in asked.items() if k not in ("metric", "by", "against", "from", "to")},
        against=against,
        then=then,
    )


def _against(asked: Mapping[str, str], errors: dict[str, str]) -> tuple[Against, Baseline | None]:
    kind, _, slug = asked.get("against", "target").partition(":")
    if kind == "baseline":
        found = Baseline.objects.filter(**({"slug": slug} if slug else {})).first()
        if found is None:
            errors["against"] = "There is no such baseline. GET /api/v1/baselines lists them."
        return "baseline", found
    if kind not in AGAINST or slug:
        errors["against"] = f"Use one of {', '.join(AGAINST)}, baseline or baseline:<identifier>."
    return kind, None  # type: ignore[return-value]


def _metric(asked: Mapping[str, str], errors: dict[str, str]) -> str:
    name = asked.get("metric", "nps")
    if name not in MEASURES and not _exists(name):
        errors["metric"] = f"Not a metric. Use one of {', '.join([*MEASURES, *METRICS])}."
    return name


def _exists(name: str) -> bool:
    """A metric with its scale; one of an image word is named with the word's question, image/3:reliable."""
    try:
        metric(name)
    except ValueError:
        return False
    return True


def _resolved(reading: Reading, places: tuple[Place, ...] | None) -> Metric:
    """A metric named with its scale is that; of a measure, the scale that was asked."""
    name = reading.query.metric
    if name not in MEASURES:
        return metric(name)
    read = reading.counts(metrics=MEASURES[name].metrics, windows={NOW: reading.query.period}, places=places)
    return chosen(name, read.answers)


def _period(asked: Mapping[str, str], today: date, errors: dict[str, str]) -> Period:
    try:
        # The REST interface speaks English, whoever calls.
        with translation.override("en"):
            return read_period(asked, today=today) or named_period("90d", today=today)
    except BadQuery as error:
        errors[error.parameter] = str(error)
        return named_period("90d", today=today)


def _by(asked: Mapping[str, str], dimensions: list[str], period: Period, errors: dict[str, str]) -> str:
    by = asked.get("by", "")
    if by and by not in (*_BY, *dimensions):
        errors["by"] = f"Divide by one of {', '.join([*_BY, *dimensions])}."
    if by == DAY and period.days > MOST_DAYS:
        errors["by"] = f"At most {MOST_DAYS} days one by one: ask for a shorter period, or by=month."
    return by


def _segment(
    asked: Mapping[str, str], structure: Structure, dimensions: list[str], by: str, errors: dict[str, str]
) -> Segment | None:
    slices = {name: asked[name] for name in (*dimensions, UNIT) if name in asked}
    if len(slices) > 1:
        errors[list(slices)[-1]] = "Filter by one dimension or by unit at a time: answers are counted by one."
    if slices and by in (*dimensions, UNIT):
        errors["by"] = "One dimension at a time: a dimension's value is divided by anything but another dimension."
    for dimension, value in slices.items():
        if dimension != UNIT:
            return Segment(dimension, value)
        unit_id = next((id for id, slug in structure.unit_slugs.items() if slug == value), None)
        if unit_id is None:
            errors[UNIT] = "No unit has this identifier. GET /api/v1/units lists them."
            return None
        return Segment(UNIT, unit_id)
    return None


def _places(asked: Mapping[str, str], structure: Structure, errors: dict[str, str]) -> tuple[Place, ...] | None:
    journey, touchpoint = asked.get("journey"), asked.get("touchpoint")
    found: tuple[Place, ...] | None = None
    if journey:
        of_journey = next((j for j in structure.journeys if j.slug == journey), None)
        if of_journey is None:
            errors["journey"] = "No journey in use has this identifier. GET /api/v1/journeys lists them."
        else:
            found = of_journey.touchpoints
    if touchpoint:
        place = next((p for p in structure.places.values() if p.slug == touchpoint), None)
        if place is None:
            errors["touchpoint"] = "No touchpoint in use has this identifier. GET /api/v1/touchpoints lists them."
        elif found is not None and place not in found:
            errors["touchpoint"] = "This touchpoint is not in the journey asked for. Leave one of them out."
        else:
            found = (place,)
    return found
