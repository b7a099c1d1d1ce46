"""What stops a draft from being published, in words for the person who writes it."""

from typing import Any

from django.utils.translation import gettext as _

from journeys.models import Dimension, Step
from surveys.models import Question, Survey
from surveys.models.asking import Audience
from surveys.questionnaire.choices import MOST_EVER
from surveys.questionnaire.questions import COMMENT, WISH_SUFFIX, QuestionType, type_of
from surveys.questionnaire.wordings import LANGUAGES

MOST_QUESTIONS = 5
MOST_EXCUSED = 20


def worded(wording: Any) -> dict[str, str]:
    """The texts by language that say something."""
    return {language: text.strip() for language, text in (wording or {}).items() if text and text.strip()}


def own_words(metric: str, stored: Any) -> list[dict[str, Any]]:
    """The words beside a question as a version holds them: what is offered for choice, else what was worded anew."""
    own = [{"key": one["key"], "text": worded(one["text"])} for one in stored or ()]
    kind = type_of(metric)
    if kind is None or not kind.choose:
        rows = kind.rows if kind else {}
        return [one for one in own if one["text"] and one["key"] in rows]
    if kind.dimension:
        return [{**one, "text": one["text"] or dict.fromkeys(LANGUAGES, one["key"])} for one in own]
    standard = {
        key: {language: texts[language] for language in LANGUAGES if language in texts}
        for key, texts in kind.options.items()
    }
    if not own or kind.fixed:
        anew = {one["key"]: one["text"] for one in own}
        return [{"key": key, "text": {**texts, **anew.get(key, {})}} for key, texts in standard.items()]
    return [{**one, "text": {**standard.get(one["key"], {}), **one["text"]}} for one in own]


def moments(journey_id: int | None, language: str) -> list[dict[str, Any]]:
    """The touchpoints of a journey as options, in its order, each once, under their names in the tenant's language."""
    steps = Step.objects.filter(stage__journey_id=journey_id, touchpoint__archived_at=None)
    ordered = steps.order_by("stage__position", "stage_id", "position", "pk")
    found = dict.fromkeys(ordered.values_list("touchpoint__slug", "touchpoint__name"))
    return [{"key": slug, "text": {language: name}} for slug, name in found][: MOST_EVER + 1]


def problems_of(survey: Survey, draft: list[Question], asked: list[dict[str, Any]]) -> list[str]:
    """Each problem names its question and what to do. `asked` is the draft as its version would hold it."""
    problems = _of_survey(survey, len(draft))
    keys: set[str] = set()
    metrics: set[str] = set()
    all_keys = {question.key for question in draft}
    for place, (question, held) in enumerate(zip(draft, asked, strict=True)):
        names = {"key": question.key, "metric": question.metric}
        kind = type_of(question.metric)
        if question.key in keys:
            problems.append(_("“%(key)s”: another question has this key. Give each its own.") % names)
        elif question.metric == COMMENT and f"{question.key}{WISH_SUFFIX}" in all_keys:
            problems.append(_("“%(key)s_wish” is kept for the wish that goes with “%(key)s”. Use another key.") % names)
        if kind is None:
            problems.append(_("“%(key)s”: there is no question type “%(metric)s”. Choose one from the list.") % names)
        elif kind.scale and not kind.of_word and question.metric in metrics:
            # Two answers of one metric in one submission would be one person counted twice.
            problems.append(_("“%(key)s” asks the same thing as an earlier question. Remove one of them.") % names)
        else:
            wrong = _of_profile(survey, kind, draft, place, held, names) if kind.dimension else []
            problems += wrong or _of_words(survey, kind, held, names)
        if question.only_if:
            problems += _of_condition(question.only_if, asked[:place], names)
        keys.add(question.key)
        metrics.add(question.metric)
    return problems


def _of_survey(survey: Survey, count: int) -> list[str]:
    problems = []
    if not count:
        problems.append(_("Add at least one question before publishing."))
    if count > MOST_EXCUSED:
        problems.append(
            _("Keep at most %(most)d questions: this survey has %(count)d. Make a second survey.")
            % {"most": MOST_EXCUSED, "count": count}
        )
    elif count > MOST_QUESTIONS and not survey.long_because.strip():
        problems.append(
            _(
                "Keep at most %(most)d questions: this survey has %(count)d. Remove some, make a second survey, or let"
                " an admin write down why this one is longer."
            )
            % {"most": MOST_QUESTIONS, "count": count}
        )
    if survey.kind == Survey.Kind.MIRROR and survey.audience != Audience.EMPLOYEE:
        problems.append(_("Staff answer a mirror survey. Change whom it is asked of to employees."))
    return problems


def _of_words(survey: Survey, kind: QuestionType, held: dict[str, Any], names: dict[str, str]) -> list[str]:
    options = held.get("options", [])
    if kind.needs_wording and not held["wording"]:
        return [_("“%(key)s”: write your own wording that says which promise is meant.") % names]
    if kind.of_word and not any(one["key"] == "word" for one in options):
        return [_("“%(key)s”: write the word that customers judge, for example reliable.") % names]
    if kind.of_journey and not options:
        if survey.journey_id is None:
            return [_("“%(key)s”: choose the survey's journey, as its touchpoints are the options.") % names]
        return [_("“%(key)s”: the survey's journey has no touchpoints yet. Add them first.") % names]
    if not kind.choose:
        return []
    problems = []
    if len(options) < 2:
        problems.append(_("“%(key)s”: give at least two options.") % names)
    if any(not one["text"] for one in options):
        problems.append(_("“%(key)s”: an option has no words in any language. Write them or remove it.") % names)
    if len({one["key"] for one in options}) < len(options):
        problems.append(_("“%(key)s”: two options have the same key. Give each its own.") % names)
    if any(one["bin"] >= MOST_EVER for one in options):
        problems.append(
            _("“%(key)s” has had over %(most)d options in all its versions. Ask with a new question of another key.")
            % {**names, "most": MOST_EVER}
        )
    return problems


def _of_profile(
    survey: Survey,
    kind: QuestionType,
    draft: list[Question],
    place: int,
    held: dict[str, Any],
    names: dict[str, str],
) -> list[str]:
    """Of a question that fills in a dimension."""
    names = {**names, "dimension": kind.dimension}
    kinds = [type_of(question.metric) for question in draft]
    if survey.anonymous:
        return [_("“%(key)s”: an anonymous survey knows no customer to ask this of. Remove it.") % names]
    if survey.audience != Audience.CUSTOMER:
        return [_("“%(key)s”: only customers have a profile to fill in. Remove it from a survey of staff.") % names]
    if any(earlier and earlier.dimension for earlier in kinds[:place]):
        return [_("“%(key)s”: one question of the customer's profile a survey is enough. Remove one of them.") % names]
    if place == 0:
        return [_("“%(key)s”: begin with what everybody is asked. Move this question further down.") % names]
    dimension = Dimension.objects.filter(slug=kind.dimension).first()
    if dimension is None:
        return [_("“%(key)s”: there is no dimension “%(dimension)s”. Choose one from the list.") % names]
    if dimension.archived_at:
        return [_("“%(key)s”: the dimension “%(dimension)s” is archived. Restore it or choose another.") % names]
    options = held.get("options", [])
    if not options:
        return [_("“%(key)s”: no customer has a value of “%(dimension)s” yet. Write the options.") % names]
    if not draft[place].options and len(options) > MOST_EVER:
        names["most"] = str(MOST_EVER)
        return [_("“%(key)s”: “%(dimension)s” has over %(most)s values. Write the options to offer.") % names]
    return []


def _of_condition(condition: Any, earlier: list[dict[str, Any]], names: dict[str, str]) -> list[str]:
    of = next((question for question in earlier if question["key"] == condition.get("question")), None)
    if of is None:
        return [_("“%(key)s”: it can be asked only by the answer to an earlier question. Choose which.") % names]
    kind = type_of(of["metric"])
    names = {**names, "of": of["key"]}
    if kind is None or kind.written:
        return [_("“%(key)s”: “%(of)s” is answered in own words, which decide nothing. Choose another one.") % names]
    values = [str(value) for value in condition.get("values", ())]
    scale = kind.scale
    if scale is not None and not scale.choices:
        known = [str(value) for value in range(scale.lowest, scale.highest + 1)]
    else:
        known = [one["key"] for one in of.get("options", ())] if kind.choose else list(kind.options)
    if condition.get("is") in ("le", "ge") and (scale is None or scale.choices):
        return [_("“%(key)s”: “%(of)s” is no number scale. Use “is” or “is not”.") % names]
    single = condition.get("is") in ("le", "ge")
    if not values or set(values) - set(known) or (single and len(values) > 1):
        names["known"] = ", ".join(known)
        if single:
            return [_("“%(key)s”: compare the answer to “%(of)s” with one of %(known)s.") % names]
        return [_("“%(key)s”: the answers to “%(of)s” are %(known)s. Choose some of them.") % names]
    return []
