"""The score given again once a matter has been dealt with: an answer of its own kind, never pooled with first ones."""

from typing import Any

from cxplatform.stats.metrics import bin_of
from surveys.amend import amend
from surveys.answer import record_responses
from surveys.models import FollowUp, Response
from surveys.questionnaire.published import Published
from surveys.questionnaire.questions import Asked
from surveys.submission import RECOVERY, Place, Submission


class Late(Exception):
    """The score given stands: it could be changed for a quarter of an hour."""


class Unknown(Exception):
    """No value of this question's scale."""


def question_again(survey: Published, response: Response) -> Asked | None:
    """The question by whose score the answer was judged: recommendation where it was asked, else the one answered
    worst; None where there was no score."""
    judged = []
    for place, question in enumerate(survey.questions):
        scale, given = question.type.scale, response.answers.get(question.key)
        if scale is None or given is None or scale.key.startswith("fcr"):
            continue
        normal = scale.normal[bin_of(scale, given)]
        if normal is not None:
            judged.append((scale.key != "nps", normal, place))
    return survey.questions[min(judged)[2]] if judged else None


def given_again(follow_up: FollowUp, turn: int) -> Response | None:
    """The score given after the matter was solved for the `turn`th time."""
    found: Response | None = Response.objects.filter(submission_id=_name(follow_up, turn)).first()
    return found


def store(
    follow_up: FollowUp, turn: int, *, survey: Published, question: Asked, value: str, customer: str, language: str
) -> tuple[Response, float | None]:
    """Store the score and return it as an answer and as 0-100. Within a quarter of an hour another replaces it.

    Raises Unknown for no value of the scale and Late once it stands.
    """
    answers: dict[str, Any] = {question.key: value}
    submission = Submission(
        submission_id=_name(follow_up, turn),
        survey=survey.slug,
        version=survey.number,
        answers=answers,
        customer=customer or None,
        correlation=follow_up.correlation or None,
        language=language,
        properties={"follow_up": follow_up.pk},
    )
    place = Place(follow_up.touchpoint_id, follow_up.channel_id, follow_up.unit_id)
    recorded = record_responses([submission], collected_by="link", place=place, kind=RECOVERY)
    if recorded.rejected:
        raise Unknown
    if recorded.duplicates:
        amended = amend(submission_id=submission.submission_id, answers=answers)
        if amended.late:
            raise Late
        if amended.errors:
            raise Unknown
    response = Response.objects.get(id=recorded.taken[0].id)
    scale = question.type.scale
    return response, scale.normal[bin_of(scale, response.answers[question.key])] if scale else None


def _name(follow_up: FollowUp, turn: int) -> str:
    return f"recovery:{follow_up.pk}:{turn}"
