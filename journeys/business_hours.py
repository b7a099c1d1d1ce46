"""Business time: when a promise given now falls due. Pure maths, vectorised, right over changes of the clock.

Weekly hours are those of the wall clock in the company's zone; minutes are elapsed minutes, so a shop that is
open over the night of a clock change has an hour less or more that day.
"""

import zoneinfo
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext as _

from journeys.conditions import BadDefinition

Times = npt.NDArray[np.datetime64]
Spans = npt.NDArray[np.timedelta64]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LATEST = 9998  # the last year that still converts between time zones
YEARS_AHEAD = 20
# Hours can be said to hold from a day between these: the one, and the other from today.
EARLIEST, YEAR = date(2000, 1, 1), timedelta(days=366)
_MINUTE = 60_000_000  # microseconds


@dataclass(frozen=True)
class BusinessHours:
    """When the company works: by weekday (Monday first) pairs of opening and closing minutes after midnight.

    `country` closes on its public holidays ("" = on none), `closed_days` on the company's own. `earlier` are the hours
    and countries that held before, each up to a day that is no longer its own, the oldest first.
    """

    zone: str
    weekly: tuple[tuple[tuple[int, int], ...], ...]
    country: str = ""
    closed_days: frozenset[date] = frozenset()
    earlier: tuple[tuple[date, tuple[tuple[tuple[int, int], ...], ...], str], ...] = ()


def business_hours(*, zone: str, hours: Any, country: str, closed_days: Any, earlier: Any = ()) -> BusinessHours:
    """Read hours as staff write them, {"mon": [["08:00", "16:00"]], ...}, or raise BadDefinition.

    `earlier` is what `kept_earlier` made: [{"until": "2026-11-22", "hours": {...}, "country": "FI"}].
    """
    if not isinstance(hours, dict) or not any(hours.values()):
        raise BadDefinition("hours", _('Give the opening hours by weekday: {"mon": [["08:00", "16:00"]], ...}.'))
    unknown = sorted(set(hours) - set(WEEKDAYS))
    if unknown:
        raise BadDefinition(
            "hours",
            _("%(day)s: unknown weekday. Use %(days)s.") % {"day": unknown[0], "days": ", ".join(WEEKDAYS)},
        )
    if country and country not in known_countries():
        raise BadDefinition(
            "country",
            _("%(country)s: no holidays are known for it. Use two letters, like FI, or none.") % {"country": country},
        )
    if not isinstance(closed_days, list | tuple):
        raise BadDefinition("closed_days", _('Give the days as a list: ["2026-12-31"].'))
    return BusinessHours(
        zone=zone,
        weekly=_weekly(hours),
        country=country,
        closed_days=frozenset(map(_day, closed_days)),
        earlier=tuple((_day(row["until"]), _weekly(row["hours"]), row["country"]) for row in earlier),
    )


def kept_earlier(earlier: Any, *, hours: Any, country: str, since: date) -> list[dict[str, Any]]:
    """What held before hours that hold from `since` on, of a calendar with these `hours` and `country` until now.

    What was to hold later than `since` is left out: it never will.
    """
    day = since.isoformat()
    then = {"hours": hours, "country": country}
    held = next((row for row in earlier if row["until"] >= day), then)
    return [
        *(row for row in earlier if row["until"] < day),
        {"until": day, "hours": held["hours"], "country": held["country"]},
    ]


def due_times(opened: Times, minutes: int, calendar: BusinessHours | None = None) -> Times:
    """The moments `minutes` after each of `opened` (UTC, datetime64[us]), round the clock or in open hours.

    A time outside the hours counts from the next opening; a due time that falls on closing time is that
    evening's, not the next morning's. NaT where the calendar does not open long enough within 20 years.
    """
    opened = np.asarray(opened, dtype="datetime64[us]")
    return due_after(opened, np.full(opened.shape, minutes * _MINUTE, dtype="timedelta64[us]"), calendar)


def due_after(opened: Times, need: Spans, calendar: BusinessHours | None = None) -> Times:
    """As `due_times`, each after a span of its own (timedelta64[us])."""
    if calendar is None or not opened.size:
        return opened + need
    longest = int(need.max().astype(np.int64))
    first, last = (_year(t) for t in (opened.min(), opened.max()))
    starts, ends = _open_hours(calendar, first - 1, last + 1)
    for end in range(last + 2, min(last + YEARS_AHEAD, LATEST) + 1):
        # Open time up to the last opening plus what is needed must lie within the years we have laid out.
        after = (ends - np.maximum(starts, opened.max())).astype(np.int64)
        if after[after > 0].sum() > longest:
            break
        starts, ends = _open_hours(calendar, first - 1, end)
    if not starts.size:
        return np.full(opened.shape, np.datetime64("NaT"), dtype="datetime64[us]")
    closing = np.cumsum((ends - starts).astype(np.int64))  # open time by the end of each range
    before = closing - (ends - starts).astype(np.int64)
    here = np.minimum(np.searchsorted(ends, opened, side="right"), starts.size - 1)
    target = before[here] + np.maximum(0, (opened - starts[here]).astype(np.int64)) + need.astype(np.int64)
    there = np.searchsorted(closing, target, side="left")
    known = there < starts.size
    there = np.minimum(there, starts.size - 1)
    due = starts[there] + (target - before[there]).astype("timedelta64[us]")
    return np.where(known, np.maximum(due, opened), np.datetime64("NaT"))


def open_between(since: Times, until: Times, calendar: BusinessHours | None = None) -> Spans:
    """Open time from each of `since` to each of `until` (UTC, datetime64[us]); none where that is no later."""
    until = np.maximum(since, until)
    if calendar is None or not since.size:
        return until - since
    starts, ends = _open_hours(calendar, _year(since.min()) - 1, _year(until.max()) + 1)
    if not starts.size:
        return np.zeros(since.shape, dtype="timedelta64[us]")
    closing = np.cumsum((ends - starts).astype(np.int64))
    before = closing - (ends - starts).astype(np.int64)

    def by(moment: Times) -> npt.NDArray[np.int64]:
        here = np.minimum(np.searchsorted(ends, moment, side="right"), starts.size - 1)
        inside = (np.minimum(moment, ends[here]) - starts[here]).astype(np.int64)
        return np.asarray(before[here] + np.maximum(0, inside), dtype=np.int64)

    return (by(until) - by(since)).astype("timedelta64[us]")


def _year(moment: np.datetime64) -> int:
    return int(moment.astype("datetime64[Y]").astype(int)) + 1970


@lru_cache(maxsize=1)
def known_countries() -> frozenset[str]:
    """The two-letter countries whose public holidays are known."""
    import holidays

    return frozenset(code for code in holidays.list_supported_countries(include_aliases=False) if len(code) == 2)


def _open_hours(calendar: BusinessHours, first: int, last: int) -> tuple[Times, Times]:
    """Starts and ends of all open ranges of these years, in UTC and in order."""
    years = [_open_hours_of_year(calendar, year) for year in range(max(first, 1), min(last, LATEST) + 1)]
    return np.concatenate([starts for starts, _ in years]), np.concatenate([ends for _, ends in years])


@lru_cache(maxsize=512)
def _open_hours_of_year(calendar: BusinessHours, year: int) -> tuple[Times, Times]:
    zone = zoneinfo.ZoneInfo(calendar.zone)
    starts, ends = [], []
    day = date(year, 1, 1)
    while day.year == year:
        weekly, country = _in_force(calendar, day)
        if day not in calendar.closed_days and day not in _holidays(country, year):
            for opens, closes in weekly[day.weekday()]:
                starts.append(_moment(day, opens, zone))
                ends.append(_moment(day, closes, zone))
        day += timedelta(days=1)
    return np.array(starts, dtype="datetime64[us]"), np.array(ends, dtype="datetime64[us]")


def _in_force(calendar: BusinessHours, day: date) -> tuple[tuple[tuple[tuple[int, int], ...], ...], str]:
    for until, weekly, country in calendar.earlier:
        if day < until:
            return weekly, country
    return calendar.weekly, calendar.country


@lru_cache(maxsize=512)
def _holidays(country: str, year: int) -> frozenset[date]:
    if not country:
        return frozenset()
    # Half a second at first use, and only calendars need it.
    import holidays

    return frozenset(holidays.country_holidays(country, years=[year]))


def _moment(day: date, minutes: int, zone: zoneinfo.ZoneInfo) -> datetime:
    """The wall clock's `minutes` after midnight of that day, as naive UTC."""
    midnight = datetime(day.year, day.month, day.day)
    return (midnight + timedelta(minutes=minutes)).replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)


def _weekly(hours: Any) -> tuple[tuple[tuple[int, int], ...], ...]:
    return tuple(_ranges(day, hours.get(day) or []) for day in WEEKDAYS)


def _ranges(day: str, pairs: Any) -> tuple[tuple[int, int], ...]:
    try:
        ranges = sorted((_minutes(opens), _minutes(closes)) for opens, closes in pairs)
    except (AttributeError, TypeError, ValueError) as error:
        raise BadDefinition("hours", _('%(day)s: write the hours as [["08:00", "16:00"]].') % {"day": day}) from error
    end = 0
    for opens, closes in ranges:
        if closes <= opens:
            raise BadDefinition(
                "hours", _("%(day)s: closing must come after opening; split a night at 24:00.") % {"day": day}
            )
        if opens < end:
            raise BadDefinition("hours", _("%(day)s: the hours overlap.") % {"day": day})
        end = closes
    return tuple(ranges)


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    total = int(hours) * 60 + int(minutes)
    if not (0 <= int(minutes) < 60 and 0 <= total <= 24 * 60):
        raise ValueError(text)
    return total


def _day(text: Any) -> date:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise BadDefinition("closed_days", _("%(day)s: write the day as 2026-12-31.") % {"day": text}) from error
