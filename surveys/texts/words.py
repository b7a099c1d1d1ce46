"""A text as words: its language, and the base forms by which it is searched, sorted by topic and weighed."""

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LANGUAGES = ("fi", "sv", "en")
"""Those in which we know words; of other languages only the language is told."""
_OTHERS = ("et", "ru", "de", "fr", "no", "da")
_SHORT = 30
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_MOST = 1_000


@dataclass(frozen=True)
class Words:
    """A text's words in order, small letters: as written, and as base forms in the same places."""

    language: str
    written: tuple[str, ...]
    lemmas: tuple[str, ...]

    @property
    def searched(self) -> str:
        """What is searched: base forms once each, with a space around every one."""
        return f" {' '.join(dict.fromkeys(self.lemmas))} " if self.lemmas else ""


def language_of(text: str, hint: str = "") -> str:
    """The language of a text, by ISO 639-1; the `hint` (of its survey) where the text is too short to say."""
    hint = hint.partition("-")[0].lower()
    found, likely = _identifier().classify(text[:2_000])
    if found in ("no", "da") and hint == "sv":
        found = "sv"
    sure = likely >= 0.9 if found in LANGUAGES else likely >= 0.97 and len(text) >= _SHORT
    return str(found) if sure or not hint else hint


def words_of(text: str, hint: str = "") -> Words:
    """A text's words; of a language without a list of base forms the words as they are written."""
    language = language_of(text, hint)
    written = tuple(word.lower() for word in _WORD.findall(text)[:_MOST])
    if language not in LANGUAGES:
        return Words(language, written, written)
    return Words(language, written, tuple(lemma_of(word, language) for word in written))


@functools.lru_cache(maxsize=50_000)
def lemma_of(word: str, language: str) -> str:
    """The base form of one word of a language of LANGUAGES, in small letters."""
    return str(_lemmatizer().lemmatize(word, lang=language)).lower()


def search_words(text: str, language: str) -> Sequence[str]:
    """The base forms of what somebody searches for, as `Verbatim.lemmas` has them."""
    known = language if language in LANGUAGES else LANGUAGES[0]
    return [lemma_of(word.lower(), known) for word in _WORD.findall(text)[:20]]


@functools.cache
def _lemmatizer() -> Any:
    from simplemma import Lemmatizer
    from simplemma.strategies import DefaultStrategy

    from surveys.texts.dictionaries import KeptDictionaries

    return Lemmatizer(lemmatization_strategy=DefaultStrategy(greedy=False, dictionary_factory=KeptDictionaries()))


@functools.cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([*LANGUAGES, *_OTHERS])
    return identifier


@dataclass(frozen=True)
class WordList:
    """Words that tell of something: base forms, and beginnings of words (written with a * behind)."""

    whole: frozenset[str]
    beginnings: tuple[str, ...]

    def hits(self, words: Words) -> set[str]:
        """The different words of a text that are in the list, as base forms."""
        return {
            lemma
            for written, lemma in zip(words.written, words.lemmas, strict=True)
            if lemma in self.whole
            or written in self.whole
            or (self.beginnings and (written.startswith(self.beginnings) or lemma.startswith(self.beginnings)))
        }


def word_list(listed: Sequence[str]) -> WordList:
    """The list as a person wrote it: small letters, a * at the end for every word that begins so."""
    told = [word.strip().lower() for word in listed if word.strip(" *")]
    return WordList(
        frozenset(word for word in told if not word.endswith("*")),
        tuple(word.rstrip("*") for word in told if word.endswith("*")),
    )


def word_lists(by_language: Mapping[str, Sequence[str]]) -> dict[str, WordList]:
    """One list per language."""
    return {language: word_list(listed) for language, listed in by_language.items()}
