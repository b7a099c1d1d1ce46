"""How free choices are counted: options that are no scale, and that come and go from version to version.

Of one option chosen, the question has a histogram with a bin for each option that any version has offered, in the
order they appeared (`publish` gives an option its bin, for good). Of several chosen, each option has its own
histogram of two, not chosen and chosen: its share is of those who were offered it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from surveys.questionnaire.questions import Asked

MOST_EVER = 40
ONE, EACH = f"choice/{MOST_EVER}", "choices/2"
BINS: Mapping[str, int] = {ONE: MOST_EVER, EACH: 2}


def metric_of(survey_id: int, question: Asked, option: str = "") -> str:
    """The rollup's metric of a question's answers; of several chosen, of one `option`."""
    if question.type.choose == "many":
        return f"{EACH}:{survey_id}.{question.key}.{option}"
    return f"{ONE}:{survey_id}.{question.key}"


def is_free(metric: str) -> bool:
    return metric.partition(":")[0] in BINS


def places(survey_id: int, question: Asked, chosen: Sequence[str]) -> dict[str, int]:
    """The bin of each metric that these chosen options count in."""
    if question.type.choose == "one":
        return {metric_of(survey_id, question): question.bins[chosen[0]]}
    return {metric_of(survey_id, question, option): int(option in chosen) for option in question.offered}


def read(question: Asked, value: Any) -> list[str]:
    """The options chosen: a name, several names with commas between, or a list. Raises ValueError naming them all."""
    if isinstance(value, str) and value in question.offered:  # the value of a dimension may hold a comma
        return [value]
    given = value if isinstance(value, list) else str(value).replace("|", ",").replace(";", ",").split(",")
    names = [name.strip() for name in given if isinstance(name, str)]
    chosen = [name for name in question.offered if name in names]
    known = ", ".join(question.offered)
    if not chosen or set(names) - set(chosen) or len(names) < len(given):
        raise ValueError(f"{value!r} is not among the options; give {_how_many(question)}{known}")
    if question.type.choose == "one" and len(chosen) > 1:
        raise ValueError(f"{value!r} is more than one option; give {_how_many(question)}{known}")
    return chosen


def _how_many(question: Asked) -> str:
    return "one of " if question.type.choose == "one" else "a list of some of "
