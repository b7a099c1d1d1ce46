"""One verbatim as it is read: where and how it was said, what it is about, how it feels, and the score beside it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cxplatform.stats.metrics import METRICS, value_of
from dashboards.feedback.asked import MOODS, SENTIMENTS, Mark
from dashboards.labels import choice_label
from dashboards.measures import PAGE_METRICS, short_name
from dashboards.structure import Place, Structure
from surveys.models import FollowUp, Response, Topic, Verbatim

CLEAR = 0.2
"""Sentiment is -1..1; nearer to 0 than this it is neutral."""
LEADING = tuple(name for name in PAGE_METRICS if METRICS[name].answered)
"""Of an answer's scores the first of these stands beside its words."""


@dataclass(frozen=True)
class About:
    """A topic with the confidence, per cent, that the text is about it."""

    id: int
    name: str
    confidence: float


@dataclass(frozen=True)
class Followed:
    """The follow-up of an answer and who has it, empty for nobody."""

    id: int
    owner: str


@dataclass(frozen=True)
class Said:
    """`place` None where so few have answered that naming it might tell who wrote. `link` and `rating` are those of
    unsolicited feedback, `customer_id` only for who may see it."""

    id: UUID
    response_id: UUID
    key: str
    time: datetime
    text: str
    language: str
    place: Place | None
    channel: str
    unit: str
    score: str
    mood: str
    topics: tuple[About, ...]
    sentiment: str
    confidence: float | None
    emotions: tuple[str, ...]
    source: str
    link: str
    rating: str
    quoted: bool
    customer_id: UUID | None
    follow_up: Followed | None = None

    @property
    def mark(self) -> Mark:
        return Mark(self.time, self.id)

    @property
    def mood_name(self) -> str:
        return str(MOODS.get(self.mood, ""))

    @property
    def sentiment_name(self) -> str:
        return str(SENTIMENTS[self.sentiment])


@dataclass(frozen=True)
class Beside:
    """What verbatims are read with: see `beside`."""

    structure: Structure
    topics: Mapping[int, str]
    sources: Mapping[UUID, Mapping[str, Any]]
    quoted: Collection[tuple[UUID, str]]
    named: Collection[int]
    zone: ZoneInfo
    identity: bool
    followed: Mapping[UUID, Followed]


def topic_names() -> dict[int, str]:
    """Topics in use by id, in the reader's language, by name. One query."""
    language = (get_language() or "en")[:2]
    names = {topic.pk: topic.names.get(language) or topic.name for topic in Topic.objects.in_use()}
    return dict(sorted(names.items(), key=lambda pair: pair[1].casefold()))


def sources_of(rows: Iterable[Verbatim]) -> dict[UUID, dict[str, Any]]:
    """Link and rating of the unsolicited among these, by the answer's id. One query."""
    ids = [row.response_id for row in rows if row.source]
    found = Response.objects.filter(id__in=ids).values_list("id", "answers", "texts")
    return {
        id_: {
            "link": texts.get("link", ""),
            "rating": ""
            if answers.get("rating") is None
            else f"{answers['rating']:g} ({answers.get('rating_scale', '')})",
        }
        for id_, answers, texts in found
    }


def followed_of(response_ids: Iterable[UUID]) -> dict[UUID, Followed]:
    """By answer, those that opened a follow-up. One query; uses follow_up_by_answer."""
    found = FollowUp.objects.filter(response_id__in=set(response_ids)).select_related("owner")
    return {one.response_id: Followed(one.pk, str(one.owner or "")) for one in found}


def said(row: Verbatim, beside: Beside) -> Said:
    """One verbatim with the names of what it refers to."""
    structure = beside.structure
    source = beside.sources.get(row.response_id, {})
    channel = structure.channels.get(row.channel_id) if row.channel_id else None
    named = row.touchpoint_id in beside.named
    return Said(
        id=row.id,
        response_id=row.response_id,
        key=row.key,
        time=row.answered_at.astimezone(beside.zone),
        text=row.text,
        language=row.language,
        place=structure.places.get(row.touchpoint_id) if named and row.touchpoint_id else None,
        channel=channel.name if channel and named else "",
        unit=structure.units.get(str(row.unit_id), "") if named else "",
        score=score_of(row.scores),
        mood=mood_of(row.scores, row.value),
        topics=_about(row.topics, beside.topics),
        sentiment=sentiment_of(row.sentiment),
        confidence=None if row.confidence is None else 100 * row.confidence,
        emotions=tuple(choice_label(key, METRICS["emotion/7"]) for key in row.emotions),
        source=row.source,
        link=source.get("link", ""),
        rating=source.get("rating", ""),
        quoted=(row.response_id, row.key) in beside.quoted,
        customer_id=row.customer_id if beside.identity else None,
        follow_up=beside.followed.get(row.response_id),
    )


def score_of(scores: Mapping[str, int]) -> str:
    """The leading score in words: "NPS 3", "" where nothing was scored."""
    name = next((name for name in LEADING if name in scores), "")
    if not name:
        return ""
    of = METRICS[name]
    value = choice_label(of.choices[scores[name]], of) if of.choices else str(value_of(of, scores[name]))
    return _("%(metric)s %(value)s") % {"metric": short_name(of), "value": value}


def mood_of(scores: Mapping[str, int], value: float | None) -> str:
    """The class of the score, one of MOODS, as a respondent's reason is worded by it."""
    for name in ("nps/0-10", "nps/1-10"):
        if name in scores:
            parts = METRICS[name].parts
            return (
                "good"
                if scores[name] in parts["promoters"]
                else "middling"
                if scores[name] in parts["passives"]
                else "bad"
            )
    if value is None:
        return "none"
    return "good" if value > 80 else "middling" if value >= 50 else "bad"


def sentiment_of(sentiment: float | None) -> str:
    """One of SENTIMENTS."""
    if sentiment is None:
        return "unknown"
    return "positive" if sentiment >= CLEAR else "negative" if sentiment <= -CLEAR else "neutral"


def _about(topics: Mapping[str, float], names: Mapping[int, str]) -> tuple[About, ...]:
    known = [About(int(id_), names[int(id_)], 100 * sure) for id_, sure in topics.items() if int(id_) in names]
    return tuple(sorted(known, key=lambda one: -one.confidence))
