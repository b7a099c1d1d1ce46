"""Months by their first days."""

from datetime import date

MONTHS = 12


def later(month: date, by: int) -> date:
    """The first day of the month `by` months on; earlier where it is negative."""
    place = month.year * 12 + month.month - 1 + by
    return date(place // 12, place % 12 + 1, 1)


def months_of(start: date) -> tuple[date, ...]:
    """The twelve months of a plan."""
    return tuple(later(start, by) for by in range(MONTHS))


def apart(first: date, last: date) -> int:
    """How many months `last` is after `first`."""
    return (last.year - first.year) * 12 + last.month - first.month
