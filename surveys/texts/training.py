"""Learning what a company's texts are about from what its people taught, and how they feel from its own scores.

Nobody marks feelings by hand: an answer's score stands for the text beside it (distant supervision), at both ends of
the scale only. It is wrong now and then, so what is learnt is asked of answers it has not seen, and the figures say
how often it was right.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, Sum
from django.utils import timezone

from cxplatform.stats.intervals import wilson
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from surveys.models import Teller, Topic, TopicExample, TopicRollup, Verbatim
from surveys.texts import features, heads
from surveys.texts.teller import BOTH, CANNOT_TELL, EXAMPLES, SURE, WORDS, TopicWords, by_words
from surveys.texts.words import Words, word_lists, words_of

OFTEN = timedelta(hours=1)
NIGHT = range(2, 5)
"""Hours of the company's clock in which it learns from new scores."""
GROWN = 1.2
TEACH = 10
"""Examples without which a topic is told by its words alone, and so many of both kinds:"""
OF_EACH = 3
SCORED = 200
LOW, HIGH = 40, 75
"""Scores (0-100) at most and at least these stand for a bad and a good text."""
_MOST = 4_000
_LOOKED_AT = 1_000
CANDIDATES = 30


def due(teller: Teller, *, tenant: Tenant, now: datetime) -> bool:
    """Whether the active tenant's teller is to be trained: an hour after it last was if somebody taught it or changed
    a topic since; else the first time there are enough texts, and in a night when there are a fifth more."""
    since = teller.trained_at
    if since is None or now - since < OFTEN:
        return False
    if teller.taught_at is not None and teller.taught_at > since:
        return True
    if Topic.objects.filter(Q(updated_at__gt=since) | Q(archived_at__gt=since)).exists():
        return True
    if teller.texts and now.astimezone(tenant.zone).hour not in NIGHT:
        return False
    return _texts() >= max(SCORED, GROWN * teller.texts)


def _texts() -> int:
    """How many texts of customers the active tenant has."""
    every = F("negative") + F("neither") + F("positive")
    counted = TopicRollup.objects.filter(topic_id=0, touchpoint_id=0).aggregate(n=Sum(every))
    return counted["n"] or 0


@dataclass(frozen=True)
class Example:
    """A text that somebody said is about a topic, or is not."""

    topic_id: int
    text: str
    language: str
    about: bool


@dataclass(frozen=True)
class Lesson:
    """What is learnt from, read in one go: examples, scored texts (with whether they are good), and recent texts
    (with their ids) to choose from what is asked next."""

    topics: tuple[TopicWords, ...]
    examples: tuple[Example, ...]
    scored: tuple[tuple[str, str, bool], ...]
    recent: tuple[tuple[str, str, str], ...]
    texts: int


@dataclass(frozen=True)
class Learnt:
    """Arrays to tell by, and figures that say how sure they make."""

    arrays: Mapping[str, Any]
    figures: Mapping[str, Any]


def train(tenant_id: int) -> bool:
    """Train a tenant's teller if it is due; whether it was. Opens its own transactions, and learns in none."""
    with activate(tenant_id):
        row = Teller.objects.select_for_update().defer("weights").first()
        now = timezone.now()
        if row is None or not due(row, tenant=Tenant.objects.get(pk=tenant_id), now=now):
            return False
        # Said before, so that nobody begins the same beside; what is taught meanwhile waits for the next hour.
        Teller.objects.update(trained_at=now)
        lesson = read()
    learnt = learn(lesson)
    with activate(tenant_id):
        Teller.objects.update(
            version=F("version") + 1, weights=packed(learnt.arrays), figures=dict(learnt.figures), texts=lesson.texts
        )
    return True


def read() -> Lesson:
    """What the active tenant's teller learns from now."""
    topics = Topic.objects.filter(archived_at=None).order_by("id")
    examples = TopicExample.objects.filter(topic__archived_at=None).order_by("id")
    texts = Verbatim.objects.filter(audience="customer", source="").order_by("-answered_at")
    columns = ("text", "language", "value")
    good, bad = (list(texts.filter(**side).values_list(*columns)[:_MOST]) for side in _SIDES)
    recent = Verbatim.objects.filter(audience="customer").order_by("-answered_at").values_list("id", "text", "language")
    return Lesson(
        topics=tuple(TopicWords(topic.pk, word_lists(topic.words)) for topic in topics),
        examples=tuple(Example(*row) for row in examples.values_list("topic_id", "text", "language", "about")),
        scored=tuple((text, language, value >= HIGH) for text, language, value in [*good, *bad]),
        recent=tuple((str(id_), text, language) for id_, text, language in recent[:_LOOKED_AT]),
        texts=_texts(),
    )


_SIDES: tuple[dict[str, Any], ...] = ({"value__gte": HIGH}, {"value__lte": LOW})


def learn(lesson: Lesson, *, meaning: bool | None = None) -> Learnt:
    """Learn topics and feelings. Pure: nothing is read or stored. `meaning` as in features.fit."""
    texts = [e.text for e in lesson.examples] + [text for text, _, _ in lesson.scored]
    hints = [e.language for e in lesson.examples] + [language for _, language, _ in lesson.scored]
    if not lesson.examples and len(lesson.scored) < SCORED:
        return Learnt({}, {"topics": {}, "sentiment": None})
    words = [words_of(text, hint) for text, hint in zip(texts, hints, strict=True)]
    space, placed = features.fit(texts, words, meaning=meaning)
    n = len(lesson.examples)
    recent_words = [words_of(text, hint) for _, text, hint in lesson.recent]
    recent = space.place([text for _, text, _ in lesson.recent], recent_words) if lesson.recent and n else None
    arrays = space.arrays()
    figures: dict[str, Any] = {"topics": {}, "sentiment": None}
    for topic in lesson.topics:
        told, head = _topic(topic, lesson.examples, words[:n], placed[:n])
        if head is not None:
            arrays |= head.arrays(f"topic.{topic.id}")
            if recent is not None:
                told["candidates"] = _border(lesson, head.confidence(recent), topic.id)
        if told:
            figures["topics"][str(topic.id)] = told
    answers = [good for _, _, good in lesson.scored]
    if min(sum(answers), len(answers) - sum(answers)) >= SCORED // 5 and len(answers) >= SCORED:
        felt = heads.learn(placed[n:], answers)
        arrays |= felt.head.arrays("sentiment")
        figures["sentiment"] = _sureness(felt.unseen, answers)
    learnt = figures["sentiment"] or any("by" in told for told in figures["topics"].values())
    return Learnt(arrays if learnt else {}, figures)


def _topic(
    topic: TopicWords, examples: Sequence[Example], words: Sequence[Words], placed: Any
) -> tuple[dict[str, Any], heads.Head | None]:
    """One topic's figures and head. Texts that are about other topics stand for what it is not."""
    own = [i for i, e in enumerate(examples) if e.topic_id == topic.id]
    if not own:
        return {}, None
    told: dict[str, Any] = {"examples": len(own), "about": sum(examples[i].about for i in own)}
    here = {examples[i].text for i in own}
    others = [i for i, e in enumerate(examples) if e.topic_id != topic.id and e.about and e.text not in here]
    used = own + list({examples[i].text: i for i in others}.values())
    about = [examples[i].topic_id == topic.id and examples[i].about for i in used]
    if len(own) < TEACH or min(sum(about), len(about) - sum(about)) < OF_EACH:
        return told, None
    learnt = heads.learn(placed[used], about)
    listed = [by_words(topic, words[i]) for i in used]
    ways = {
        EXAMPLES: learnt.unseen,
        WORDS: listed,
        BOTH: [(a + b) / 2 for a, b in zip(learnt.unseen, listed, strict=True)],
    }
    found = {way: _f1([sure >= SURE for sure in sures], about) for way, sures in ways.items()}
    best = max(found, key=lambda way: found[way]["f1"])
    return told | found[best] | {"by": best}, learnt.head


def _f1(said: Sequence[bool], about: Sequence[bool]) -> dict[str, float]:
    """F1 of saying yes, with its interval: resampled from the counts of right, wrong and missed."""
    import numpy

    right = sum(a and b for a, b in zip(said, about, strict=True))
    wrong, missed = sum(said) - right, sum(about) - right
    rest = len(about) - right - wrong - missed
    drawn = numpy.random.default_rng(0).multinomial(
        len(about), numpy.array([right, wrong, missed, rest]) / len(about), size=2_000
    )
    scores = 2 * drawn[:, 0] / numpy.maximum(2 * drawn[:, 0] + drawn[:, 1] + drawn[:, 2], 1)
    low, high = numpy.quantile(scores, [0.025, 0.975])
    return {"f1": float(2 * right / max(2 * right + wrong + missed, 1)), "low": float(low), "high": float(high)}


def _border(lesson: Lesson, sure: Any, topic_id: int) -> list[str]:
    """Ids of the recent texts of which it is least sure, nearest to the border first."""
    taught = {e.text for e in lesson.examples if e.topic_id == topic_id}
    places = sorted(range(len(lesson.recent)), key=lambda i: abs(float(sure[i]) - SURE))
    found: dict[str, str] = {}
    for place in places:
        id_, text, _ = lesson.recent[place]
        if text not in taught and text not in found:
            found[text] = id_
        if len(found) == CANDIDATES:
            break
    return list(found.values())


def _sureness(unseen: Any, answers: Sequence[bool]) -> dict[str, float]:
    """Of answers that were not learnt from: how many it could tell, and how many of those it told as their scores
    do, with the interval."""
    pairs = zip(map(float, unseen), answers, strict=True)
    told = [(sure >= 0.5) == good for sure, good in pairs if max(sure, 1 - sure) >= CANNOT_TELL]
    right = sum(told)
    low, high = map(float, wilson(right, len(told))) if told else (0.0, 1.0)
    return {
        "n": len(answers),
        "told": len(told) / len(answers),
        "right": right / len(told) if told else 0.0,
        "low": low,
        "high": high,
    }


def packed(arrays: Mapping[str, Any]) -> bytes:
    """Arrays by name as they are stored: numpy's own format, which holds numbers and nothing that runs."""
    import numpy

    file = io.BytesIO()
    numpy.savez_compressed(file, **arrays)
    return file.getvalue()
