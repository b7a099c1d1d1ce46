"""The later pages of a submission: the first answer counts at once, the others join it for a day.

An answer already given can be replaced for a quarter of an hour: long enough for a slip, too short to rewrite
what others have begun to act on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection
from django.utils import timezone

from cxplatform.pipeline import queue
from cxplatform.tenancy.context import active_tenant_id
from surveys.learn import learn
from surveys.models.asking import Audience
from surveys.questionnaire import published
from surveys.scoring import Marked, mark, not_asked
from surveys.submission import experience_of

OPEN_FOR = timedelta(days=1)
CHANGES_FOR = timedelta(minutes=15)


@dataclass(frozen=True)
class Amended:
    """`id` is None for a submission never received; `late` says that its time to be changed has passed."""

    id: UUID | None = None
    late: bool = False
    errors: Mapping[str, str] | None = None


_FIND = """
SELECT r.id, r.answers, r.texts, r.customer_id, r.audience, r.wave, r.answered_at, s.slug, v.number
FROM surveys_response r
JOIN surveys_survey s ON s.id = r.survey_id
JOIN surveys_surveyversion v ON v.id = r.version_id
WHERE r.tenant_id = %s AND r.submission_id = %s
FOR UPDATE OF r
"""
# The event keeps its id and is queued again: consumers count the difference to what they counted before.
_CHANGE = """
WITH amended AS (
    UPDATE surveys_response SET answers = %(answers)s, texts = %(texts)s, scores = %(scores)s
    WHERE tenant_id = %(tenant)s AND id = %(id)s RETURNING id, is_test
),
told AS (
    UPDATE journeys_event SET properties = properties || %(experience)s::jsonb
    WHERE tenant_id = %(tenant)s AND id = %(id)s
)
INSERT INTO pipeline_queuerow (tenant_id, event_ids)
SELECT %(tenant)s, ARRAY[id] FROM amended WHERE NOT is_test
"""


def amend(
    *, submission_id: str, answers: Mapping[str, Any] | None = None, texts: Mapping[str, str] | None = None
) -> Amended:
    """Add answers to a submission of the active tenant, or put others in their place, and queue it for counting.

    Questions not answered yet are open for a day after the first answer, those answered for 15 minutes. Nothing
    changes when the answers are those already there.
    """
    tenant_id = active_tenant_id()
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [tenant_id, submission_id])
        found = cursor.fetchone()
        if found is None:
            return Amended()
        id_, old_answers, old_texts, customer_id, audience, wave, answered_at, slug, number = found
        if timezone.now() - answered_at > OPEN_FOR:
            return Amended(id_, late=True)
        old = Marked(answers=msgspec.json.decode(old_answers), texts=msgspec.json.decode(old_texts))
        survey = published.shelf(slugs=[slug], numbers=[number]).versions[slug, number]
        new = mark(survey, {**old.answers, **(answers or {})}, {**old.texts, **(texts or {})})
        known = customer_id is not None and audience == Audience.CUSTOMER
        errors = new.errors | not_asked(survey, _news(old, new), known=known)
        if errors:
            return Amended(id_, errors=errors)
        if (new.answers, new.texts) == (old.answers, old.texts):
            return Amended(id_)
        if timezone.now() - answered_at > CHANGES_FOR and _replaces(old, new):
            return Amended(id_, late=True)
        cursor.execute(
            _CHANGE,
            {
                "tenant": tenant_id,
                "id": id_,
                "answers": _json(new.answers),
                "texts": _json(new.texts),
                "scores": _json(new.scores),
                "experience": _json(experience_of(new, audience, kind=wave.partition(":")[0])),
            },
        )
    for question in survey.profile:
        if question.key in _news(old, new):
            learn([(id_, question)], instead_of=str(old.answers.get(question.key) or ""))
    queue.wake_on_commit()
    return Amended(id_)


def _news(old: Marked, new: Marked) -> dict[str, Any]:
    return {key: answer for key, answer in new.answers.items() if old.answers.get(key) != answer}


def _replaces(old: Marked, new: Marked) -> bool:
    return any(new.answers.get(key) != answer for key, answer in old.answers.items()) or any(
        new.texts.get(key) != text for key, text in old.texts.items()
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
