"""Publishing: the draft's questions become the next version, the one customers see."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from cxplatform.tenancy import audit
from surveys.models import Question, Survey, SurveyVersion
from surveys.questions import COMMENT, QUESTION_TYPES, WISH_SUFFIX

MOST_QUESTIONS = 5


def publish(survey: Survey) -> SurveyVersion:
    """Make the draft the survey's newest version; a draft equal to that one publishes nothing new.

    Raises ValidationError on `questions`, each message naming the question and what to do.
    """
    # Two people publishing at once: the second waits here, and then finds the first one's version.
    Survey.objects.select_for_update().get(pk=survey.pk)
    draft = list(survey.questions.order_by("position", "id"))
    problems = _problems(draft)
    if problems:
        raise ValidationError({"questions": problems})
    questions = _asked(draft)
    latest = survey.versions.order_by("-number").first()
    if latest is not None and latest.questions == questions:
        return latest
    number = (survey.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version = SurveyVersion.objects.create(survey=survey, number=number, questions=questions)
    audit.record("published", survey, before=audit.state(survey), version=number)
    return version


def unpublished(survey: Survey) -> bool:
    """Whether the draft asks something else than what customers see now."""
    latest = survey.versions.order_by("-number").first()
    return latest is None or latest.questions != _asked(survey.questions.order_by("position", "id"))


def _asked(draft: Iterable[Question]) -> list[dict[str, Any]]:
    return [{"key": q.key, "metric": q.metric, "wording": _worded(q.wording), "required": q.required} for q in draft]


def _worded(wording: Any) -> dict[str, str]:
    return {language: text.strip() for language, text in (wording or {}).items() if text and text.strip()}


def _problems(draft: list[Question]) -> list[str]:
    problems: list[str] = []
    if not draft:
        problems.append(_("Add at least one question before publishing."))
    if len(draft) > MOST_QUESTIONS:
        problems.append(
            _("Keep at most %(most)d questions: this survey has %(count)d. Remove some or make a second survey.")
            % {"most": MOST_QUESTIONS, "count": len(draft)}
        )
    keys: set[str] = set()
    metrics: set[str] = set()
    for question in draft:
        names = {"key": question.key, "metric": question.metric}
        kind = QUESTION_TYPES.get(question.metric)
        if question.key in keys:
            problems.append(_("“%(key)s”: another question has this key. Give each its own.") % names)
        elif question.metric == COMMENT and f"{question.key}{WISH_SUFFIX}" in {q.key for q in draft}:
            problems.append(_("“%(key)s_wish” is kept for the wish that goes with “%(key)s”. Use another key.") % names)
        if kind is None:
            problems.append(_("“%(key)s”: there is no question type “%(metric)s”. Choose one from the list.") % names)
        elif question.metric != COMMENT and question.metric in metrics:
            # Two answers of one metric in one submission would be one person counted twice.
            problems.append(_("“%(key)s” asks the same thing as an earlier question. Remove one of them.") % names)
        elif kind.needs_wording and not _worded(question.wording):
            problems.append(_("“%(key)s”: write your own wording that says which promise is meant.") % names)
        keys.add(question.key)
        metrics.add(question.metric)
    return problems
