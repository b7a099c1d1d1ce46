"""What every kind of rule says of a history, spelled out over the sorted events: no SQL, no arrays, time by the minute.

It is the definition that the pipeline is held against. Times are whole minutes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from journeys.record import IncomingEvent

MINUTE = timedelta(minutes=1)
Open = Callable[[datetime], bool]


@dataclass(frozen=True)
class Plain:
    """An outcome as the reference tells it; `used` is rounded."""

    rule: str
    subject: str
    opened_by: str
    status: str
    due_at: datetime | None
    told_at: datetime | None
    used: float | None
    margin: str


def order(event: IncomingEvent) -> tuple[Any, ...]:
    return (event.time, event.sequence is not None, event.sequence or 0, event.id)


def since(event: IncomingEvent, opening: IncomingEvent) -> bool:
    assert event.time and opening.time
    if event.time != opening.time:
        return event.time > opening.time
    return event.sequence is None or opening.sequence is None or event.sequence >= opening.sequence


def said(event: IncomingEvent | None, name: str) -> Any:
    return (event.properties or {}).get(name) if event else None


@dataclass(frozen=True)
class Found:
    """An instance: who it is of, what opened and closed it, and what may have happened in between."""

    subject: str
    opening: IncomingEvent
    closing: IncomingEvent | None
    between: list[IncomingEvent]


def found(rule: dict[str, Any], history: list[IncomingEvent]) -> Iterator[Found]:
    match, begins, ends = rule.get("match", "correlation"), rule.get("opening_type", ""), rule.get("closing_type", "")
    if match == "event":
        yield from (Found(e.id, e, e, [e]) for e in history if e.type == (begins or ends))
        return
    for subject in sorted({_of(e, match) for e in history} - {""}):
        mine = [event for event in history if _of(event, match) == subject]
        if match == "customer":
            yield from (
                _turns(subject, mine, begins, ends)
                if begins
                else (Found(subject, e, e, [e]) for e in mine if e.type == ends)
            )
        elif not begins:
            tested = [event for event in mine if event.type == ends]
            if tested:
                yield Found(subject, tested[0], tested[-1], mine)
        else:
            yield from _case(rule, subject, mine)


def _of(event: IncomingEvent, match: str) -> str:
    return (event.correlation if match == "correlation" else event.customer) or ""


def _case(rule: dict[str, Any], subject: str, mine: list[IncomingEvent]) -> Iterator[Found]:
    openings = [event for event in mine if event.type == rule["opening_type"]]
    if not openings:
        return
    after = [event for event in mine if since(event, openings[0])]
    if rule.get("closing_type"):
        closings = [event for event in after if event.type == rule["closing_type"]][:1]
    else:
        closings = [event for event in after if rule["closed_property"] in (event.properties or {})][-1:]
    yield Found(subject, openings[0], closings[0] if closings else None, after)


def _turns(subject: str, mine: list[IncomingEvent], begins: str, ends: str) -> Iterator[Found]:
    opening = None
    for event in mine:
        if event.type == ends and opening:
            between = [e for e in mine if since(e, opening) and e.time <= event.time]  # type: ignore[operator]
            yield Found(subject, opening, event, between)
            opening = None
        elif event.type == begins and opening is None:
            opening = event
    if opening:
        yield Found(subject, opening, None, [e for e in mine if since(e, opening)])


def reference(
    name: str, rule: dict[str, Any], history: list[IncomingEvent], *, zone: ZoneInfo, now: datetime
) -> Iterator[Plain]:
    """The outcomes of one rule; `calendar` of it is a function of a moment."""
    for each in found(rule, sorted(history, key=order)):
        opened_at = each.opening.time
        assert opened_at
        if rule.get("valid_from", opened_at) <= opened_at < rule.get("valid_until", datetime.max.replace(tzinfo=UTC)):
            yield _outcome(name, rule, each, zone, now)


def _outcome(name: str, rule: dict[str, Any], each: Found, zone: ZoneInfo, now: datetime) -> Plain:
    told = [event for event in each.between if event.type == rule.get("told_type")]
    if rule.get("kind", "deadline") == "deadline":
        status, due_at, used = _deadline(rule, each, zone, now)
    else:
        status, due_at, used = _tested(rule, each), each.closing.time if each.closing else None, None
    if _excused(rule, each):
        status, used = "excluded", None
    if status == "broken" and due_at and _fallback(rule, each, told, due_at):
        status = "fallback"
    left = None if used is None else 100 * (1 - used)
    margin = "" if status != "kept" or left is None else "exceeded" if left >= 50 else "near" if left <= 10 else ""
    return Plain(
        name, each.subject, each.opening.id, status, due_at, told[0].time if told else None, used, margin
    )  # fmt: skip


def _fallback(rule: dict[str, Any], each: Found, told: list[IncomingEvent], due_at: datetime) -> bool:
    in_time = [event for event in told if event.time and event.time <= due_at]
    offers = [e for e in each.between if e.type == rule.get("solution_type") and e.time and e.time <= due_at]
    name = rule.get("solution_property")
    return bool(in_time) and (bool(offers) or any(said(event, name) for event in in_time if name))


def _excused(rule: dict[str, Any], each: Found) -> bool:
    def given(name: str) -> Any:
        closing = said(each.closing, name)
        return said(each.opening, name) if closing is None else closing

    if rule.get("excluded_property") and given(rule["excluded_property"]):
        return True
    return any(given(test["property"]) == test["value"] for test in rule.get("exclusions", []))


def _tested(rule: dict[str, Any], each: Found) -> str:
    if each.closing is None:
        return "pending"
    if rule["kind"] == "accuracy":
        first = said(each.opening if rule.get("opening_type") else each.closing, rule["property"])
        second = said(each.closing, rule["other_property"])
        if first is None or second is None:
            return "excluded"
        return "kept" if abs(first - second) <= rule["tolerance"] else "broken"
    value = said(each.closing, rule["property"])
    return "excluded" if value is None else "kept" if value == rule["value"] else "broken"


def _deadline(
    rule: dict[str, Any], each: Found, zone: ZoneInfo, now: datetime
) -> tuple[str, datetime | None, float | None]:
    opened_at = each.opening.time
    assert opened_at
    closed_at = each.closing.time if each.closing and rule.get("closing_type") else None
    text = said(each.closing, rule.get("closed_property", "-"))
    closed_at = moment(text, zone) if text else closed_at
    stops = _stops(rule, each.between, closed_at)
    promised = said(each.opening, rule.get("due_property", "-"))
    is_open: Open = (lambda _: True) if promised else rule.get("calendar") or (lambda _: True)
    if promised:
        first = moment(promised, zone, latest=True)  # a day is due a microsecond before it is over
        allowed, due_at = round((first - opened_at) / MINUTE), _put_off(first, stops)
    elif "duration_minutes" in rule:
        allowed = rule["duration_minutes"]
        due_at = _runs_out(opened_at, allowed, stops, is_open)
    else:
        return "excluded", None, None
    if due_at is None:
        return "pending", None, None
    if closed_at is None:
        return ("broken" if due_at < now else "pending"), due_at, None
    end = max(closed_at, opened_at)
    left = _open_minutes(end, due_at, is_open) - _open_minutes(due_at, end, is_open)
    used = max(0.0, round(1 - left / allowed, 6)) if allowed > 0 else None
    return ("kept" if closed_at <= due_at else "broken"), due_at, used


def _stops(
    rule: dict[str, Any], between: list[IncomingEvent], closed_at: datetime | None
) -> list[tuple[datetime, datetime | None]]:
    stops: list[tuple[datetime, datetime | None]] = []
    for event in between:
        assert event.time
        standing = bool(stops) and stops[-1][1] is None
        if event.type == rule.get("pause_type") and not standing:
            stops.append((event.time, None))
        elif event.type == rule.get("resume_type") and standing:
            stops[-1] = (stops[-1][0], event.time)
    if closed_at is None:
        return stops
    return [(a, min(b or closed_at, closed_at)) for a, b in stops if a < closed_at]


def _put_off(due_at: datetime, stops: list[tuple[datetime, datetime | None]]) -> datetime | None:
    for start, end in stops:
        if start < due_at:
            if end is None:
                return None
            due_at += end - start
    return due_at


def _runs_out(
    opened_at: datetime, minutes: int, stops: list[tuple[datetime, datetime | None]], is_open: Open
) -> datetime | None:
    now, left = opened_at, minutes
    while left:
        if any(start <= now and end is None for start, end in stops):
            return None
        if is_open(now) and not any(end and start <= now < end for start, end in stops):
            left -= 1
        now += MINUTE
    return now


def _open_minutes(start: datetime, end: datetime, is_open: Open) -> int:
    count = 0
    while start < end:
        count += is_open(start)
        start += MINUTE
    return count


def moment(text: str, zone: ZoneInfo, *, latest: bool = False) -> datetime:
    value = datetime.fromisoformat(text)
    if latest and len(text) == 10:
        value = datetime.combine(value.date(), time.max)
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
