"""Days and months of a period, and the periods it is compared with. Pure; every interval is half-open."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Grain = Literal["d", "m"]


@dataclass(frozen=True)
class Period:
    """The days `start` <= day < `end` of the tenant's zone."""

    start: date
    end: date

    @property
    def last(self) -> date:
        """The last day counted."""
        return self.end - timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    def previous(self) -> "Period":
        """As many days, right before."""
        return Period(self.start - timedelta(days=self.days), self.start)

    def season(self) -> "Period":
        """The same dates a year earlier; 29 February is the 28th there."""
        return Period(years_before(self.start), years_before(self.end))


@dataclass(frozen=True)
class Span:
    """Rollup rows of one grain whose `start` lies in `first` <= start < `end`, to add (1) or to take away (-1)."""

    grain: Grain
    first: date
    end: date
    sign: int = 1


def spans(period: Period) -> Iterator[Span]:
    """The fewest rollup rows that make up a period: whole months, and days added or taken away at the edges."""
    start, end = period.start, period.end
    if start.replace(day=1) == end.replace(day=1):
        yield Span("d", start, end)
        return
    months_from, months_to = next_month(start), end.replace(day=1)
    if (start - start.replace(day=1)).days <= (months_from - start).days:
        months_from = start.replace(day=1)
        yield from _days(months_from, start, -1)
    else:
        yield from _days(start, months_from, 1)
    if (next_month(end) - end).days < (end - months_to).days:
        months_to = next_month(end)
        yield from _days(end, months_to, -1)
    else:
        yield from _days(months_to, end, 1)
    if months_from < months_to:
        yield Span("m", months_from, months_to)


def _days(first: date, end: date, sign: int) -> Iterator[Span]:
    if first < end:
        yield Span("d", first, end, sign)


def months_until(day: date, count: int) -> list[date]:
    """The first days of the last `count` months, the month of `day` included, oldest first."""
    months = [day.replace(day=1)]
    while len(months) < count:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months[::-1]


def next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def years_before(day: date, years: int = 1) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
