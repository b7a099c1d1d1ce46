"""The draft as a respondent would see it, while it is being written."""

from collections.abc import Iterable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import msgspec
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from surveys.models import Survey
from surveys.questionnaire.drafts import moments, own_words
from surveys.questionnaire.gaps import known_values
from surveys.questionnaire.questions import Asked, type_of
from surveys.questionnaire.screen import Screen, Voice, screen
from surveys.questionnaire.wordings import LANGUAGES

_SIGNS = {"is": "=", "not": "≠", "le": "≤", "ge": "≥"}


class DraftOption(msgspec.Struct, frozen=True):
    key: str = ""
    text: dict[str, str] = {}


class DraftCondition(msgspec.Struct, frozen=True, rename={"is_": "is"}):
    question: str = ""
    is_: str = "is"
    values: tuple[str, ...] = ()


class DraftQuestion(msgspec.Struct, frozen=True):
    metric: str
    wording: dict[str, str] = {}
    required: bool = False
    key: str = ""
    options: tuple[DraftOption, ...] = ()
    only_if: DraftCondition | None = None


class Draft(msgspec.Struct, frozen=True):
    """What stands in the form now; `kind` and `language` fall back where they name nothing."""

    kind: str = Survey.Kind.TRANSACTION
    language: str = "fi"
    questions: tuple[DraftQuestion, ...] = ()
    journey: int | None = None


@dataclass(frozen=True)
class Previewed:
    """A screen, and in words when it is shown: empty = always."""

    screen: Screen
    only_if: str = ""


def parse_draft(body: bytes) -> Draft:
    """The form's draft, or ValidationError."""
    try:
        draft = msgspec.json.decode(body, type=Draft)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise ValidationError(gettext("The draft could not be read. Reload the page.")) from error
    language = draft.language if draft.language in LANGUAGES else LANGUAGES[0]
    return msgspec.structs.replace(draft, language=language)


def draft_of(survey: Survey | None, *, language: str) -> Draft:
    """The stored draft of a survey, or an empty one."""
    language = language.partition("-")[0]
    language = language if language in LANGUAGES else LANGUAGES[0]
    if survey is None or survey.pk is None:
        return Draft(language=language)
    questions = survey.questions.order_by("position", "id")  # type: ignore[attr-defined]
    fields = ("metric", "wording", "required", "key", "options", "only_if")
    rows = [{name: getattr(question, name) for name in fields} for question in questions]
    stored = {"kind": survey.kind, "language": language, "journey": survey.journey_id}
    return msgspec.convert({**stored, "questions": [row | {"only_if": row["only_if"] or None} for row in rows]}, Draft)


def preview(draft: Draft, *, voice: Voice) -> list[Previewed]:
    """One screen a question, in order; questions whose type is not chosen yet are left out."""
    return list(_screens(draft, voice))


def _screens(draft: Draft, voice: Voice) -> Iterable[Previewed]:
    # A screen needs of its survey only what kind it is, and a draft has no published version yet.
    of = SimpleNamespace(kind=draft.kind)
    touchpoints: list[dict[str, Any]] | None = None
    earlier: dict[str, Screen] = {}
    for number, question in enumerate(draft.questions, 1):
        kind = type_of(question.metric)
        if kind is None:
            continue
        if kind.of_journey:
            if touchpoints is None:
                touchpoints = moments(draft.journey, voice.language)
            options = touchpoints
        else:
            stored = [
                {"key": one.key or f"new-{place}", "text": one.text} for place, one in enumerate(question.options)
            ]
            options = own_words(question.metric, stored)
            if kind.dimension and not options:
                options = known_values(kind.dimension, voice.language)
        asked = Asked(
            key=str(number),
            metric=question.metric,
            wording=question.wording,
            required=question.required,
            options={one["key"]: one["text"] for one in options},
        )
        shown = screen(asked, survey=of, voice=voice)  # type: ignore[arg-type]
        yield Previewed(shown, _condition(question.only_if, earlier))
        earlier[question.key] = shown


def _condition(condition: DraftCondition | None, earlier: dict[str, Screen]) -> str:
    if condition is None or condition.question not in earlier:
        return ""
    of = earlier[condition.question]
    labels = {option.value: option.label for option in of.options}
    values = ", ".join(labels.get(value, value) for value in condition.values) or "…"
    return f"{of.title} {_SIGNS.get(condition.is_, '=')} {values}"
