"""Words that feel: a small lexicon of our own in three languages, and what a text feels by them alone.

Weights are from -3 (as bad as it gets) to 3. A word after a negation turns and halves: "not good" is bad, but less
so than "bad". Emotions are the seven of the survey's emotion question.
"""

import functools
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cxplatform.stats.metrics import METRICS
from surveys.texts.words import Words

EMOTIONS = METRICS["emotion/7"].choices
_FILE = Path(__file__).with_name("feelings.toml")
_REACH = 3
"""Words behind a negation that it turns."""


@dataclass(frozen=True)
class Feeling:
    """`sentiment` is -1..1, None where nothing tells; `confidence` 0..1 that its sign is right."""

    sentiment: float | None
    confidence: float
    emotions: tuple[str, ...] = ()


def by_words(words: Words) -> Feeling:
    """What a text feels by the lexicon. Words for both sides cancel out, and nothing is told with confidence."""
    known = lexicon(words.language)
    good = bad = 0.0
    turned_until = -1
    for place, (written, lemma) in enumerate(zip(words.written, words.lemmas, strict=True)):
        if written in known.negations or lemma in known.negations:
            turned_until = place + _REACH
        weight = known.weights.get(lemma) or known.weights.get(written) or 0.0
        if weight and place <= turned_until:
            weight *= -0.5
        good, bad = (good + weight, bad) if weight > 0 else (good, bad - weight)
    emotions = emotions_of(words)
    if not good and not bad:
        return Feeling(None, 0.0, emotions)
    sentiment = math.tanh((good - bad) / 2)
    return Feeling(round(sentiment, 3), round(0.5 + 0.4 * abs(good - bad) / (good + bad + 1), 3), emotions)


def emotions_of(words: Words) -> tuple[str, ...]:
    """The emotions whose words a text has, none after a negation, in the order of the emotion question."""
    known = lexicon(words.language)
    found: set[str] = set()
    turned_until = -1
    for place, (written, lemma) in enumerate(zip(words.written, words.lemmas, strict=True)):
        if written in known.negations or lemma in known.negations:
            turned_until = place + _REACH
        elif place > turned_until:
            found |= known.emotions.get(lemma, frozenset()) | known.emotions.get(written, frozenset())
    return tuple(emotion for emotion in EMOTIONS if emotion in found)


@dataclass(frozen=True)
class Lexicon:
    """The words of one language that feel."""

    weights: Mapping[str, float]
    negations: frozenset[str]
    emotions: Mapping[str, frozenset[str]]
    """The emotions that a word tells of."""


@functools.cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of a language; an empty one where we have none."""
    told: dict[str, Any] = tomllib.loads(_FILE.read_text(encoding="utf-8")).get(language, {})
    emotions: dict[str, frozenset[str]] = {}
    for emotion, listed in told.get("emotions", {}).items():
        for word in listed.split():
            emotions[word] = emotions.get(word, frozenset()) | {emotion}
    return Lexicon(
        _signed(told.get("good", {}), 1) | _signed(told.get("bad", {}), -1),
        frozenset(told.get("negations", {}).get("words", "").split()),
        emotions,
    )


def _signed(listed: Mapping[str, str], sign: int) -> dict[str, float]:
    return {word: float(sign * int(weight)) for weight, words in listed.items() for word in words.split()}
