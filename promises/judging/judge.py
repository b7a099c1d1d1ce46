"""What became of each instance, from the events alone. Pure: the same events and moment give the same words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np

from journeys.conditions import verdict
from promises.judging.calendar import Times, due_times
from promises.judging.instances import Instance
from promises.judging.measure import Measure

PENDING, KEPT, BROKEN, EXCLUDED = "pending", "kept", "broken", "excluded"
NO_DUE, BAD_DUE, BAD_CLOSED, NEVER_OPEN = (
    "due time missing",
    "due time unreadable",
    "closing time unreadable",
    "due time beyond the calendar",
)
_EARLIEST = 1900  # what lies before stands for "not known" in other systems, as 0001-01-01


@dataclass(frozen=True)
class Judged:
    """An outcome to store. `due_at` is None only where it cannot be known, and the instance is excluded."""

    subject: str
    opened_by: UUID
    closed_by: UUID | None
    customer_id: UUID | None
    touchpoint_id: int | None
    channel_id: int | None
    unit_id: int | None
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    status: str
    reason: str
    said: dict[str, str]
    known: dict[str, str]


def judge(measure: Measure, instances: Sequence[Instance], *, now: datetime, zone: ZoneInfo) -> list[Judged]:
    """Judge instances of one rule as of `now`; times without an offset are those of `zone`."""
    if not measure.deadline:
        return [_condition(measure, instance) for instance in instances]
    run_out: Sequence[datetime | None] = [None] * len(instances)
    if measure.minutes is not None:
        opened = np.array([_naive(each.opened_at) for each in instances], dtype="datetime64[us]")
        run_out = _moments(due_times(opened, measure.minutes, measure.calendar))
    return [
        _deadline(measure, instance, end, now=now, zone=zone) for instance, end in zip(instances, run_out, strict=True)
    ]


def _condition(measure: Measure, instance: Instance) -> Judged:
    reason = _excuse(instance)
    result = verdict(measure.conditions, instance.tested)
    if isinstance(result, str):
        reason = reason or result
    status = EXCLUDED if reason else KEPT if result else BROKEN
    return _judged(instance, status, reason, due_at=instance.closing_time, closed_at=instance.closing_time)


def _deadline(measure: Measure, instance: Instance, end: datetime | None, *, now: datetime, zone: ZoneInfo) -> Judged:
    due_at, reason = _due(measure, instance, end, zone)
    closed_at = instance.closing_time if measure.closing_type else None
    if measure.closed_property and instance.closed:
        closed_at = _moment(instance.closed, zone)
        reason = reason or ("" if closed_at else BAD_CLOSED)
    reason = _excuse(instance) or reason
    if reason or due_at is None:
        status = EXCLUDED
    elif closed_at is not None:
        status = KEPT if closed_at <= due_at else BROKEN
    else:
        status = BROKEN if due_at < now else PENDING
    return _judged(instance, status, reason, due_at=due_at, closed_at=closed_at)


def _due(measure: Measure, instance: Instance, end: datetime | None, zone: ZoneInfo) -> tuple[datetime | None, str]:
    """The due time, or why there is none. What the opening event says comes before the rule's duration."""
    if measure.due_property and instance.due:
        said = _moment(instance.due, zone, latest=True)
        return said, "" if said else BAD_DUE
    if measure.minutes is None:
        return None, NO_DUE
    return end, "" if end else NEVER_OPEN


def _excuse(instance: Instance) -> str:
    """Why the instance does not count: the value of the excluding property; false and empty are none."""
    text = (instance.excluded or "").strip()
    return "" if text.lower() == "false" else text[:300]


def _moment(text: str, zone: ZoneInfo, *, latest: bool = False) -> datetime | None:
    """An ISO time in UTC, or None where it is none. A day by itself begins at midnight, and is due when it ends."""
    try:
        moment = datetime.fromisoformat(text.strip())
        if latest and len(text.strip()) <= 10:
            moment = datetime.combine(date.fromisoformat(text.strip()), time.max)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment.year >= _EARLIEST else None


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _moments(times: Times) -> list[datetime | None]:
    return [None if each is None else each.replace(tzinfo=UTC) for each in times.tolist()]


def _judged(
    instance: Instance, status: str, reason: str, *, due_at: datetime | None, closed_at: datetime | None
) -> Judged:
    return Judged(
        subject=instance.subject,
        opened_by=instance.opened_by,
        closed_by=instance.closed_by,
        customer_id=instance.customer_id,
        touchpoint_id=instance.touchpoint_id,
        channel_id=instance.channel_id,
        unit_id=instance.unit_id,
        opened_at=instance.opened_at,
        due_at=due_at,
        closed_at=closed_at,
        status=status,
        reason=reason,
        said=instance.said,
        known=instance.known,
    )
