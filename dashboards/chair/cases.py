"""Who sits in the chair: chosen for each day by the rule, or by hand, and read only while the consent stands."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import get_language

from cxplatform.tenancy import audit
from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Tenant, User
from dashboards.chair.stories import best_first, hardest_first, waiting, what_happened
from dashboards.feedback.said import mood_of, score_of
from dashboards.models import ChairCase
from dashboards.structure import Structure
from journeys.hours import language_name
from surveys.questionnaire.questions import YES

FRIDAY = 4
RECENT = 7
"""Days after which the last case is no longer shown as the present one."""


@dataclass(frozen=True)
class Step:
    """One step of the story, `minutes` after its start; `score` "" where none was given there."""

    name: str
    channel: str
    minutes: float
    score: str = ""
    mood: str = ""


@dataclass(frozen=True)
class Words:
    text: str
    language: str

    @property
    def foreign(self) -> str:
        """The language's name, for those who read the page in another one; empty where it is theirs or not known."""
        here = (get_language() or "")[:2]
        return language_name(self.language) if self.language and self.language[:2] != here else ""


@dataclass(frozen=True)
class Case:
    """A customer's case as it is told; `journey` "" where the answer belonged to none. `month` is its first day."""

    day: date
    response_id: UUID
    journey_id: int | None
    journey: str
    month: date
    steps: tuple[Step, ...]
    words: tuple[Words, ...]
    by_hand: bool


def choose(*, tenant: Tenant, day: date, response_id: UUID | None = None, by: User | None = None) -> ChairCase | None:
    """Let a story of the active tenant be the day's case; None where there is none to tell.

    By the rule: the hardest of the last weeks that has not been told, on Fridays the best, for what goes well is to
    be heard as well. The day's case stays once it is chosen, unless another is given by hand (`response_id`, `by`).
    """
    standing = ChairCase.objects.filter(day=day).first()
    if standing and response_id is None:
        return standing
    stories = waiting(until=timezone.now(), response_id=response_id)
    in_order = best_first(stories) if day.weekday() == FRIDAY else hardest_first(stories)
    if not in_order:
        return None
    story = in_order[0]
    with transaction.atomic():
        case, _made = ChairCase.objects.update_or_create(
            day=day,
            defaults={
                "response_id": story.response_id,
                "customer_id": story.customer_id,
                "consent_key": story.consent_key,
                "story": what_happened(story),
                "chosen_by": by,
            },
        )
        if by:
            audit.record("chosen", case)
    return case


# A case whose customer took the consent back, or was erased, or whose answer was a test, is not there.
_TOLD = """
SELECT c.day, c.response_id, c.story, c.chosen_by_id IS NOT NULL,
    jsonb_agg(jsonb_build_object('text', v.text, 'language', v.language) ORDER BY v.key)
FROM dashboards_chaircase c
JOIN surveys_response r ON r.tenant_id = c.tenant_id AND r.id = c.response_id AND NOT r.is_test
    AND r.answers ->> c.consent_key = %(yes)s
JOIN surveys_verbatim v ON v.tenant_id = c.tenant_id AND v.response_id = c.response_id
WHERE c.tenant_id = %(tenant)s AND c.day >= %(since)s AND c.day <= %(day)s
GROUP BY c.day, c.response_id, c.story, c.chosen_by_id
ORDER BY c.day DESC LIMIT %(most)s
"""
_MAY = """
SELECT 1 FROM dashboards_chaircase c
JOIN surveys_response r ON r.tenant_id = c.tenant_id AND r.id = c.response_id AND NOT r.is_test
    AND r.answers ->> c.consent_key = %(yes)s
WHERE c.tenant_id = %(tenant)s AND c.response_id = %(response)s LIMIT 1
"""


def may_be_told(response_id: UUID) -> bool:
    """Whether the case of this answer, once chosen, may still be told: its customer's yes stands."""
    with connection.cursor() as cursor:
        cursor.execute(_MAY, {"tenant": active_tenant_id(), "response": response_id, "yes": YES})
        return cursor.fetchone() is not None


def withdrawn(among: Collection[UUID]) -> set[UUID]:
    """Those of these answers that sat in the chair and may be told no more."""
    sat = ChairCase.objects.filter(response_id__in=list(among)).values_list("response_id", flat=True)
    return {response_id for response_id in set(sat) if not may_be_told(response_id)}


def cases(*, until: date, structure: Structure, days: int = RECENT, most: int = 1) -> list[Case]:
    """Cases of the last `days` days up to `until` that may still be told, the newest first. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            _TOLD,
            {
                "tenant": active_tenant_id(),
                "since": until - timedelta(days=days - 1),
                "day": until,
                "yes": YES,
                "most": most,
            },
        )
        rows = cursor.fetchall()
    return [
        _case(day, response_id, msgspec.json.decode(story), by_hand, msgspec.json.decode(words), structure)
        for day, response_id, story, by_hand, words in rows
    ]


def _case(
    day: date,
    response_id: UUID,
    story: Mapping[str, Any],
    by_hand: bool,
    words: Sequence[Mapping[str, str]],
    structure: Structure,
) -> Case:
    journeys = {journey.id: journey.name for journey in structure.journeys}
    return Case(
        day=day,
        response_id=response_id,
        journey_id=story["journey"],
        journey=journeys.get(story["journey"], ""),
        month=datetime.fromisoformat(story["month"]).date(),
        steps=_steps(story, structure),
        words=tuple(Words(one["text"], one["language"]) for one in words),
        by_hand=by_hand,
    )


def _steps(story: Mapping[str, Any], structure: Structure) -> tuple[Step, ...]:
    """Steps in time's order, each answer's score at the last step before it at the same touchpoint."""
    answers = [(one, score_of(one["scores"]), mood_of(one["scores"], None)) for one in story["answers"]]
    placed: dict[int, tuple[str, str]] = {}
    alone = []
    for one, score, mood in answers:
        met = [
            place
            for place, step in enumerate(story["steps"])
            if step["touchpoint"] == one["touchpoint"] and step["seconds"] <= one["seconds"]
        ]
        if met:
            placed[met[-1]] = (score, mood)
        elif one["touchpoint"]:
            alone.append((one, (score, mood)))
    told = [(step, placed.get(place, ("", ""))) for place, step in enumerate(story["steps"])] + alone
    return tuple(
        Step(
            name=place.name,
            channel=channel.name if channel else "",
            minutes=step["seconds"] / 60,
            score=score,
            mood=mood,
        )
        for step, (score, mood) in sorted(told, key=lambda pair: pair[0]["seconds"])
        for place, channel in [(structure.places.get(step["touchpoint"]), structure.channels.get(step["channel"]))]
        if place
    )
