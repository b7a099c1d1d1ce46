"""One question as a respondent sees it, in their language. Pure: no database, no markup."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cxplatform.stats.metrics import bin_of
from surveys import wordings
from surveys.models import Survey
from surveys.published import Published
from surveys.questions import COMMENT, WISH_SUFFIX, Asked
from surveys.wordings import Texts, reading

PROMOTER, PASSIVE, DETRACTOR = "promoter", "passive", "detractor"
_REASONS: Mapping[str, Texts] = {
    PROMOTER: wordings.REASON_PROMOTER,
    PASSIVE: wordings.REASON_PASSIVE,
    DETRACTOR: wordings.REASON_DETRACTOR,
}


@dataclass(frozen=True)
class Voice:
    """Who asks, and how they address whom: the company's name, the language, and teitittely or not."""

    company: str
    language: str
    formal: bool = False

    def __call__(self, texts: Texts) -> str:
        return reading(texts, language=self.language, formal=self.formal).replace("{company}", self.company)


@dataclass(frozen=True)
class Option:
    """What is sent, and what is read; on a number scale both are the number."""

    value: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Screen:
    """One question: a number scale with `low` and `high` in words, `options` to choose from, or text `fields`."""

    key: str
    title: str
    options: tuple[Option, ...] = ()
    numbers: bool = False
    low: str = ""
    high: str = ""
    fields: tuple[Option, ...] = ()
    required: bool = False


def screen(question: Asked, *, survey: Published, voice: Voice, mood: str = "") -> Screen:
    """The question in this voice; an open one is worded by how the first score was (`mood`)."""
    if question.metric == COMMENT:
        return _open(question, voice, mood)
    kind, scale = question.type, question.type.scale
    assert scale is not None  # noqa: S101 - every type but free text has a metric
    relationship = survey.kind == Survey.Kind.RELATIONSHIP and kind.relationship
    title = _own(question, voice) or voice(relationship or kind.wording)
    if scale.choices:
        options = tuple(Option(name, voice(kind.options[name])) for name in scale.choices)
        return Screen(key=question.key, title=title, options=options, required=question.required)
    low, high = kind.ends or ({}, {})
    numbers = tuple(Option(str(value), str(value)) for value in range(scale.lowest, scale.highest + 1))
    return Screen(
        key=question.key,
        title=title,
        options=numbers,
        numbers=True,
        low=voice(low),
        high=voice(high),
        required=question.required,
    )


def mood_of(survey: Published, answers: Mapping[str, Any]) -> str:
    """How the first scored answer was: promoter, passive or detractor by NPS, alike by 0-100 else; or empty."""
    for question in survey.questions:
        scale = question.type.scale
        if scale is None or answers.get(question.key) is None:
            continue
        place = bin_of(scale, answers[question.key])
        if scale.key == "nps":
            return next(name for name in _REASONS if place in scale.parts[f"{name}s"])
        normal = scale.normal[place]
        if normal is None:
            return ""
        return PROMOTER if normal > 80 else PASSIVE if normal >= 50 else DETRACTOR
    return ""


def _open(question: Asked, voice: Voice, mood: str) -> Screen:
    own = _own(question, voice)
    title = own or voice(_REASONS.get(mood, question.type.wording))
    fields = [Option(question.key, title)]
    if mood == DETRACTOR and not own:
        fields.append(Option(f"{question.key}{WISH_SUFFIX}", voice(wordings.WISH)))
    return Screen(key=question.key, title=title, fields=tuple(fields), required=question.required)


def _own(question: Asked, voice: Voice) -> str:
    return question.wording.get(voice.language, "").replace("{company}", voice.company)
