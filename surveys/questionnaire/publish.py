"""Publishing: the draft's questions become the next version, the one customers see."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError

from cxplatform.tenancy import audit
from surveys.models import Question, Survey, SurveyVersion
from surveys.questionnaire.drafts import MOST_EXCUSED, MOST_QUESTIONS, moments, own_words, problems_of, worded
from surveys.questionnaire.gaps import known_values
from surveys.questionnaire.questions import type_of

__all__ = ["MOST_EXCUSED", "MOST_QUESTIONS", "publish", "unpublished"]


def publish(survey: Survey) -> SurveyVersion:
    """Make the draft the survey's newest version; a draft equal to that one publishes nothing new.

    Raises ValidationError on `questions`, each message naming the question and what to do.
    """
    # Two people publishing at once: the second waits here, and then finds the first one's version.
    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    draft = list(survey.questions.order_by("position", "id"))  # type: ignore[attr-defined]
    questions = _asked(survey, draft)
    problems = problems_of(survey, draft, questions)
    if problems:
        raise ValidationError({"questions": problems})
    latest = survey.versions.order_by("-number").first()  # type: ignore[attr-defined]
    if latest is not None and latest.questions == questions:
        return latest  # type: ignore[no-any-return]
    number = latest.number + 1 if latest is not None else 1
    because = survey.long_because if len(questions) > MOST_QUESTIONS else ""
    version = SurveyVersion.objects.create(survey=survey, number=number, questions=questions, long_because=because)
    told = {"long_because": because} if because else {}
    audit.record("published", survey, before=audit.state(survey), version=number, **told)
    return version


def unpublished(survey: Survey) -> bool:
    """Whether the draft asks something else than what customers see now."""
    latest = survey.versions.order_by("-number").first()  # type: ignore[attr-defined]
    draft = survey.questions.order_by("position", "id")  # type: ignore[attr-defined]
    return latest is None or latest.questions != _asked(survey, draft)


def _asked(survey: Survey, draft: Iterable[Question]) -> list[dict[str, Any]]:
    """The draft as a version holds it."""
    draft = list(draft)
    kinds = [type_of(question.metric) for question in draft]
    bins = _bins(survey) if any(kind and kind.choose for kind in kinds) else {}
    of_journey = any(kind and kind.of_journey for kind in kinds)
    touchpoints = moments(survey.journey_id, survey.tenant.language) if of_journey else []
    questions: list[dict[str, Any]] = []
    for question, kind in zip(draft, kinds, strict=True):
        asked: dict[str, Any] = {
            "key": question.key,
            "metric": question.metric,
            "wording": worded(question.wording),
            "required": question.required,
        }
        options = touchpoints if kind and kind.of_journey else own_words(question.metric, question.options)
        if kind and kind.dimension and not options:
            options = known_values(kind.dimension, survey.tenant.language)
        if kind and kind.choose:
            known = bins.setdefault((question.key, kind.choose), {})
            options = [{**one, "bin": known.setdefault(one["key"], len(known))} for one in options]
        if options:
            asked["options"] = options
        if question.only_if:
            asked["only_if"] = question.only_if
        questions.append(asked)
    return questions


def _bins(survey: Survey) -> dict[tuple[str, str], dict[str, int]]:
    """The bin of each option that any version has offered, by the question's key and how many may be chosen."""
    bins: dict[tuple[str, str], dict[str, int]] = {}
    for version in survey.versions.order_by("number"):  # type: ignore[attr-defined]
        for question in version.questions:
            kind = type_of(question["metric"])
            if kind and kind.choose:
                known = bins.setdefault((question["key"], kind.choose), {})
                known |= {option["key"]: option["bin"] for option in question["options"]}
    return bins
