"""From the bytes of a request to events: a valid batch is decoded in one go, a faulty one event by event."""

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec

from cxplatform.api import body
from cxplatform.api.problems import Problem, wrong_fields
from journeys.record import IncomingEvent, Rejection


class SentEvent(IncomingEvent, frozen=True, forbid_unknown_fields=True):
    """An event as it comes over the wire, where a mistyped field must not be lost in silence."""


class _Batch(msgspec.Struct, forbid_unknown_fields=True):
    events: list[SentEvent]


@dataclass(frozen=True)
class Intake:
    """What was read: the events that have the right shape, the place of each in the batch, and the rest."""

    events: list[SentEvent]
    places: range | list[int]
    rejected: list[Rejection]

    @property
    def sent(self) -> int:
        return len(self.events) + len(self.rejected)


_event = msgspec.json.Decoder(SentEvent)
_events = msgspec.json.Decoder(list[SentEvent])
_batch = msgspec.json.Decoder(_Batch)
_SPACE = re.compile(rb"[ \t\r\n]*")
_HINTS = dict.fromkeys(SentEvent.__struct_fields__, "Send a text.") | {
    "id": "Send a text that is unique within the source.",
    "type": "Send a text, for example order.placed.",
    "time": "Send when it happened, as in 2026-11-22T09:30:00+02:00.",
    "sequence": "Send a whole number of at most 64 bits.",
    "properties": "Send an object of names and values.",
}


def read_events(raw: bytes, *, lines: bool = False, most: int) -> Intake:
    """Read one event, an array, {"events": [...]} or, with `lines` or when it looks so, one event a line.

    Raises `Problem` when the body as a whole is no such thing or holds over `most` events; what is wrong with
    a single event is a rejection.
    """
    if lines:
        return _read_lines(raw, most)
    first = raw[_SPACE.match(raw).end() :][:1]  # type: ignore[union-attr]
    if first == b"[":
        return _read_array(raw, most)
    if first == b"{":
        return _read_object(raw, most)
    raise Problem('Send one event, an array of events, {"events": [...]} or one event a line, as JSON in UTF-8.')


def _read_array(raw: bytes, most: int) -> Intake:
    try:
        events = _events.decode(raw)
    except msgspec.ValidationError:
        return _each(body.decode(raw, list[msgspec.Raw]), most, raw)
    except body.BROKEN as error:
        raise _not_json(error) from None
    return _whole(events, most)


def _read_object(raw: bytes, most: int) -> Intake:
    with suppress(*body.BROKEN):
        return _whole(_batch.decode(raw).events, most)
    try:
        parts = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    except body.BROKEN as error:
        if "trailing characters" in str(error) and b"\n" in raw:
            return _read_lines(raw, most)
        raise _not_json(error) from None
    if "events" not in parts:
        return _each([msgspec.Raw(raw)], most, raw)
    unknown = sorted(set(parts) - {"events"})
    if unknown:
        raise wrong_fields({name[:100]: "Unknown field beside events." for name in unknown[:20]})
    try:
        items = msgspec.json.decode(parts["events"], type=list[msgspec.Raw])
    except msgspec.ValidationError:
        raise wrong_fields({"events": "Send an array of events."}) from None
    return _each(items, most, raw)


def _read_lines(raw: bytes, most: int) -> Intake:
    try:
        return _whole(_event.decode_lines(raw), most)
    except body.BROKEN:
        return _each([line for line in raw.splitlines() if line.strip()], most)


def _whole(events: list[SentEvent], most: int) -> Intake:
    _check_count(len(events), most)
    return Intake(events, range(len(events)), [])


def _each(items: list[Any], most: int, raw: bytes | None = None) -> Intake:
    """Read item by item; `raw` is the document they came from, when it was one: that must be JSON throughout."""
    _check_count(len(items), most)
    if raw is not None:
        _check_json(raw)
    events, places, rejected = [], [], []
    for place, item in enumerate(items):
        try:
            events.append(_event.decode(item))
            places.append(place)
        except body.BROKEN as error:
            rejected.append(_rejection(place, item, error))
    return Intake(events, places, rejected)


def _check_count(count: int, most: int) -> None:
    if count > most:
        raise Problem(f"The request holds {count} events. Send at most {most:,} at a time.", status=413)


def _check_json(raw: bytes) -> None:
    try:
        msgspec.json.decode(raw)
    except msgspec.ValidationError:
        pass  # a number no float can hold: the fault of the event it stands in
    except body.BROKEN as error:
        raise _not_json(error) from None


def _not_json(error: Exception) -> Problem:
    return Problem(f"The body is not JSON in UTF-8: {body.reason(error)}.")


def _rejection(place: int, item: bytes, error: Exception) -> Rejection:
    try:
        values = msgspec.json.decode(item)
    except body.BROKEN as broken:
        return Rejection(place, "", {"event": f"This cannot be read as JSON in UTF-8: {body.reason(broken)}."})
    if not isinstance(values, dict):
        return Rejection(place, "", {"event": "Send an object with at least id and type."})
    sent_id = values.get("id")
    errors = body.faults(values, SentEvent, _HINTS) or {"event": str(error)}
    return Rejection(place, sent_id[:200] if isinstance(sent_id, str) else "", errors)
