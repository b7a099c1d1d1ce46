"""The question types a survey can be made of: a metric with its scale, or free text, and how it is asked."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cxplatform.stats.metrics import METRICS, Metric
from surveys.doors import wordings_doors
from surveys.questionnaire import wordings, wordings_kinds
from surveys.questionnaire.wordings import Texts

COMMENT = "comment"
LINE = "line"
LONGEST = {COMMENT: 5_000, LINE: 200}
# Whether what a customer tells may be told on, and published for everybody, without their name: YES or "no".
STORY_CONSENT, PUBLISH_CONSENT, YES = "story_consent", "publish_consent", "yes"
# The key under which the second field of a disappointed customer's reason is kept: "reason" -> "reason_wish".
WISH_SUFFIX = "_wish"
# "profile:segment" asks a customer for their value of the dimension "segment", where it is not known.
PROFILE = "profile:"
_DIMENSION = re.compile(r"[a-z0-9][a-z0-9_.-]{0,99}")


@dataclass(frozen=True, kw_only=True)
class QuestionType:
    """How one metric (or free choice, or free text) is asked.

    `ends` word the lowest and the highest value of a number scale, `options` each choice of a scale of choices, or
    the choices offered where the survey's maker writes none. `imported` types are scales of other systems' forms:
    they can be counted, and are not offered for new surveys. A type that `needs_wording` has a gap that only the
    survey's maker can fill; one `of_word` has `{word}` to be written. `choose` is "one" or "many" where the
    options are not a scale; `of_journey` options are the touchpoints of the survey's journey, and `fixed` ones may be
    worded anew but neither added nor removed, as what they mean is known to the program.
    The answer to a type with a `dimension` is the customer's value of it.
    """

    metric: str
    name: str | Promise
    wording: Texts
    relationship: Texts | None = None
    ends: tuple[Texts, Texts] | None = None
    options: Mapping[str, Texts] = field(default_factory=dict)
    imported: bool = False
    needs_wording: bool = False
    of_word: bool = False
    choose: Literal["", "one", "many"] = ""
    of_journey: bool = False
    dimension: str = ""
    fixed: bool = False

    @property
    def scale(self) -> Metric | None:
        """The metric, or None for free choices and texts."""
        return METRICS.get(self.metric)

    @property
    def written(self) -> bool:
        """Whether it is answered in the respondent's own words."""
        return self.metric in LONGEST

    @property
    def rows(self) -> Mapping[str, Texts]:
        """What may be worded anew beside the question itself, with its standard wording: options by key, the `low`
        and `high` end, the `word`, and the reason asked of a `promoter`, a `passive` and a `detractor`."""
        if self.metric == COMMENT:
            return wordings.REASONS
        ends = dict(zip(("low", "high"), self.ends, strict=True)) if self.ends else {}
        return ({"word": {}} if self.of_word else {}) | ends | dict(self.options)


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
        metric="benefit_features/1-7",
        name=_("Benefit: features (1-7)"),
        wording=wordings_kinds.BENEFIT_FEATURES,
        ends=wordings_kinds.WELL,
    ),
    QuestionType(
        metric="benefit_service/1-7",
        name=_("Benefit: service (1-7)"),
        wording=wordings_kinds.BENEFIT_SERVICE,
        ends=wordings_kinds.MUCH,
    ),
    QuestionType(
        metric="benefit_feeling/1-7",
        name=_("Benefit: feeling (1-7)"),
        wording=wordings_kinds.BENEFIT_FEELING,
        ends=wordings_kinds.GOOD,
    ),
    QuestionType(
        metric="sacrifice_price/1-7",
        name=_("Sacrifice: price (1-7)"),
        wording=wordings_kinds.SACRIFICE_PRICE,
        ends=wordings_kinds.EXPENSIVE,
    ),
    QuestionType(
        metric="sacrifice_time/1-7",
        name=_("Sacrifice: time (1-7)"),
        wording=wordings_kinds.SACRIFICE_TIME,
        ends=wordings_kinds.LITTLE_OR_MUCH,
    ),
    QuestionType(
        metric="sacrifice_effort/1-7",
        name=_("Sacrifice: effort (1-7)"),
        wording=wordings_kinds.SACRIFICE_EFFORT,
        ends=wordings_kinds.LITTLE_OR_MUCH,
    ),
    QuestionType(
        metric="image/1-7",
        name=_("Image: a word describes us (1-7)"),
        wording=wordings_kinds.IMAGE,
        ends=wordings_kinds.IMAGE_ENDS,
        of_word=True,
    ),
    QuestionType(
        metric="image/3",
        name=_("Image: a word describes us (yes, partly, no)"),
        wording=wordings_kinds.IMAGE_SHORT,
        options=wordings.IT_WAS,
        of_word=True,
    ),
    QuestionType(
        metric="competitors/3",
        name=_("Compared with others"),
        wording=wordings_kinds.COMPETITORS,
        options=wordings_kinds.COMPETITORS_OPTIONS,
    ),
    QuestionType(
        metric="relevance/1-5",
        name=_("Relevance of a message (1-5)"),
        wording=wordings_kinds.RELEVANCE,
        ends=wordings_kinds.RELEVANCE_ENDS,
    ),
    QuestionType(
        metric="relevance/3",
        name=_("Relevance of a message (yes, partly, no)"),
        wording=wordings_kinds.RELEVANCE_SHORT,
        options=wordings.IT_WAS,
    ),
    QuestionType(
        metric="stay/1-7",
        name=_("Likely to stay (1-7)"),
        wording=wordings_kinds.STAY,
        ends=wordings.LIKELY,
    ),
    QuestionType(
        metric="pulse_knowledge/1-7",
        name=_("Employee pulse: knowledge (1-7)"),
        wording=wordings_kinds.PULSE_KNOWLEDGE,
        ends=wordings.AGREE,
    ),
    QuestionType(
        metric="pulse_action/1-7",
        name=_("Employee pulse: action (1-7)"),
        wording=wordings_kinds.PULSE_ACTION,
        ends=wordings.AGREE,
    ),
    QuestionType(
        metric="pulse_emotion/1-7",
        name=_("Employee pulse: emotion (1-7)"),
        wording=wordings_kinds.PULSE_EMOTION,
        ends=wordings.AGREE,
    ),
    QuestionType(
        metric="preferred_way",
        name=_("Preferred way to deal with us"),
        wording=wordings_kinds.PREFERRED_WAY,
        options=wordings_kinds.PREFERRED_WAY_OPTIONS,
        choose="one",
    ),
    QuestionType(
        metric="preferred_time",
        name=_("Preferred time to deal with us"),
        wording=wordings_kinds.PREFERRED_TIME,
        options=wordings_kinds.PREFERRED_TIME_OPTIONS,
        choose="one",
    ),
    QuestionType(
        metric="best_moment",
        name=_("Recall: best moment"),
        wording=wordings_kinds.BEST_MOMENT,
        choose="one",
        of_journey=True,
    ),
    QuestionType(
        metric="worst_moment",
        name=_("Recall: worst moment"),
        wording=wordings_kinds.WORST_MOMENT,
        choose="one",
        of_journey=True,
    ),
    QuestionType(
        metric="last_moment",
        name=_("Recall: last moment"),
        wording=wordings_kinds.LAST_MOMENT,
        choose="one",
        of_journey=True,
    ),
    *(
        QuestionType(metric=consent, name=name, wording=words, options=wordings_kinds.YES_NO, choose="one", fixed=True)
        for consent, name, words in (
            (STORY_CONSENT, _("May we tell your story?"), wordings_kinds.STORY_CONSENT),
            (PUBLISH_CONSENT, _("May we publish your words?"), wordings_kinds.PUBLISH_CONSENT),
        )
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
    QuestionType(metric="choice", name=_("Choose one, own options"), wording=wordings_kinds.CHOICE, choose="one"),
    QuestionType(
        metric="choices", name=_("Choose several, own options"), wording=wordings_kinds.CHOICES, choose="many"
    ),
    QuestionType(metric=LINE, name=_("Short text, one line"), wording=wordings_kinds.LINE),
    QuestionType(metric=COMMENT, name=_("Open text"), wording=wordings.REASON),
)

QUESTION_TYPES: Mapping[str, QuestionType] = MappingProxyType({kind.metric: kind for kind in _TYPES})


@functools.lru_cache(maxsize=1_000)
def type_of(metric: str) -> QuestionType | None:
    """The type of this name, also of a question that fills in a dimension; None where there is none."""
    if metric.startswith(PROFILE):
        dimension = metric.removeprefix(PROFILE)
        if not _DIMENSION.fullmatch(dimension):
            return None
        name = format_lazy("{what}: {dimension}", what=_("Asked if not known"), dimension=dimension)
        return QuestionType(metric=metric, name=name, wording=wordings_kinds.PROFILE, choose="one", dimension=dimension)
    return QUESTION_TYPES.get(metric)


def choices(*, imported: bool = False) -> list[tuple[str, Any]]:
    """(metric, name) of each type, for a form; those of imported forms only when asked for."""
    return [(kind.metric, kind.name) for kind in _TYPES if imported or not kind.imported]


@dataclass(frozen=True)
class OnlyIf:
    """Ask only if the answer to an earlier `question` is one of `values`, is none of them, or is at most or at
    least a number. Of several chosen, one is enough. Not answered means not asked."""

    question: str
    is_: Literal["is", "not", "le", "ge"]
    values: tuple[str, ...]

    def holds(self, answer: Any) -> bool:
        if answer is None or answer == "" or answer == []:
            return False
        if self.is_ in ("le", "ge"):
            number = int(answer)
            return number <= int(self.values[0]) if self.is_ == "le" else number >= int(self.values[0])
        given = {str(one) for one in answer} if isinstance(answer, list) else {str(answer)}
        return given.isdisjoint(self.values) == (self.is_ == "not")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question of a published version.

    `options` are own words by key (see `QuestionType.rows`); of a free choice, all that is offered. `bins` are the
    places of a free choice's options in its histogram, the same in every version.
    """

    key: str
    metric: str
    wording: Texts
    required: bool
    options: Mapping[str, Texts] = field(default_factory=dict)
    bins: Mapping[str, int] = field(default_factory=dict)
    only_if: OnlyIf | None = None

    @property
    def type(self) -> QuestionType:
        found = type_of(self.metric)
        if found is None:
            raise KeyError(self.metric)
        return found

    @property
    def offered(self) -> Mapping[str, Texts]:
        """The options that can be chosen, by key, in their order; nothing for numbers and texts."""
        kind = self.type
        if kind.choose:
            return self.options
        return {key: self.options.get(key) or texts for key, texts in kind.options.items()}

    @property
    def counted_as(self) -> str:
        """The metric that its answers count in: of an image question the word's own."""
        return f"{self.metric}:{self.key}" if self.type.of_word else self.metric


def asked(questions: list[dict[str, Any]]) -> list[Asked]:
    """The questions stored in a SurveyVersion."""
    return [
        Asked(
            key=q["key"],
            metric=q["metric"],
            wording=q.get("wording") or {},
            required=bool(q.get("required")),
            options={option["key"]: option["text"] for option in q.get("options") or ()},
            bins={option["key"]: option["bin"] for option in q.get("options") or () if "bin" in option},
            only_if=only_if(q.get("only_if")),
        )
        for q in questions
    ]


def only_if(stored: Any) -> OnlyIf | None:
    """The condition of a question as it is stored, {"question", "is", "values"}; None where there is none."""
    if not stored:
        return None
    return OnlyIf(stored["question"], stored["is"], tuple(map(str, stored["values"])))
