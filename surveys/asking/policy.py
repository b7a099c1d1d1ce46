"""The rules of contact as values, and the clock of quiet hours. Pure: no database, no present time."""

import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

_ALWAYS = frozenset(range(1, 8))
_DAYS_AHEAD = 60  # further than any run of holidays and closed weekdays
PURPOSEFUL = frozenset({"recall", "onboarding", "mirror"})
"""Kinds that set their own distance to what they ask about: only refusing gives rest from them."""


@dataclass(frozen=True)
class Quiet:
    """When nobody is disturbed, by the wall clock of the person: from-to (over midnight or not), and whole days.

    `weekdays` are those on which one may ask, 1 = Monday. `country` keeps its public holidays quiet ("" = none).
    """

    start: time = time(20)
    end: time = time(9)
    weekdays: frozenset[int] = _ALWAYS
    country: str = "FI"

    def at(self, moment: time) -> bool:
        if self.start <= self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end

    def day(self, day: date) -> bool:
        return day.isoweekday() not in self.weekdays or (bool(self.country) and day in holidays(self.country, day.year))


@dataclass(frozen=True)
class Policy:
    """What one contact rule says. `own_kind`: only asks of the same kind count against this one."""

    every: timedelta = timedelta(days=30)
    after_answer: timedelta = timedelta(days=30)
    after_refusal: timedelta = timedelta(days=90)
    after_abandon: timedelta = timedelta(days=30)
    own_kind: bool = False
    quiet: Quiet = field(default_factory=Quiet)
    reminders: int = 1
    remind_after: timedelta = timedelta(days=3)

    @property
    def longest(self) -> timedelta:
        return max(self.every, self.after_answer, self.after_refusal, self.after_abandon)


def policy_of(kind: str, rules: Mapping[str, Policy]) -> Policy:
    """The rule of a kind; without one the rule for all ("" in `rules`), else what a company gets that set none."""
    if kind in rules:
        return rules[kind]
    general = rules.get("", Policy())
    if kind in PURPOSEFUL:
        nothing = timedelta(0)
        return replace(general, own_kind=True, every=nothing, after_answer=nothing, after_abandon=nothing)
    return general


def zone_of(name: str | None, otherwise: zoneinfo.ZoneInfo) -> zoneinfo.ZoneInfo:
    """A customer's zone by its name; the company's where none is known, or a name nobody knows."""
    return _zone(name) or otherwise if name else otherwise


@lru_cache(maxsize=1000)
def _zone(name: str) -> zoneinfo.ZoneInfo | None:
    try:
        return zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return None


def open_from(moment: datetime, quiet: Quiet, zone: zoneinfo.ZoneInfo) -> datetime:
    """The first time at or after `moment` that is not quiet in `zone`, in UTC.

    Right over changes of the clock: an end of quiet that the clock jumps over is the moment after the jump, and
    of an hour that comes twice the one is taken that is not in the past.
    """
    moment = moment.astimezone(UTC)
    local = moment.astimezone(zone)
    if not quiet.day(local.date()) and not quiet.at(local.time()):
        return moment
    for ahead in range(_DAYS_AHEAD):
        day = local.date() + timedelta(days=ahead)
        if quiet.day(day):
            continue
        # A day opens when its quiet ends; where the quiet is within the day, it is open from midnight too.
        starts = [quiet.end] if quiet.at(time(0)) else [time(0), quiet.end]
        for start in starts:
            for fold in (0, 1):
                opens = datetime.combine(day, start, zone).replace(fold=fold).astimezone(UTC)
                shown = opens.astimezone(zone)
                if opens >= moment and shown.date() == day and not quiet.at(shown.time()):
                    return opens
    return moment  # every day is quiet: no rule that can be saved says so


@lru_cache(maxsize=200)
def holidays(country: str, year: int) -> frozenset[date]:
    """The public holidays of a country; none where none are known."""
    import holidays as known

    try:
        return frozenset(known.country_holidays(country, years=[year]))
    except NotImplementedError:
        return frozenset()
