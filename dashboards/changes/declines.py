"""The finder of slow declines: what a month's page calls "no clear change" every time."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from cxplatform.stats.change import benjamini_hochberg
from cxplatform.stats.decline import YEAR, decline
from cxplatform.stats.metrics import metric
from cxplatform.stats.sums import Sums
from cxplatform.tenancy.models import Tenant
from dashboards.changes.courses import Course, courses, most_answered
from dashboards.changes.told import compared
from dashboards.insights.finders import Found
from dashboards.load import Slice, counts
from dashboards.periods import Period, months_until, next_month, years_before

KIND = "slow_decline"
LEAST = 3.0
"""Points of 100 that a year's fall must be to be worth anybody's time."""
QUARTER = 92


def find(*, tenant: Tenant, today: date) -> Sequence[Found]:
    """Touchpoints whose normalised score has fallen along a line for a year, the season taken out, the steepest first.

    Controlled over all touchpoints at 5 %. The figures kept are of the last three months and of the same days a year
    before or, where these were not measured, of the three months that began the year.
    """
    months = _months(today)
    period = Period(months[0], next_month(months[-1]))
    asked = most_answered(Period(months[-YEAR], period.end))
    lines = []
    for name in sorted(set(asked.values())):
        of = metric(name)
        places = [place for place, its in asked.items() if its == name]
        for place, course in courses(of, grain="m", period=period, touchpoints=places).items():
            if line := decline(_of_months(course, months, tenant.anonymity_minimum)):
                lines.append((place, of, line))
    stands = benjamini_hochberg([line.p for _, _, line in lines])
    found = sorted(
        (
            (line.fall, place, of, line)
            for (place, of, line), stand in zip(lines, stands, strict=True)
            if stand and line.gradual and line.fall <= -LEAST
        ),
        key=lambda each: each[:2],
    )
    told = [(place, line, _figures(of.name, place, today, seasonal=line.seasonal)) for _, place, of, line in found]
    return [
        Found(
            touchpoint_id=place,
            start=months[-YEAR],
            last=today,
            data={
                "fall": line.fall,
                "fall_low": line.low,
                "fall_high": line.high,
                "months": line.months,
                "seasonal": line.seasonal,
                **figures,
            },
        )
        for place, line, figures in told
        if min(figures["now"]["n"], figures["then"]["n"]) >= tenant.anonymity_minimum
    ]


def _months(today: date) -> list[date]:
    """Two years of months; the month under way counts once half of it is over."""
    months = months_until(today, 2 * YEAR + 1)
    half_over = (today - months[-1]).days * 2 >= (next_month(months[-1]) - months[-1]).days
    return months[1:] if half_over else months[:-1]


def _of_months(course: Course, months: Sequence[date], minimum: int) -> list[Sums]:
    each = [course.get(month, Sums()) for month in months]
    return [sums if sums.n >= minimum else Sums() for sums in each]


def _figures(name: str, place: int, today: date, *, seasonal: bool) -> dict[str, Any]:
    end = today.fromordinal(today.toordinal() + 1)
    now = Period(end.fromordinal(end.toordinal() - QUARTER), end)
    then = (
        now.season()
        if seasonal
        else Period(years_before(end), years_before(end).fromordinal(years_before(end).toordinal() + QUARTER))
    )
    read = counts(metrics=[name], windows={"now": now, "then": then}, of=Slice(touchpoints=(place,)))
    return compared(metric(name), read.get(name, "now"), read.get(name, "then"))
