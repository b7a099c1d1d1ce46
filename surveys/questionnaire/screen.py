"""One question as a respondent sees it, in their language. Pure: no database, no markup."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cxplatform.stats.metrics import bin_of
from surveys.models import Survey
from surveys.questionnaire import wordings, wordings_kinds
from surveys.questionnaire.published import Published
from surveys.questionnaire.questions import COMMENT, LONGEST, WISH_SUFFIX, Asked
from surveys.questionnaire.wordings import Texts, reading

PROMOTER, PASSIVE, DETRACTOR = wordings.REASONS
# Kinds that ask of all that has been, not of one contact.
_OF_ALL = {Survey.Kind.RELATIONSHIP, Survey.Kind.RECALL, Survey.Kind.ONBOARDING}


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
    """One question: a number scale with `low` and `high` in words, `options` to choose one (or `many`) from, or text
    `fields`, on one line (`short`) or more."""

    key: str
    title: str
    options: tuple[Option, ...] = ()
    numbers: bool = False
    low: str = ""
    high: str = ""
    fields: tuple[Option, ...] = ()
    required: bool = False
    many: bool = False
    short: bool = False

    @property
    def longest(self) -> int:
        """Signs that a text field takes."""
        return LONGEST["line"] if self.short else LONGEST[COMMENT]


def screen(question: Asked, *, survey: Published, voice: Voice, mood: str = "") -> Screen:
    """The question in this voice; an open one is worded by how the first score was (`mood`)."""
    kind, mirror = question.type, survey.kind == Survey.Kind.MIRROR
    if kind.written:
        return _open(question, voice, "" if mirror else mood, mirror=mirror)
    title = title_of(question, survey_kind=survey.kind, voice=voice)
    if mirror:
        title = voice(wordings_kinds.MIRROR).replace("{question}", title)
    scale = kind.scale
    if scale is None or scale.choices:
        options = tuple(Option(name, voice(texts)) for name, texts in question.offered.items())
        return Screen(
            key=question.key, title=title, options=options, required=question.required, many=kind.choose == "many"
        )
    low, high = (question.options.get(end) or {} for end in ("low", "high"))
    standard_low, standard_high = kind.ends or ({}, {})
    numbers = tuple(Option(str(value), str(value)) for value in range(scale.lowest, scale.highest + 1))
    return Screen(
        key=question.key,
        title=title,
        options=numbers,
        numbers=True,
        low=_in(low, voice) or voice(standard_low),
        high=_in(high, voice) or voice(standard_high),
        required=question.required,
    )


def title_of(question: Asked, *, survey_kind: str, voice: Voice) -> str:
    """The words of a question that is not an open one, as they stand above its options."""
    word = voice(question.options.get("word") or {})
    return (_own(question, voice) or voice(_standard(question, survey_kind))).replace("{word}", word)


def _standard(question: Asked, survey_kind: str) -> Texts:
    kind = question.type
    # What only its maker can word is read in another language rather than not at all.
    own = question.wording if kind.needs_wording or kind.metric in ("choice", "choices") else {}
    return own or (kind.relationship if kind.relationship and survey_kind in _OF_ALL else kind.wording)


def mood_of(survey: Published, answers: Mapping[str, Any]) -> str:
    """How the first scored answer was: promoter, passive or detractor by NPS, alike by 0-100 else; or empty."""
    for question in survey.questions:
        scale = question.type.scale
        if scale is None or answers.get(question.key) is None:
            continue
        place = bin_of(scale, answers[question.key])
        if scale.key == "nps":
            return next(name for name in wordings.REASONS if place in scale.parts[f"{name}s"])
        normal = scale.normal[place]
        if normal is None:
            return ""
        return PROMOTER if normal > 80 else PASSIVE if normal >= 50 else DETRACTOR
    return ""


def _open(question: Asked, voice: Voice, mood: str, *, mirror: bool) -> Screen:
    short = question.metric != COMMENT
    reason = question.options.get(mood) or {}
    if mirror and not short:
        standard = wordings_kinds.MIRROR_REASON
    else:
        standard = question.wording or question.type.wording if short else wordings.REASONS.get(mood, wordings.REASON)
    own = _in(reason, voice) or _own(question, voice)
    title = own or voice(standard)
    fields = [Option(question.key, title)]
    if mood == DETRACTOR and not short and not _own(question, voice):
        fields.append(Option(f"{question.key}{WISH_SUFFIX}", voice(wordings.WISH)))
    return Screen(key=question.key, title=title, fields=tuple(fields), required=question.required, short=short)


def _own(question: Asked, voice: Voice) -> str:
    return _in(question.wording, voice)


def _in(texts: Texts, voice: Voice) -> str:
    return texts.get(voice.language, "").replace("{company}", voice.company)
