"""Which question comes next: a question may be asked only if an earlier answer says so. Pure: no database."""

from collections.abc import Mapping
from typing import Any

from surveys.questionnaire.published import Published

Answers = Mapping[str, Any]


def shown(survey: Published, index: int, answers: Answers) -> bool:
    """Whether this question is asked of somebody who answered so. A question that hangs on one that is itself not
    asked is not asked either, whatever was answered there before going back."""
    condition = survey.questions[index].only_if
    if condition is None:
        return True
    at = next((at for at in range(index) if survey.questions[at].key == condition.question), None)
    return at is not None and condition.holds(answers.get(condition.question)) and shown(survey, at, answers)


def following(survey: Published, index: int, answers: Answers) -> int | None:
    """The next question after this one; None at the end. `index` -1 gives the first."""
    return next((at for at in range(index + 1, len(survey.questions)) if shown(survey, at, answers)), None)


def before(survey: Published, index: int, answers: Answers) -> int:
    """The question before this one, 0 at the beginning."""
    return next((at for at in range(index - 1, -1, -1) if shown(survey, at, answers)), 0)


def progress(survey: Published, index: int, answers: Answers) -> tuple[int, int]:
    """This is the n-th of how many questions: those asked so far, and those that may still be."""
    done = sum(shown(survey, at, answers) for at in range(index))
    keys = [question.key for question in survey.questions]
    left = 0
    for at in range(index + 1, len(keys)):
        condition = survey.questions[at].only_if
        undecided = condition is not None and keys.index(condition.question) >= index
        left += undecided or shown(survey, at, answers)
    return done + 1, done + 1 + left
