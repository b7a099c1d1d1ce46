"""How long what a deadline promises really took, and what share any deadline would have kept. Pure maths."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from cxplatform.stats.intervals import wilson
from journeys.business_hours import BusinessHours, due_after, open_between
from promises.judging.clock import Pause, array, moments, pauses, put_off
from promises.judging.instances import Instance
from promises.judging.judge import EXCLUDED, Judged
from promises.judging.measure import Measure

Minutes = npt.NDArray[np.int64]

NEVER = np.iinfo(np.int64).max
FEWEST = 5  # fallen due before a deadline is called attainable
_HOUR, _DAY = 60, 24 * 60
_MINUTE = 60_000_000  # microseconds


@dataclass(frozen=True)
class Share:
    """Of `n` instances that such a deadline would have had fall due by now, `kept`; shares 0..1, None without any."""

    minutes: int
    kept: int
    n: int
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Elapsed:
    """Past instances of a deadline, by place: `needed` is the shortest deadline that would have kept each, NEVER
    where it is still open; `passed` the shortest that would not have fallen due yet.

    An instance counts for a deadline of m minutes where m < passed, as in the pipeline: what is not due yet would
    otherwise show only its quick half.
    """

    needed: Minutes
    passed: Minutes

    @property
    def n(self) -> int:
        return int(self.needed.size)


def elapsed(measure: Measure, pairs: Sequence[tuple[Instance, Judged]], *, now: datetime) -> Elapsed:
    """Of the instances that count (excluded ones are left out), by the clock of the rule: open hours, pauses.

    One is kept by being closed, or by its customer being told and offered a solution, whichever comes first.
    """
    counted = [pair for pair in pairs if pair[1].status != EXCLUDED]
    if not counted:
        return Elapsed(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    stood = [_stood_still(measure, instance, judged) for instance, judged in counted]
    opened = [judged.opened_at for _, judged in counted]

    def minutes_until(ends: Sequence[datetime | None]) -> Minutes:
        """NEVER where there is no moment, or none by now."""
        come = np.array([end is not None and end <= now for end in ends])
        found = least_minutes(opened, [min(end or now, now) for end in ends], stood, measure.calendar)
        return np.where(come, found, NEVER)

    closed = minutes_until([judged.closed_at for _, judged in counted])
    told = minutes_until([offered_at(measure, instance) for instance, _ in counted]) if measure.told_type else closed
    return Elapsed(np.minimum(closed, told), minutes_until([now] * len(counted)))


def least_minutes(
    opened: Sequence[datetime],
    until: Sequence[datetime],
    stood_still: Sequence[Sequence[Pause]],
    calendar: BusinessHours | None,
) -> Minutes:
    """The fewest whole minutes, at least one, as a deadline that is not overdue `until` then: due times backwards."""
    begun = array(opened)
    ended = np.maximum(array(until), begun)
    stood = [_clipped(own, moment) for own, moment in zip(stood_still, until, strict=True)]
    took = open_between(begun, ended, calendar).astype(np.int64)
    for turn in range(max(map(len, stood), default=0)):
        here = [i for i, own in enumerate(stood) if turn < len(own)]
        pauses_ = [stood[i][turn] for i in here]
        took[here] -= open_between(
            array(since for since, _ in pauses_), array(end for _, end in pauses_), calendar
        ).astype(np.int64)
    minutes = np.maximum(1, -(-took // _MINUTE))
    due = due_after(begun, (minutes * _MINUTE).astype("timedelta64[us]"), calendar)
    if any(stood):
        due = array(put_off(moments(due), stood, calendar))
    # What is closed in the night after the evening that ended its last minute is overdue.
    return np.asarray(minutes + (due < ended), dtype=np.int64)


def offered_at(measure: Measure, instance: Instance) -> datetime | None:
    """When the customer had been told and offered a solution, None if never."""
    telling = [mark for mark in instance.marks if mark.type == measure.told_type]
    offers = [mark.time for mark in instance.marks if measure.solution_type and mark.type == measure.solution_type]
    offers += [mark.time for mark in telling if (mark.offer or "").strip().lower() not in ("", "false")]
    return max(min(mark.time for mark in telling), min(offers)) if telling and offers else None


def _stood_still(measure: Measure, instance: Instance, judged: Judged) -> list[Pause]:
    if not measure.pause_type:
        return []
    return pauses(
        instance.marks,
        pause_type=measure.pause_type,
        resume_type=measure.resume_type,
        closed_at=judged.closed_at,
    )


def _clipped(stood_still: Sequence[Pause], until: datetime) -> list[Pause]:
    return [(since, min(end or until, until)) for since, end in stood_still if since < until]


def shares(of: Elapsed, minutes: npt.ArrayLike) -> list[Share]:
    """What each of these deadlines would have kept, with its 95 % interval (Wilson)."""
    asked = np.asarray(minutes, dtype=np.int64)
    due = of.n - np.searchsorted(np.sort(of.passed), asked, side="right")
    # A closed one needs no more than has passed since: of those quick enough, the ones not due yet are these.
    quick = np.searchsorted(np.sort(of.needed), asked, side="right")
    kept = quick - np.searchsorted(np.sort(of.passed[of.needed < NEVER]), asked, side="right")
    low, high = wilson(kept, due)
    return [
        Share(int(m), int(k), int(n), *((float(k / n), float(a), float(b)) if n else (None, None, None)))
        for m, k, n, a, b in zip(asked, kept, due, low, high, strict=True)
    ]


def needed(of: Elapsed, *, target: float, stops: npt.ArrayLike, sure: bool = False) -> Share | None:
    """The first of these deadlines that would have kept the share `target` (0..1), None where none would.

    `sure`: with the lower end of the interval as well.
    """
    for each in shares(of, stops):
        reached = each.low if sure else each.share
        if each.n >= FEWEST and reached is not None and reached >= target:
            return each
    return None


def stops(of: Elapsed, *, also: int | None = None) -> list[int]:
    """Round deadlines to choose from, in minutes, as far as the history reaches; with that of the rule itself."""
    closed = of.needed[of.needed < NEVER]
    longest = int(np.quantile(closed, 0.99)) if closed.size else 0
    grid = [*range(5, 60, 5), *range(60, 4 * 60, 15), *range(4 * 60, 3 * _DAY, _HOUR)]
    grid += [*range(3 * _DAY, 14 * _DAY, 6 * _HOUR), *range(14 * _DAY, 60 * _DAY, _DAY)]
    grid += range(60 * _DAY, 366 * _DAY, 7 * _DAY)
    end = next((place for place, each in enumerate(grid) if each >= max(longest, 2 * (also or 0), 60)), len(grid) - 1)
    chosen = grid[: end + 1]
    if closed.size:
        # Deadlines that nothing kept say nothing: begin just under the quickest.
        quick = int(np.quantile(closed, 0.005))
        begin = max(0, next((place for place, each in enumerate(chosen) if each > quick), 0) - 1)
        chosen = [each for each in chosen if each >= min(chosen[begin], also or chosen[begin])]
    return sorted({*chosen, *([also] if also else [])})
