"""Calendar periods in which something is promised: contact every month, open 99 % of each week, always in stock.

Pure: what a rule asks for, and where days, weeks, months and quarters of a time zone begin.
"""

import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from journeys.conditions import BadDefinition

DAY, WEEK, MONTH, QUARTER = "day", "week", "month", "quarter"
CADENCE, AVAILABILITY, STOCK = "cadence", "availability", "stock"
MOST_TIMES = 1_000


@dataclass(frozen=True)
class Periodic:
    """What a rule asks for in each calendar period of a zone.

    Of a cadence `minimum_count` closing events, from the first of `openers` until `ending_type`. Else the closing
    event tells a state, which must pass the rule's tests for `share` of the period (thousandths of a per cent).
    """

    zone: str
    period: str
    openers: tuple[str, ...]
    ending_type: str = ""
    minimum_count: int | None = None
    share: int = 100_000
    # Of a stock each moment counts; of availability their share.
    unbroken: bool = False

    @property
    def states(self) -> bool:
        return self.minimum_count is None


def is_periodic(rule: Any) -> bool:
    """Whether a rule is judged by calendar periods: a cadence, a stock, or availability of time."""
    return rule.kind in (CADENCE, STOCK) or (rule.kind == AVAILABILITY and rule.basis == "time")


def periodic(rule: Any, *, zone: str) -> Periodic:
    """The rule's periods as a value, or BadDefinition with the field to mend."""
    if rule.match not in ("correlation", "customer"):
        raise BadDefinition("match", _("By periods, events belong together by case or by customer: choose one."))
    if rule.period not in (DAY, WEEK, MONTH, QUARTER):
        raise BadDefinition("period", _("Choose the period: day, week, month or quarter."))
    if not rule.closing_type:
        raise BadDefinition(
            "closing_type",
            _("Name the event that is to come in each period.")
            if rule.kind == CADENCE
            else _("Name the event that tells the state."),
        )
    if rule.told_type:
        raise BadDefinition("told_type", _("A period is kept or it is not: leave the fallback empty."))
    if rule.ending_type and rule.ending_type in (rule.closing_type, rule.opening_type):
        raise BadDefinition("ending_type", _("The event that ends it must be another than those it consists of."))
    shape = {"zone": zone, "period": str(rule.period), "ending_type": rule.ending_type}
    if rule.kind == CADENCE:
        if not rule.opening_type:
            raise BadDefinition("opening_type", _("Name the event from which contact is promised."))
        if rule.minimum_count is None or not 0 < rule.minimum_count <= MOST_TIMES:
            raise BadDefinition("minimum_count", _("Say how many times in a period: 1 to 1,000."))
        return Periodic(openers=(rule.opening_type,), minimum_count=rule.minimum_count, **shape)
    if rule.opening_type:
        raise BadDefinition("opening_type", _("The first event of the state begins it: leave this empty."))
    if rule.kind == STOCK:
        return Periodic(openers=(rule.closing_type,), unbroken=True, **shape)
    if rule.share is None or not 0 < rule.share <= 100:
        raise BadDefinition("share", _("Say what share of a period it is to be available: over 0, up to 100 %."))
    return Periodic(openers=(rule.closing_type,), share=int(Decimal(rule.share) * 1000), **shape)


def period_start(moment: datetime, *, zone: str, period: str) -> datetime:
    """The moment, in UTC, at which the period around `moment` began."""
    return _begins(zone, _around(moment, zone, period))


def periods(moment: datetime, *, zone: str, period: str) -> Iterator[tuple[datetime, datetime]]:
    """The period around `moment` and those after it, as half-open pairs in UTC, without end.

    A day that a country skipped, as Samoa did in 2011, is none.
    """
    day = _around(moment, zone, period)
    start = _begins(zone, day)
    while day.year < _LAST_YEAR:
        day = _next(day, period)
        end = _begins(zone, day)
        if end > start:
            yield start, end
        start = end


_LAST_YEAR = 9998  # the last that still converts between time zones


def _around(moment: datetime, zone: str, period: str) -> date:
    day = _floor(moment.astimezone(zoneinfo.ZoneInfo(zone)).date(), period)
    return day if _begins(zone, day) <= moment else _floor(day - timedelta(days=1), period)


def _floor(day: date, period: str) -> date:
    match period:
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def _next(day: date, period: str) -> date:
    match period:
        case "day":
            return day + timedelta(days=1)
        case "week":
            return day + timedelta(days=7)
    months = day.month + (1 if period == MONTH else 3)
    return date(day.year + (months - 1) // 12, (months - 1) % 12 + 1, 1)


@lru_cache(maxsize=20_000)
def _begins(zone: str, day: date) -> datetime:
    """Midnight there; where the clock jumps over midnight, the moment after the jump."""
    return datetime(day.year, day.month, day.day, tzinfo=zoneinfo.ZoneInfo(zone)).astimezone(UTC)
