"""Stories that may be told: what a customer who said yes went through, without what tells who it was."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from cxplatform.tenancy.context import active_tenant_id
from journeys.models import UNASSIGNED, Passage
from surveys.models import Response, SurveyVersion
from surveys.questionnaire.questions import STORY_CONSENT, YES

DAYS = 30
"""How long after its answer a story is still news."""
AGAIN = 90
"""Days in which a customer sits in the chair once at most."""
LEAST_SIGNS = 15
_STEPS, _LOOKED_AT = 40, 20


@dataclass(frozen=True)
class Story:
    """A story that waits for its day. `value` is the answer's leading score on 0-100; `text` its first words."""

    response_id: UUID
    customer_id: UUID | None
    consent_key: str
    answered_at: datetime
    touchpoint_id: int | None
    value: float | None
    text: str


# Uses verbatim_by_time; the answers are found by their key.
_WAITING = """
SELECT DISTINCT ON (r.id) r.id, r.customer_id, asked.key, r.answered_at, r.touchpoint_id, v.value, v.text
FROM surveys_verbatim v
JOIN surveys_response r ON r.tenant_id = v.tenant_id AND r.id = v.response_id
JOIN unnest(%(versions)s::bigint[], %(keys)s::text[]) AS asked (version_id, key)
    ON asked.version_id = r.version_id AND r.answers ->> asked.key = %(yes)s
WHERE v.tenant_id = %(tenant)s AND v.answered_at >= %(since)s AND v.answered_at < %(until)s
    AND v.audience = 'customer' AND NOT r.is_test AND length(v.text) >= %(least)s
    AND (%(response)s::uuid IS NULL OR r.id = %(response)s)
    AND NOT EXISTS (
        SELECT FROM dashboards_chaircase c WHERE c.tenant_id = v.tenant_id AND (c.response_id = r.id
            OR (c.customer_id = r.customer_id AND c.day > %(until)s::date - %(again)s AND c.day <= %(until)s::date)))
ORDER BY r.id, length(v.text) DESC
"""


def waiting(*, until: datetime, response_id: UUID | None = None) -> list[Story]:
    """Stories of the active tenant that may be told and have not been, of DAYS before `until`, the newest first.

    With `response_id` that one alone. Two queries.
    """
    consents = [
        (version_id, question["key"])
        for version_id, questions in SurveyVersion.objects.filter(
            questions__contains=[{"metric": STORY_CONSENT}]
        ).values_list("id", "questions")
        for question in questions
        if question["metric"] == STORY_CONSENT
    ]
    if not consents:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _WAITING,
            {
                "tenant": active_tenant_id(),
                "versions": [version_id for version_id, _ in consents],
                "keys": [key for _, key in consents],
                "yes": YES,
                "since": until - timedelta(days=DAYS),
                "until": until,
                "least": LEAST_SIGNS,
                "again": AGAIN,
                "response": response_id,
            },
        )
        found = [Story(*row) for row in cursor.fetchall()]
    return sorted(found, key=lambda story: story.answered_at, reverse=True)


def what_happened(story: Story) -> dict[str, Any]:
    """The passage in which the answer was given: its steps and the scores along it, by ids and seconds from its start;
    of an answer that belongs to none, the answer alone."""
    passage = _passage(story)
    if passage is None:
        answers = Response.objects.filter(id=story.response_id)
        start, steps, journey_id = story.answered_at, [], None
    else:
        end = max(passage.over_at, story.answered_at)
        answers = Response.objects.filter(
            Q(customer_id=story.customer_id, answered_at__gte=passage.started_at, answered_at__lte=end)
            | Q(id=story.response_id),
            is_test=False,
            audience="customer",
        )
        start, journey_id = passage.started_at, passage.journey_id
        steps = [
            {"touchpoint": place, "channel": channel, "seconds": seconds}
            for place, channel, seconds in zip(
                passage.touchpoint_ids[:_STEPS], passage.channel_ids, passage.seconds, strict=False
            )
        ]
    told = answers.order_by("answered_at").values_list("touchpoint_id", "channel_id", "answered_at", "scores")[:_STEPS]
    return {
        "journey": journey_id,
        "month": f"{start:%Y-%m}-01",
        "steps": steps,
        "answers": [
            {"touchpoint": place, "channel": channel, "seconds": int((at - start).total_seconds()), "scores": scores}
            for place, channel, at, scores in told
        ],
    }


def _passage(story: Story) -> Passage | None:
    """Of the customer's passages that had begun, the newest that was not over, through the answer's touchpoint first.

    Uses passage_by_customer.
    """
    if story.customer_id is None:
        return None
    begun = Passage.objects.filter(customer_id=story.customer_id, started_at__lte=story.answered_at)
    newest = begun.exclude(journey_id=UNASSIGNED).order_by("-started_at")[:_LOOKED_AT]
    going = [passage for passage in newest if passage.over_at >= story.answered_at]
    through = [passage for passage in going if story.touchpoint_id in passage.touchpoint_ids]
    return next(iter(through or going), None)


def hardest_first(stories: list[Story]) -> list[Story]:
    """By score, those without one last; of equals the newest first."""
    return sorted(stories, key=lambda story: (story.value is None, story.value))


def best_first(stories: list[Story]) -> list[Story]:
    return sorted(stories, key=lambda story: (story.value is None, -(story.value or 0)))
