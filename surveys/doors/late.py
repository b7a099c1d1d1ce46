"""Answers from devices that keep them while there is no network: a whole submission at a time, and late."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from surveys.amend import amend
from surveys.answer import record_responses
from surveys.doors.collect import TOO_LATE
from surveys.questionnaire.published import Published
from surveys.submission import Place, Submission

LONGEST_WAIT = timedelta(days=90)


def waited(age: int) -> timedelta:
    """How long an answer waited by its device's word of `age` seconds: from nothing to 90 days, whatever was sent."""
    return timedelta(seconds=min(max(age, 0), int(LONGEST_WAIT.total_seconds())))


@dataclass(frozen=True)
class Late:
    """What became of one: the id of its response, or what is wrong with it by field."""

    id: UUID | None = None
    errors: Mapping[str, str] = field(default_factory=dict)


def take(
    *,
    survey: Published,
    submission_id: str,
    answers: Mapping[str, Any],
    texts: Mapping[str, str],
    language: str,
    age: int,
    collected_by: str,
    place: Place,
    now: datetime,
    customer: str = "",
    test: bool = False,
    properties: Mapping[str, Any] | None = None,
) -> Late:
    """Store one submission of the active tenant, given `age` seconds before `now` by the device's own clock.

    The age and not the time is sent, as a device's clock may be wrong by years. Sending again, with the same or
    with more answers, counts once.
    """
    recorded = record_responses(
        [
            Submission(
                submission_id=submission_id,
                survey=survey.slug,
                version=survey.number,
                answers=dict(answers),
                texts=dict(texts),
                language=language,
                answered_at=now - waited(age),
                customer=customer or None,
                test=test,
                properties=dict(properties or {}) or None,
            )
        ],
        collected_by=collected_by,
        place=place,
    )
    if recorded.rejected:
        return Late(errors=recorded.rejected[0].errors)
    (taken,) = recorded.taken
    if taken.duplicate:
        amended = amend(submission_id=submission_id, answers=answers, texts=texts)
        return Late(taken.id, TOO_LATE if amended.late else amended.errors or {})
    return Late(taken.id)
