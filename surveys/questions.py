"""The question types a survey can be made of: a metric with its scale, or free text, and how it is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cxplatform.stats.metrics import METRICS, Metric
from surveys import wordings, wordings_doors
from surveys.wordings import Texts

COMMENT = "comment"
# The key under which the second field of a disappointed customer's reason is kept: "reason" -> "reason_wish".
WISH_SUFFIX = "_wish"


@dataclass(frozen=True, kw_only=True)
class QuestionType:
    """How one metric (or free text) is asked.

    `ends` word the lowest and the highest value of a number scale, `options` each choice of a scale of choices.
    `imported` types are scales of other systems' forms: they can be counted, and are not offered for new surveys.
    A type that `needs_wording` has a gap that only the survey's maker can fill.
    """

    metric: str
    name: str | Promise
    wording: Texts
    relationship: Texts | None = None
    ends: tuple[Texts, Texts] | None = None
    options: Mapping[str, Texts] = field(default_factory=dict)
    imported: bool = False
    needs_wording: bool = False

    @property
    def scale(self) -> Metric | None:
        """The metric, or None for free text."""
        return METRICS.get(self.metric)


_TYPES = (
    QuestionType(
        metric="nps/0-10",
        name=_("Recommendation, NPS (0-10)"),
        wording=wordings.NPS_CONTACT,
        relationship=wordings.NPS_RELATIONSHIP,
        ends=wordings.LIKELY,
    ),
    QuestionType(metric="ces/1-7", name=_("Ease, CES (1-7)"), wording=wordings.CES, ends=wordings.AGREE),
    QuestionType(
        metric="fcr/5", name=_("First contact resolution"), wording=wordings.FCR, options=wordings.FCR_OPTIONS
    ),
    QuestionType(
        metric="expected/3", name=_("Handled as expected"), wording=wordings.EXPECTED, options=wordings.IT_WAS
    ),
    QuestionType(metric="csat/1-5", name=_("Satisfaction (1-5)"), wording=wordings.CSAT, ends=wordings.SATISFIED),
    QuestionType(
        metric="faces/4",
        name=_("Four faces"),
        wording=wordings_doors.FACES,
        options=wordings_doors.FACES_OPTIONS,
    ),
    QuestionType(
        metric="expectation/3",
        name=_("Compared with expectation"),
        wording=wordings.EXPECTATION,
        options=wordings.EXPECTATION_OPTIONS,
    ),
    QuestionType(metric="emotion/7", name=_("Emotion"), wording=wordings.EMOTION, options=wordings.EMOTION_OPTIONS),
    QuestionType(
        metric="cx3d_effectiveness/1-7",
        name=_("CX3D: effectiveness (1-7)"),
        wording=wordings.CX3D_EFFECTIVENESS,
        ends=wordings.AGREE,
    ),
    QuestionType(metric="cx3d_ease/1-7", name=_("CX3D: ease (1-7)"), wording=wordings.CX3D_EASE, ends=wordings.AGREE),
    QuestionType(
        metric="cx3d_emotion/1-7", name=_("CX3D: emotion (1-7)"), wording=wordings.CX3D_EMOTION, ends=wordings.AGREE
    ),
    QuestionType(metric="heard/3", name=_("Heard"), wording=wordings.HEARD, options=wordings.I_WAS),
    QuestionType(
        metric="promise_kept/4",
        name=_("Promise kept"),
        wording=wordings.PROMISE_KEPT,
        options=wordings.PROMISE_OPTIONS,
        needs_wording=True,
    ),
    QuestionType(metric="fixed/3", name=_("Put right"), wording=wordings.FIXED, options=wordings.IT_WAS),
    QuestionType(
        metric="importance/1-7", name=_("Importance (1-7)"), wording=wordings.IMPORTANCE, ends=wordings.IMPORTANT
    ),
    QuestionType(metric="benefit/1-7", name=_("Benefit (1-7)"), wording=wordings.BENEFIT, ends=wordings.BENEFIT_ENDS),
    QuestionType(
        metric="sacrifice/1-7", name=_("Sacrifice (1-7)"), wording=wordings.SACRIFICE, ends=wordings.SACRIFICE_ENDS
    ),
    QuestionType(
        metric="nps/1-10",
        name=_("Recommendation of an imported form (1-10)"),
        wording=wordings.NPS_CONTACT,
        relationship=wordings.NPS_RELATIONSHIP,
        ends=wordings.LIKELY,
        imported=True,
    ),
    QuestionType(
        metric="csat/1-10",
        name=_("Satisfaction of an imported form (1-10)"),
        wording=wordings.CSAT,
        ends=wordings.SATISFIED,
        imported=True,
    ),
    QuestionType(
        metric="ces/1-5",
        name=_("Effort of an imported form (1-5, lower is better)"),
        wording=wordings.EFFORT,
        ends=wordings.EFFORT_ENDS,
        imported=True,
    ),
    QuestionType(metric=COMMENT, name=_("Open text"), wording=wordings.REASON),
)

QUESTION_TYPES: Mapping[str, QuestionType] = MappingProxyType({kind.metric: kind for kind in _TYPES})


def choices(*, imported: bool = False) -> list[tuple[str, Any]]:
    """(metric, name) of each type, for a form; those of imported forms only when asked for."""
    return [(kind.metric, kind.name) for kind in _TYPES if imported or not kind.imported]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question of a published version."""

    key: str
    metric: str
    wording: Texts
    required: bool

    @property
    def type(self) -> QuestionType:
        return QUESTION_TYPES[self.metric]


def asked(questions: list[dict[str, Any]]) -> list[Asked]:
    """The questions stored in a SurveyVersion."""
    return [
        Asked(key=q["key"], metric=q["metric"], wording=q.get("wording") or {}, required=bool(q.get("required")))
        for q in questions
    ]
