"""What became of each instance, from the events alone. Pure: the same events and moment give the same words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

import numpy as np

from journeys.business_hours import due_times
from journeys.conditions import NOT_A_NUMBER, Condition, verdict
from promises.judging.clock import Pause, array, moments, pauses, put_off, shares_used
from promises.judging.instances import Instance, Mark
from promises.judging.measure import Equal, Measure

PENDING, KEPT, FALLBACK, BROKEN, EXCLUDED = "pending", "kept", "fallback", "broken", "excluded"
EXCEEDED, NEAR = "exceeded", "near"
NO_DUE, BAD_DUE, BAD_CLOSED, NEVER_OPEN = (
    "due time missing",
    "due time unreadable",
    "closing time unreadable",
    "due time beyond the calendar",
)
_EARLIEST = 1900  # what lies before stands for "not known" in other systems, as 0001-01-01

# Reasons of exclusions by hand: by subject and opening event, or by subject alone where it has one instance.
ByHand = Mapping[tuple[str, str | None], str]


@dataclass(frozen=True)
class Judged:
    """An outcome to store. `due_at` is None where it cannot be known: the instance is excluded or, where the clock
    stands still or waits for a closing, pending.

    `at_due` is what it becomes when it falls due as it is now. `margin` says of one kept by how much: exceeded, near
    or neither ("").
    """

    subject: str
    opened_by: str
    closed_by: str | None
    customer_id: str | None
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
    told_at: datetime | None = None
    used: float | None = None
    margin: str = ""
    at_due: str = BROKEN


def judge(
    measure: Measure, instances: Sequence[Instance], *, now: datetime, zone: ZoneInfo, by_hand: ByHand | None = None
) -> list[Judged]:
    """Judge instances of one rule as of `now`; times without an offset are those of `zone`."""
    if measure.deadline:
        judged = _deadlines(measure, instances, now=now, zone=zone)
    else:
        judged = [_tested(measure, instance) for instance in instances]
    return without(judged, by_hand or {})


def without(judged: Sequence[Judged], by_hand: ByHand) -> list[Judged]:
    """These outcomes with those that staff took out excluded, for the reason they gave."""
    return [_taken_out(each, by_hand) for each in judged] if by_hand else list(judged)


def _taken_out(judged: Judged, by_hand: ByHand) -> Judged:
    reason = by_hand.get((judged.subject, judged.opened_by)) or by_hand.get((judged.subject, None))
    return replace(judged, status=EXCLUDED, reason=reason, margin="") if reason else judged


def _tested(measure: Measure, instance: Instance) -> Judged:
    """Conditions and pairs of values: due when they are tested, and pending until then."""
    reason = _excuse(measure, instance)
    if instance.closed_by is None:
        return _judged(measure, instance, EXCLUDED if reason else PENDING, reason)
    result = _equal(measure.equal, instance) if measure.equal else verdict(measure.conditions, instance.tested)
    if isinstance(result, str):
        reason = reason or result
    status = EXCLUDED if reason else KEPT if result else BROKEN
    return _judged(measure, instance, status, reason, due_at=instance.closing_time, closed_at=instance.closing_time)


def _equal(equal: Equal, instance: Instance) -> bool | str:
    """Whether two values are equal, or why that cannot be said."""
    first = instance.first if instance.first is not None else instance.tested.get(equal.first)
    second = instance.tested[equal.second]
    both = verdict((Condition(equal.second, "eq", (first or "",)),), {equal.second: second})
    missing = verdict((Condition(equal.first, "eq", ("",)),), {equal.first: first})
    if isinstance(both, str) or isinstance(missing, str):
        return both if isinstance(both, str) else missing
    if both or equal.tolerance is None:
        return both
    one, other = _number(first), _number(second)
    return NOT_A_NUMBER if one is None or other is None else abs(one - other) <= equal.tolerance


def _number(text: str | None) -> Decimal | None:
    try:
        number = Decimal((text or "").strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _deadlines(measure: Measure, instances: Sequence[Instance], *, now: datetime, zone: ZoneInfo) -> list[Judged]:
    ends = [_closed(measure, instance, zone) for instance in instances]
    dues = _dues(measure, instances, [closed_at for closed_at, _ in ends], zone)
    judged = [
        _deadline(measure, instance, due, end, now=now)
        for instance, due, end in zip(instances, dues, ends, strict=True)
    ]
    return _with_shares(measure, judged, dues)


@dataclass(frozen=True)
class _Due:
    """When an instance is due, or why that is not known; `first` is before pauses put it off, `said` by an event."""

    at: datetime | None
    first: datetime | None = None
    said: bool = False
    reason: str = ""
    paused: bool = False


def _deadline(
    measure: Measure, instance: Instance, due: _Due, end: tuple[datetime | None, str], *, now: datetime
) -> Judged:
    closed_at, unreadable = end
    reason = _excuse(measure, instance) or due.reason or unreadable
    if reason:
        status = EXCLUDED
    elif due.at is None:
        status = PENDING
    elif closed_at is not None:
        status = KEPT if closed_at <= due.at else BROKEN
    else:
        status = BROKEN if due.at < now else PENDING
    return _judged(measure, instance, status, reason, due_at=due.at, closed_at=closed_at)


def _closed(measure: Measure, instance: Instance, zone: ZoneInfo) -> tuple[datetime | None, str]:
    """When it was closed, or why that cannot be said. What a property says comes before the closing event's time."""
    if measure.closed_property and instance.closed:
        said = _moment(instance.closed, zone)
        return said, "" if said else BAD_CLOSED
    return (instance.closing_time if measure.closing_type else None), ""


def _dues(
    measure: Measure, instances: Sequence[Instance], closed: Sequence[datetime | None], zone: ZoneInfo
) -> list[_Due]:
    run_out: Sequence[datetime | None] = [None] * len(instances)
    if measure.minutes is not None:
        opened = array(each.opened_at for each in instances)
        run_out = moments(due_times(opened, measure.minutes, measure.calendar))
    dues = [_due(measure, instance, end, zone) for instance, end in zip(instances, run_out, strict=True)]
    if not measure.pause_type:
        return dues
    stood_still = [
        pauses(each.marks, pause_type=measure.pause_type, resume_type=measure.resume_type, closed_at=closed_at)
        for each, closed_at in zip(instances, closed, strict=True)
    ]
    return _put_off(measure, dues, stood_still)


def _put_off(measure: Measure, dues: list[_Due], stood_still: Sequence[list[Pause]]) -> list[_Due]:
    """A time that an event said moves by the whole pause, one that was counted by the open hours of it."""
    for said, calendar in ((False, measure.calendar), (True, None)):
        here = [i for i, due in enumerate(dues) if stood_still[i] and due.first is not None and due.said == said]
        later = put_off([dues[i].first for i in here], [stood_still[i] for i in here], calendar)
        for i, at in zip(here, later, strict=True):
            paused = at is None and stood_still[i][-1][1] is None
            dues[i] = replace(dues[i], at=at, paused=paused, reason="" if at or paused else NEVER_OPEN)
    return dues


def _due(measure: Measure, instance: Instance, end: datetime | None, zone: ZoneInfo) -> _Due:
    """The due time, or why there is none. What the opening event says comes before the rule's duration."""
    if measure.due_property and instance.due:
        said = _moment(instance.due, zone, latest=True)
        return _Due(said, said, said=True, reason="" if said else BAD_DUE)
    if measure.minutes is None:
        return _Due(None, reason=NO_DUE)
    return _Due(end, end, reason="" if end else NEVER_OPEN)


def _with_shares(measure: Measure, judged: list[Judged], dues: Sequence[_Due]) -> list[Judged]:
    """The share of the time allowed that each closing took, and by what margin it was kept."""
    decided = (KEPT, BROKEN, FALLBACK)
    for said, calendar in ((False, measure.calendar), (True, None)):
        here = [
            i for i, each in enumerate(judged) if each.closed_at and each.status in decided and dues[i].said == said
        ]
        opened = [judged[i].opened_at for i in here]
        allowed = (
            array(dues[i].first for i in here) - array(opened)
            if said
            else np.full(len(here), measure.minutes or 0, dtype="timedelta64[m]").astype("timedelta64[us]")
        )
        used = shares_used(
            closed=[judged[i].closed_at for i in here],
            due=[judged[i].due_at for i in here],
            opened=opened,
            allowed=allowed,
            calendar=calendar,
        )
        for i, share in zip(here, used, strict=True):
            judged[i] = replace(judged[i], used=share, margin=margin(measure, judged[i].status, share))
    return judged


def margin(measure: Measure, status: str, used: float | None) -> str:
    """How well it was kept, by the share of the time allowed that is left."""
    if status != KEPT or used is None:
        return ""
    left = 100 * (1 - used)
    return EXCEEDED if left >= measure.exceeded_left else NEAR if left <= measure.near_left else ""


def _excuse(measure: Measure, instance: Instance) -> str:
    return excuse(measure, instance.excluded, instance.given)


def excuse(measure: Measure, excluded: str | None, given: Mapping[str, str | None]) -> str:
    """Why something does not count: the value of the excluding property (false and empty are none), or the reason of
    the first test it passes."""
    text = (excluded or "").strip()
    if text and text.lower() != "false":
        return text[:300]
    return next((each.reason for each in measure.excuses if verdict(each.test, given) is True), "")


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


def _told(measure: Measure, marks: Sequence[Mark], due_at: datetime | None) -> tuple[datetime | None, bool]:
    """When the customer was first told, and whether that and the offer of a solution came before it fell due."""
    telling = [mark for mark in marks if mark.type == measure.told_type]
    if not telling or due_at is None:
        return telling[0].time if telling else None, False
    in_time = [mark for mark in telling if mark.time <= due_at]
    offered = any(mark.type == measure.solution_type and mark.time <= due_at for mark in marks) or any(
        (mark.offer or "").strip().lower() not in ("", "false") for mark in in_time
    )
    return telling[0].time, bool(in_time) and offered


def _judged(
    measure: Measure,
    instance: Instance,
    status: str,
    reason: str,
    *,
    due_at: datetime | None = None,
    closed_at: datetime | None = None,
) -> Judged:
    told_at, in_time = _told(measure, instance.marks, due_at) if instance.marks else (None, False)
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
        status=FALLBACK if status == BROKEN and in_time else status,
        reason=reason,
        said=instance.said,
        known=instance.known,
        told_at=told_at,
        at_due=FALLBACK if in_time else BROKEN,
    )
