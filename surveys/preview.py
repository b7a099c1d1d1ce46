"""The draft as a respondent would see it, while it is being written."""

from collections.abc import Iterable
from types import SimpleNamespace

import msgspec
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from surveys.models import Survey
from surveys.questions import QUESTION_TYPES, Asked
from surveys.screen import Screen, Voice, screen
from surveys.wordings import LANGUAGES


class DraftQuestion(msgspec.Struct, frozen=True):
    metric: str
    wording: dict[str, str] = {}
    required: bool = False


class Draft(msgspec.Struct, frozen=True):
    """What stands in the form now; `kind` and `language` fall back where they name nothing."""

    kind: str = Survey.Kind.TRANSACTION
    language: str = "fi"
    questions: tuple[DraftQuestion, ...] = ()


def parse_draft(body: bytes) -> Draft:
    """The form's draft, or ValidationError."""
    try:
        draft = msgspec.json.decode(body, type=Draft)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise ValidationError(gettext("The draft could not be read. Reload the page.")) from error
    language = draft.language if draft.language in LANGUAGES else LANGUAGES[0]
    return msgspec.structs.replace(draft, language=language)


def preview(draft: Draft, *, voice: Voice) -> list[Screen]:
    """One screen a question, in order; questions whose type is not chosen yet are left out."""
    return list(_screens(draft, voice))


def _screens(draft: Draft, voice: Voice) -> Iterable[Screen]:
    # A screen needs of its survey only what kind it is, and a draft has no published version yet.
    of = SimpleNamespace(kind=draft.kind)
    for number, question in enumerate(draft.questions, 1):
        if question.metric in QUESTION_TYPES:
            asked = Asked(key=str(number), metric=question.metric, wording=question.wording, required=question.required)
            yield screen(asked, survey=of, voice=voice)  # type: ignore[arg-type]
