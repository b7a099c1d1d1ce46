"""What tells topics and sentiment of one company's texts: its topics' words, and what it was taught."""

from collections.abc import Sequence

import msgspec

from surveys.models import Teller, Topic
from surveys.texts import feelings
from surveys.texts.words import WordList, Words, word_lists, words_of

SURE = 0.5
"""Topics less sure than this are not told."""
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


class TextTeller(msgspec.Struct, frozen=True):
    """Tells texts; made of what is stored, and good for as long as its `version` is."""

    version: int
    topics: tuple[TopicWords, ...]

    def tell(self, texts: Sequence[tuple[str, str]]) -> list[Told]:
        """What these (text, language of its survey) are about and how they feel."""
        return [self._one(words_of(text, hint)) for text, hint in texts]

    def _one(self, words: Words) -> Told:
        feeling = feelings.by_words(words)
        topics = {str(topic.id): by_words(topic, words) for topic in self.topics}
        return Told(
            language=words.language[:10],
            lemmas=words.searched,
            topics={id_: sure for id_, sure in topics.items() if sure >= SURE},
            sentiment=feeling.sentiment,
            confidence=feeling.confidence if feeling.sentiment is not None else None,
            emotions=list(feeling.emotions),
        )


def by_words(topic: TopicWords, words: Words) -> float:
    """How sure a topic's words make that a text is about it, 0..1."""
    listed = topic.lists.get(words.language)
    return _BY_WORDS[min(len(listed.hits(words)), 3)] if listed else 0.0


def teller_of(row: Teller) -> TextTeller:
    """The active tenant's teller as it is stored."""
    topics = Topic.objects.filter(archived_at=None).order_by("id")
    return TextTeller(
        version=row.version,
        topics=tuple(TopicWords(topic.pk, word_lists(topic.words)) for topic in topics),
    )
