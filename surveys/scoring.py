"""From what was answered to what is counted. Pure: no database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cxplatform.stats.metrics import METRICS, bin_of, cx3d_sum, metric, paired_fcr, perceived_value, value_of
from surveys.questionnaire import choices
from surveys.questionnaire.published import Published
from surveys.questionnaire.questions import COMMENT, LINE, LONGEST, WISH_SUFFIX, Asked

# (paired metric, its function, the parameter of each answer it is made of): a pair is counted only when one
# person answered all of its parts, as separate histograms lose which answers belong together.
_PAIRED = (
    ("fcr_expected/15", paired_fcr, {"fcr": "fcr/5", "expected": "expected/3"}),
    (
        "cx3d/3-21",
        cx3d_sum,
        {"effectiveness": "cx3d_effectiveness/1-7", "ease": "cx3d_ease/1-7", "emotion": "cx3d_emotion/1-7"},
    ),
    ("value/-6..6", perceived_value, {"benefit": "benefit/1-7", "sacrifice": "sacrifice/1-7"}),
)


@dataclass(frozen=True)
class Marked:
    """A submission's answers, checked: as given, as bins by "metric/scale", and as 0-100 by metric."""

    answers: dict[str, int | str | list[str]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    scores: dict[str, int] = field(default_factory=dict)
    experience: dict[str, float] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def mark(survey: Published, answers: Mapping[str, Any], texts: Mapping[str, str] | None = None) -> Marked:
    """Check answers and texts by question key against the version's questions, and score them.

    A null or empty answer is one that was not given. `errors` names each field that is wrong.
    """
    marked = Marked()
    given = {key: value for key, value in answers.items() if value is not None and value != "" and value != []}
    for key, value in given.items():
        question = survey.question(key)
        if (question is None or question.type.written) and isinstance(value, str):
            _text(survey, f"answers.{key}", key, value, marked)
        elif question is None:
            marked.errors[f"answers.{key}"] = _unknown(survey)
        elif question.type.written:
            marked.errors[f"answers.{key}"] = "Send this answer as text."
        elif question.type.choose:
            _choice(survey.survey_id, question, value, marked)
        else:
            _answer(question, value, marked)
    for key, text in (texts or {}).items():
        if text:
            _text(survey, f"texts.{key}", key, text, marked)
    if not marked.errors and not marked.answers and not marked.texts:
        marked.errors["answers"] = f"Send at least one answer. {_unknown(survey)}"
    score(marked)
    return marked


def score(marked: Marked) -> None:
    """Fill in what follows from several answers together, and the 0-100 values."""
    for name, combine, parts in _PAIRED:
        if all(part in marked.scores for part in parts.values()):
            values = {argument: value_of(part, marked.scores[part]) for argument, part in parts.items()}
            marked.scores[name] = bin_of(name, combine(**values))
    for name, place in marked.scores.items():
        if choices.is_free(name):
            continue
        of = metric(name)
        normal = of.normal[place]
        if normal is not None:
            marked.experience[f"{of.key}:{of.subject}" if of.subject else of.key] = round(normal, 2)


def not_asked(survey: Published, answers: Mapping[str, Any], *, known: bool) -> dict[str, str]:
    """What is wrong with answers to profile questions, by field: only a `known` customer is asked these, and nobody
    in an anonymous survey."""
    if not survey.profile or (known and not survey.anonymous):
        return {}
    why = (
        "This survey is anonymous, so nobody is asked for their profile. Leave this answer out."
        if survey.anonymous
        else "Only a known customer is asked this: it becomes their {}. Send customer, or leave this answer out."
    )
    given = (question for question in survey.profile if question.key in answers)
    return {f"answers.{question.key}": why.format(question.type.dimension) for question in given}


def _choice(survey_id: int, question: Asked, value: Any, marked: Marked) -> None:
    try:
        chosen = choices.read(question, value)
    except ValueError as error:
        marked.errors[f"answers.{question.key}"] = f"{question.key}: {error}"
        return
    marked.answers[question.key] = chosen[0] if question.type.choose == "one" else chosen
    marked.scores.update(choices.places(survey_id, question, chosen))


def _answer(question: Asked, value: Any, marked: Marked) -> None:
    name, key = question.metric, question.key
    if isinstance(value, str) and value.strip().lstrip("-").isdecimal() and len(value) < 10:
        value = int(value)  # forms and tables send numbers as text
    try:
        place = bin_of(name, value)
    except ValueError as error:
        marked.errors[f"answers.{key}"] = str(error)
        return
    names = METRICS[name].choices
    marked.answers[key] = names[place] if names else value_of(name, place)
    marked.scores[question.counted_as] = place


def _text(survey: Published, field_name: str, key: str, text: str, marked: Marked) -> None:
    asked = survey.question(key)
    if asked is None:
        reason = survey.question(key.removesuffix(WISH_SUFFIX))
        asked = reason if reason is not None and reason.metric == COMMENT else None
    if asked is None or not asked.type.written:
        marked.errors[field_name] = _unknown(survey)
    elif len(text) > LONGEST[asked.metric]:
        marked.errors[field_name] = f"Send at most {LONGEST[asked.metric]} characters."
    elif text.strip():
        marked.texts[key] = " ".join(text.split()) if asked.metric == LINE else text.strip()


def _unknown(survey: Published) -> str:
    keys = ", ".join(question.key for question in survey.questions)
    return f"The questions of version {survey.number} of {survey.slug} are: {keys}."
