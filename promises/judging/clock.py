"""Time allowed, over many instances at once: when it runs out where it stood still, and what share of it was used."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

import numpy as np

from journeys.business_hours import BusinessHours, Spans, Times, due_after, open_between
from promises.judging.instances import Mark

# A closing said to be later than this after it was due counts as that late: years are laid out by day.
_LATEST = np.timedelta64(5 * 366, "D")
Pause = tuple[datetime, datetime | None]


def pauses(
    marks: Iterable[Mark], *, pause_type: str, resume_type: str, closed_at: datetime | None = None
) -> list[Pause]:
    """When the clock stood still, in order: from a pausing event to the next resuming one, at most until closing.

    The last has no end where it is not over.
    """
    return list(_until(closed_at, _stretches(marks, pause_type, resume_type)))


def _stretches(marks: Iterable[Mark], pause_type: str, resume_type: str) -> Iterator[Pause]:
    since = None
    for mark in marks:
        if mark.type == pause_type and since is None:
            since = mark.time
        elif mark.type == resume_type and since is not None:
            yield since, mark.time
            since = None
    if since is not None:
        yield since, None


def _until(closed_at: datetime | None, stretches: Iterable[Pause]) -> Iterator[Pause]:
    for since, until in stretches:
        if closed_at is None:
            yield since, until
        elif since < closed_at:
            yield since, min(until or closed_at, closed_at)


def put_off(
    due: Sequence[datetime | None], stood_still: Sequence[Sequence[Pause]], calendar: BusinessHours | None
) -> list[datetime | None]:
    """Due times, each later by the open time of the pauses that began before it; None of one paused without end.

    What is left when a pause begins is left when it ends.
    """
    found = list(due)
    for turn in range(max(map(len, stood_still), default=0)):
        # Those of this turn's pause that begin while time is left; after one that does not, none does.
        here = [i for i, own in enumerate(stood_still) if turn < len(own) and _before(own[turn][0], found[i])]
        for i in [i for i in here if stood_still[i][turn][1] is None]:
            found[i] = None
        here = [i for i in here if found[i] is not None]
        if here:
            left = open_between(array(stood_still[i][turn][0] for i in here), array(found[i] for i in here), calendar)
            later = moments(due_after(array(stood_still[i][turn][1] for i in here), left, calendar))
            for i, moment in zip(here, later, strict=True):
                found[i] = moment
    return found


def _before(moment: datetime, due: datetime | None) -> bool:
    return due is not None and moment < due


def shares_used(
    *,
    closed: Sequence[datetime | None],
    due: Sequence[datetime | None],
    opened: Sequence[datetime],
    allowed: Spans,
    calendar: BusinessHours | None,
) -> list[float | None]:
    """The share of the time `allowed` that closing took: 1 at the last moment, more when late, None without time."""
    if not closed:
        return []
    ends, dues = np.maximum(array(closed), array(opened)), array(due)
    left = open_between(ends, dues, calendar) - open_between(dues, np.minimum(ends, dues + _LATEST), calendar)
    whole = allowed.astype(np.int64)
    shares = 1 - left.astype(np.int64) / np.maximum(whole, 1)
    return [
        max(0.0, round(share, 6)) if span > 0 else None
        for share, span in zip(shares.tolist(), whole.tolist(), strict=True)
    ]


def array(times: Iterable[datetime | None]) -> Times:
    """Moments with a zone as UTC without one; None is NaT."""
    return np.array(
        [each.astimezone(UTC).replace(tzinfo=None) if each else None for each in times], dtype="datetime64[us]"
    )


def moments(times: Times) -> list[datetime | None]:
    return [None if each is None else each.replace(tzinfo=UTC) for each in times.tolist()]
