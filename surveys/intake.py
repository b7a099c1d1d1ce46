"""From the bytes of a request to submissions: a valid batch is decoded in one go, a faulty one item by item."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec

from cxplatform.api import body
from cxplatform.api.problems import Problem
from journeys.record import Rejection
from surveys.submission import Submission

MOST = 1_000


class _Batch(msgspec.Struct, forbid_unknown_fields=True):
    responses: list[Submission]


class _Items(msgspec.Struct, forbid_unknown_fields=True):
    responses: list[msgspec.Raw]


@dataclass(frozen=True)
class Intake:
    """What was read: the submissions of the right shape, the place of each in the batch, and the rest."""

    submissions: list[Submission]
    places: range | list[int]
    rejected: list[Rejection]


_one = msgspec.json.Decoder(Submission)
_many = msgspec.json.Decoder(list[Submission])
_batch = msgspec.json.Decoder(_Batch)
_FIELDS = {field.name: field for field in msgspec.structs.fields(Submission)}
_EXPECTED = {
    "answers": "Send an object of question keys and answers: numbers, names of choices or texts.",
    "texts": "Send an object of question keys and texts.",
    "version": "Send the number of a published version.",
    "answered_at": "Send when it was answered, as in 2026-11-22T09:30:00+02:00.",
    "audience": "Send customer or employee.",
    "properties": "Send an object of names and values.",
    "test": "Send true or false.",
}


def read_submissions(raw: bytes) -> Intake:
    """Read one submission, an array, or {"responses": [...]}.

    Raises `Problem` when the body as a whole is no such thing or holds over 1,000; what is wrong with a single
    one is a rejection.
    """
    first = raw.lstrip(b" \t\r\n")[:1]
    if first not in {b"[", b"{"}:
        raise Problem('Send one response, an array of responses or {"responses": [...]}, as JSON in UTF-8.')
    with suppress(*body.BROKEN):
        if first == b"[":
            return _whole(_many.decode(raw))
        with suppress(msgspec.ValidationError):
            return _whole([_one.decode(raw)])
        return _whole(_batch.decode(raw).responses)
    return _each(_items(raw, first))


def _items(raw: bytes, first: bytes) -> list[msgspec.Raw]:
    if first == b"[":
        return body.decode(raw, list[msgspec.Raw])  # type: ignore[no-any-return]
    if "responses" in body.decode(raw, dict[str, msgspec.Raw]):
        return body.decode(raw, _Items).responses  # type: ignore[no-any-return]
    return [msgspec.Raw(raw)]


def _whole(submissions: list[Submission]) -> Intake:
    _check_count(len(submissions))
    return Intake(submissions, range(len(submissions)), [])


def _each(items: list[msgspec.Raw]) -> Intake:
    _check_count(len(items))
    intake = Intake([], [], [])
    for place, item in enumerate(items):
        try:
            intake.submissions.append(_one.decode(item))
            intake.places.append(place)  # type: ignore[union-attr]
        except body.BROKEN as error:
            intake.rejected.append(_rejection(place, item, error))
    return intake


def _check_count(count: int) -> None:
    if count > MOST:
        raise Problem(f"The request holds {count} responses. Send at most {MOST:,} at a time.", status=413)


def _rejection(place: int, item: msgspec.Raw, error: Exception) -> Rejection:
    try:
        values = msgspec.json.decode(item)
    except body.BROKEN as broken:
        return Rejection(place, "", {"response": f"This cannot be read as JSON in UTF-8: {body.reason(broken)}."})
    if not isinstance(values, dict):
        return Rejection(place, "", {"response": "Send an object with submission_id, survey and answers."})
    sent = values.get("submission_id")
    errors = dict(_faults(values)) or {"response": str(error)}
    return Rejection(place, sent[:100] if isinstance(sent, str) else "", errors)


def _faults(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, field in _FIELDS.items():
        if field.required and name not in values:
            yield name, f"This field is required. {_EXPECTED.get(name, 'Send a text.')}"
    for name, value in values.items():
        if name not in _FIELDS:
            yield name[:100], "Unknown field. Send data of your own inside properties."
            continue
        try:
            msgspec.convert(value, _FIELDS[name].type)
        except msgspec.ValidationError:
            yield name, _EXPECTED.get(name, "Send a text.")
