"""When a digest goes and of which days it tells. Pure."""

from datetime import date, timedelta

from dashboards.periods import Period


def last_sending(day: date, *, weekly: bool, on: int) -> date:
    """The newest day of sending up to and including `day`; `on` is 1 (Monday) to 7, or the day of the month."""
    if weekly:
        return day - timedelta(days=(day.isoweekday() - on) % 7)
    if day.day >= on:
        return day.replace(day=on)
    return (day.replace(day=1) - timedelta(days=1)).replace(day=on)


def next_sending(day: date, *, weekly: bool, on: int) -> date:
    """The first day of sending after `day`."""
    last = last_sending(day, weekly=weekly, on=on)
    return last + timedelta(days=7) if weekly else (last.replace(day=1) + timedelta(days=32)).replace(day=on)


def told_of(sending: date, *, weekly: bool) -> Period:
    """The whole days that a digest of that day tells of: the last seven, or the last calendar month."""
    if weekly:
        return Period(sending - timedelta(days=7), sending)
    end = sending.replace(day=1)
    return Period((end - timedelta(days=1)).replace(day=1), end)
