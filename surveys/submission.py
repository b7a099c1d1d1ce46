"""A submission as it comes in, and the row it becomes."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import md5
from typing import Any, Literal
from uuid import UUID

import msgspec

from journeys.record import AHEAD, EARLIEST
from surveys.models import Survey
from surveys.models.asking import Audience
from surveys.questionnaire.published import Published, Shelf
from surveys.scoring import Marked, mark, not_asked

EVENT_SOURCE = "surveys"
EVENT_TYPE = "survey.answered"
RECOVERY = "recovery"
"""The kind of an answer that says, once a matter was dealt with, how it is now: no answer about the first contact."""
_LONGEST = {
    "submission_id": 100,
    "survey": 100,
    "customer": 200,
    "touchpoint": 300,
    "channel": 300,
    "unit": 300,
    "correlation": 200,
    "language": 10,
}


class Submission(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One respondent's answers to one survey; a null is the same as leaving out.

    `answers` maps question keys to a number on the scale, the name of a choice, a list of names where several may be
    chosen or, for open questions, text. That to a profile question becomes the customer's value, where there is none.
    `version` is the survey's version that was shown (default: the newest). A time without an offset is the
    tenant's local time. `properties` go into the event and give the frozen dimensions their values.
    """

    submission_id: str
    survey: str
    answers: dict[str, int | float | str | list[str] | None]
    texts: dict[str, str] | None = None
    version: int | None = None
    answered_at: datetime | None = None
    customer: str | None = None
    touchpoint: str | None = None
    channel: str | None = None
    unit: str | None = None
    correlation: str | None = None
    language: str | None = None
    audience: Literal["customer", "employee"] | None = None
    properties: dict[str, Any] | None = None
    test: bool = False


@dataclass(frozen=True)
class Place:
    """Where a door stands: ids of definitions, for submissions that name none."""

    touchpoint_id: int | None = None
    channel_id: int | None = None
    unit_id: int | None = None


def row(
    submission: Submission, *, response_id: UUID, shelf: Shelf, place: Place, now: datetime, kind: str = ""
) -> tuple[bytes, dict[str, str]]:
    """The submission as one JSON object with the columns that `answer` stores, and what is wrong with it by field.

    `kind` is that of the answer where it is not its survey's.
    """
    errors = _check_texts(submission)
    survey = _survey(submission, shelf, errors)
    if survey is None:
        return b"", errors
    answered_at = submission.answered_at or now
    if answered_at.tzinfo is None:
        answered_at = answered_at.replace(tzinfo=survey.zone)
    _check_time(answered_at, now, errors)
    audience = submission.audience or survey.audience
    if survey.kind == Survey.Kind.MIRROR and audience != Audience.EMPLOYEE:
        errors["audience"] = "Staff answer a mirror survey, never customers. Send employee."
    marked = mark(survey, submission.answers, submission.texts)
    errors |= marked.errors
    known = bool(submission.customer) and audience == Audience.CUSTOMER
    errors |= not_asked(survey, marked.answers, known=known)
    if errors:
        return b"", errors
    event_id = str(response_id)
    named = not survey.anonymous  # an anonymous answer leads to nobody, whatever a caller sends along
    columns = {
        "id": event_id,
        "digest": md5(f"{EVENT_SOURCE}\x1f{event_id}".encode(), usedforsecurity=False).hexdigest(),
        "submission_id": submission.submission_id,
        "survey_id": survey.survey_id,
        "version_id": survey.version_id,
        "answered_at": answered_at.astimezone(UTC),
        "language": (submission.language or "").lower(),
        "audience": audience,
        "wave": wave_of(survey, answered_at, kind=kind),
        "customer": (named and submission.customer) or "",
        "touchpoint": submission.touchpoint or "",
        "channel": submission.channel or "",
        "unit": submission.unit or "",
        "touchpoint_id": place.touchpoint_id,
        "survey_touchpoint_id": survey.touchpoint_id,
        "channel_id": place.channel_id,
        "unit_id": place.unit_id,
        "correlation": (named and submission.correlation) or "",
        "answers": marked.answers,
        "texts": marked.texts,
        "scores": marked.scores,
        "properties": submission.properties or {},
        "experience": {"survey": survey.slug, **experience_of(marked, audience, kind=kind)},
        "is_test": submission.test,
    }
    return _encode(columns, errors), errors


def experience_of(marked: Marked, audience: str, *, kind: str = "") -> dict[str, float]:
    """The normalised values an answer's event tells: what a customer felt. What staff think of a case is no part of
    its customer's way, and one employee's answer is shown to nobody; how it is after a recovery is told apart."""
    return marked.experience if audience == Audience.CUSTOMER and kind != RECOVERY else {}


def wave_of(survey: Published, answered_at: datetime, *, kind: str = "") -> str:
    """What keeps the answers of a kind of survey apart in the rollups: nothing for transactions; for relationships
    the calendar quarter, in the tenant's time zone, in which an answer stands for its customer; for other kinds
    the kind and the quarter ("recall:2026-Q4"), in which every answer counts. `kind` stands instead of the survey's.
    """
    kind = kind or survey.kind
    if kind == Survey.Kind.TRANSACTION:
        return ""
    local = answered_at.astimezone(survey.zone)
    quarter = f"{local.year}-Q{(local.month + 2) // 3}"
    return quarter if kind == Survey.Kind.RELATIONSHIP else f"{kind}:{quarter}"


def _check_texts(submission: Submission) -> dict[str, str]:
    errors: dict[str, str] = {}
    for name, longest in _LONGEST.items():
        text = getattr(submission, name)
        if text is not None and len(text) > longest:
            errors[name] = f"Send at most {longest} characters."
    if not submission.submission_id.strip():
        errors["submission_id"] = "Send an id of your own for this submission, so that sending it again counts once."
    return errors


def _survey(submission: Submission, shelf: Shelf, errors: dict[str, str]) -> Published | None:
    slug = submission.survey
    newest = shelf.newest.get(slug)
    if newest is None:
        errors["survey"] = (
            "This survey has not been published yet. Publish it first."
            if slug in shelf.unpublished
            else "There is no survey of this identifier. GET /api/v1/surveys lists them."
        )
        return None
    if submission.version is None:
        return newest
    survey = shelf.versions.get((slug, submission.version))
    if survey is None:
        errors["version"] = f"There is no version {submission.version} of this survey; the newest is {newest.number}."
    return survey


def _check_time(answered_at: datetime, now: datetime, errors: dict[str, str]) -> None:
    if answered_at.replace(tzinfo=UTC) < EARLIEST:
        errors["answered_at"] = "The time is before the year 2000. Send when it was answered, with its offset from UTC."
    elif answered_at > now + AHEAD:
        errors["answered_at"] = "The time is over 24 hours ahead. Send when it was answered, with its offset from UTC."


def _encode(columns: dict[str, Any], errors: dict[str, str]) -> bytes:
    try:
        text = msgspec.json.encode(columns)
    except (UnicodeError, RecursionError, ValueError, OverflowError):
        errors["body"] = "Send plain JSON: valid text, finite numbers, less nesting."
        return b""
    if rb"\u0000" in text:
        for name, value in columns.items():
            if _holds_nul(value):
                errors[name] = "Remove the NUL character: the database cannot store it."
    return text


def _holds_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any(_holds_nul(key) or _holds_nul(part) for key, part in value.items())
    return isinstance(value, list) and any(_holds_nul(part) for part in value)
