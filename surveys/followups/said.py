"""What the customer said that a follow-up is of: words and scores, masked unless the reader may know who it was."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cxplatform.stats.metrics import METRICS, value_of
from surveys.models import FollowUp, FollowUpStep, Response, Verbatim
from surveys.questionnaire.questions import QUESTION_TYPES
from surveys.questionnaire.wordings import reading
from surveys.texts.mask import mask

_LEADING = ("nps/0-10", "nps/1-10", "csat/1-5", "csat/1-10", "faces/4", "ces/1-7", "ces/1-5")
_NO_WORDS = ("link",)
_NONE = UUID(int=0)


@dataclass(frozen=True)
class Answered:
    """One scored question: what it measures, and the answer in words."""

    name: str
    value: str


@dataclass(frozen=True)
class Heard:
    """`score` is the leading one, "2/10", empty where nothing of a number scale was asked. `language` is that of the
    words, empty where it is not known."""

    words: tuple[str, ...] = ()
    score: str = ""
    language: str = ""
    answers: tuple[Answered, ...] = ()
    survey_id: int | None = None


def heard_of(follow_ups: Iterable[FollowUp]) -> Mapping[int, Heard]:
    """By follow-up, masked; one that came of no answer has the words of whoever opened it. Three queries."""
    rows = list(follow_ups)
    ids = {row.response_id for row in rows if row.response_id}
    answers = {row.id: row for row in Response.objects.filter(id__in=ids).only("id", "scores", "survey_id", "language")}
    words: dict[UUID, list[str]] = {}
    for id_, text in Verbatim.objects.filter(response_id__in=ids).order_by("key").values_list("response_id", "text"):
        words.setdefault(id_, []).append(text)
    opened = FollowUpStep.objects.filter(
        follow_up__in=[row.pk for row in rows if row.response_id not in words], kind=FollowUpStep.Kind.OPENED
    )
    told = dict(opened.exclude(text="").values_list("follow_up_id", "text"))
    return {
        row.pk: _heard(
            answers.get(row.response_id), words.get(row.response_id or _NONE) or _masked(told.get(row.pk, ""))
        )
        for row in rows
    }


def heard_in_full(follow_up: FollowUp, *, sees: bool) -> Heard:
    """Of one: with every answer, and word for word where the reader `sees` who said it. Two queries."""
    found = Response.objects.filter(id=follow_up.response_id).first() if follow_up.response_id else None
    if found is None:
        return heard_of([follow_up])[follow_up.pk] if not sees else _heard(None, _told(follow_up))
    if sees:
        words = [text for name, text in found.texts.items() if isinstance(text, str) and text and name not in _NO_WORDS]
    else:
        rows = Verbatim.objects.filter(response_id=found.id).order_by("key")
        words = list(rows.values_list("text", flat=True))
    return _heard(found, words or _told(follow_up, masked=not sees))


def _told(follow_up: FollowUp, *, masked: bool = False) -> list[str]:
    text = follow_up.steps.filter(kind=FollowUpStep.Kind.OPENED).values_list("text", flat=True).first() or ""
    return _masked(text) if masked else [text] if text else []


def _masked(text: str) -> list[str]:
    return [mask(text)] if text else []


def _heard(answer: Any, words: Iterable[str]) -> Heard:
    if answer is None:
        return Heard(words=tuple(words))
    return Heard(
        words=tuple(words),
        score=score_of(answer.scores),
        language=answer.language,
        answers=tuple(_answers(answer.scores)),
        survey_id=answer.survey_id,
    )


def score_of(scores: Mapping[str, int]) -> str:
    """The leading score on a number scale as it was given, "2/10"; empty without one."""
    name = next((name for name in _LEADING if name in scores), "")
    if not name:
        return ""
    of = METRICS[name]
    return _("%(value)s/%(highest)s") % {"value": value_of(of, scores[name]), "highest": of.highest}


def _answers(scores: Mapping[str, int]) -> Iterable[Answered]:
    for name, place in scores.items():
        kind, of = QUESTION_TYPES.get(name), METRICS.get(name)
        if kind is None or of is None or place >= of.bins:
            continue
        value = str(value_of(of, place))
        if of.choices:
            texts = kind.options.get(of.choices[place])
            value = reading(texts, language=get_language() or "en") if texts else of.choices[place]
        yield Answered(str(kind.name), value)
