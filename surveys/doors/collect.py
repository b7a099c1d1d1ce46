"""Answers from our own doors, screen by screen: the first one makes the submission, the others join it."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from surveys.amend import amend
from surveys.answer import record_responses
from surveys.models import Response
from surveys.questionnaire.published import Published
from surveys.submission import Place, Submission

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22,43}")


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What one screen sent: `token` names the submission, and only who has it can go on with it."""

    token: str
    answers: Mapping[str, Any]
    texts: Mapping[str, str]
    language: str


@dataclass(frozen=True, kw_only=True)
class About:
    """Whom and what an answer is about, where the door knows: frozen in the invitation."""

    customer: str = ""
    correlation: str = ""
    properties: Mapping[str, Any] = field(default_factory=dict)


NOTHING = About()
TOO_LATE: Mapping[str, str] = {"answers": "An answer can be changed for 15 minutes. This one stays as it is."}


def new_token() -> str:
    return secrets.token_urlsafe(16)


def valid_token(token: str) -> bool:
    return _TOKEN.fullmatch(token) is not None


def submission_id(door: str, token: str) -> str:
    return f"{door}:{token}"


def collect(
    sent: Sent,
    *,
    survey: Published,
    door: str,
    collected_by: str,
    place: Place,
    about: About = NOTHING,
    test: bool = False,
) -> Mapping[str, str]:
    """Store one screen's answers in the active tenant; what was wrong with them by field, or nothing.

    Sending a screen twice, also at the same moment, counts once. `TOO_LATE` says that the answer stands as it is.
    """
    name = submission_id(door, sent.token)
    recorded = record_responses(
        [
            Submission(
                submission_id=name,
                survey=survey.slug,
                version=survey.number,
                answers=dict(sent.answers),
                texts=dict(sent.texts),
                language=sent.language,
                test=test,
                customer=about.customer or None,
                correlation=about.correlation or None,
                properties=dict(about.properties),
            )
        ],
        collected_by=collected_by,
        place=place,
    )
    if recorded.rejected:
        return recorded.rejected[0].errors
    if recorded.duplicates:
        amended = amend(submission_id=name, answers=sent.answers, texts=sent.texts)
        return TOO_LATE if amended.late else amended.errors or {}
    return {}


def answers_so_far(door: str, token: str) -> dict[str, Any]:
    """What this submission holds, by question key."""
    found = Response.objects.filter(submission_id=submission_id(door, token)).values_list("answers", flat=True)
    return next(iter(found), {})
