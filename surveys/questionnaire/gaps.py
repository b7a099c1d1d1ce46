"""What is not known of a customer and a survey may ask: "asks, if it does not know"."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from django.db import connection

from cxplatform.tenancy.context import active_tenant_id
from journeys.models import Dimension
from journeys.people import customer_of
from surveys.questionnaire.choices import MOST_EVER
from surveys.questionnaire.published import Published
from surveys.questionnaire.questions import Asked
from surveys.questionnaire.wordings import LANGUAGES

LONGEST = 200
_LOOKED_AT = 20_000


def gaps_of(survey: Published, customer: str) -> tuple[str, ...]:
    """The keys of the profile questions that the customer of this number is asked: what is not known of them."""
    return tuple(asked.key for asked in _open(survey, customer, ()))


def asked_of(survey: Published, *, customer: str, answers: Collection[str]) -> Published:
    """The survey as this respondent is asked it, `customer` "" for one nobody knows; no query where it is for all.

    A profile question stays where it is a gap, or where it is among the keys of these `answers`, which have just
    filled it and may be changed. What hangs on a question that is left out goes with it.
    """
    if not survey.profile:
        return survey
    open_ = {question.key for question in _open(survey, customer, answers)}
    asked: list[Asked] = []
    left_out: set[str] = set()
    for question in survey.questions:
        unasked = bool(question.type.dimension) and question.key not in open_
        if unasked or (question.only_if is not None and question.only_if.question in left_out):
            left_out.add(question.key)
        else:
            asked.append(question)
    return replace(survey, questions=asked)


def _open(survey: Published, customer: str, answered: Collection[str]) -> list[Asked]:
    if not survey.profile or survey.anonymous or not customer:
        return []
    known = customer_of(customer)
    if known is None:
        return []
    wanted = {question.type.dimension for question in survey.profile}
    declared = set(Dimension.objects.in_use().filter(slug__in=wanted).values_list("slug", flat=True))
    return [
        question
        for question in survey.profile
        if question.key in answered
        or (question.type.dimension in declared and known.dimensions.get(question.type.dimension) in (None, ""))
    ]


def without_profile(survey: Published, answers: Mapping[str, Any]) -> dict[str, Any]:
    """These answers without those to profile questions: of a respondent nobody knows, who was not asked them."""
    keys = {question.key for question in survey.profile}
    return {key: answer for key, answer in answers.items() if key not in keys}


def known_values(dimension: str, language: str) -> list[dict[str, Any]]:
    """The values that the newest 20,000 customers have of a dimension, as options under their own names.

    One more than can be offered where there are too many.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT value FROM (
                SELECT dimensions ->> %(slug)s AS value FROM journeys_customer
                WHERE tenant_id = %(tenant)s ORDER BY id DESC LIMIT %(looked_at)s
            ) newest
            WHERE value <> '' AND length(value) <= %(longest)s
            GROUP BY value ORDER BY count(*) DESC, value LIMIT %(most)s
            """,
            {
                "tenant": active_tenant_id(),
                "slug": dimension,
                "looked_at": _LOOKED_AT,
                "longest": LONGEST,
                "most": MOST_EVER + 1,
            },
        )
        found = sorted(value for (value,) in cursor.fetchall())
    language = language if language in LANGUAGES else LANGUAGES[0]
    return [{"key": value, "text": {language: value}} for value in found]
