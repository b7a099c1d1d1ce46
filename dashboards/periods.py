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
    """Rollup rows of one grain whose `start` lies in `first` <= start < `end`."""

    grain: Grain
    first: date
    end: date


def spans(period: Period) -> Iterator[Span]:
    """The fewest rollup rows that make up a period: months where whole, days at the edges."""
    months_from = period.start if period.start.day == 1 else next_month(period.start)
    months_to = period.end.replace(day=1)
    if months_from >= months_to:
        yield Span("d", period.start, period.end)
        return
    if period.start < months_from:
        yield Span("d", period.start, months_from)
    yield Span("m", months_from, months_to)
    if months_to < period.end:
        yield Span("d", months_to, period.end)


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
