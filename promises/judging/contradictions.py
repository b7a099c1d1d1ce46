"""Tests that no event can pass: told apart by trying the values that would have to pass them. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from journeys.conditions import Condition, verdict
from promises.judging.measure import Excuse

LOWEST_SCORE, HIGHEST_SCORE = 0.0, 100.0


def contradicted(conditions: Sequence[Condition], *, scores: bool = False) -> str:
    """A property whose tests exclude each other, "" where all can pass at once.

    `scores`: the values are normalised ones, 0 to 100.
    """
    return next((name for name, tests in _by_property(conditions).items() if not _passing(tests, scores)), "")


def excused(conditions: Sequence[Condition], excuses: Iterable[Excuse]) -> str:
    """The reason of an exclusion that leaves out all that would pass the tests, "" where none does."""
    tests = _by_property(conditions)
    for excuse in excuses:
        name = excuse.test[0].property
        if name not in tests or any(condition.property != name for condition in excuse.test):
            continue
        passing = _passing(tests[name], False, beside=excuse.test)
        if passing and all(verdict(excuse.test, {name: text}) is True for text in passing):
            return excuse.reason
    return ""


def _by_property(conditions: Sequence[Condition]) -> dict[str, list[Condition]]:
    found: dict[str, list[Condition]] = defaultdict(list)
    for condition in conditions:
        found[condition.property].append(condition)
    return found


def _passing(tests: Sequence[Condition], scores: bool, *, beside: Sequence[Condition] = ()) -> list[str]:
    """Values that pass all of these tests of one property: one is among these if there is any."""
    return [
        text
        for text in _candidates([*tests, *beside], scores)
        if verdict(tuple(tests), {tests[0].property: text}) is True
    ]


def _candidates(tests: Sequence[Condition], scores: bool) -> list[str]:
    """The values named, and those right beside and between them, as numbers and as texts."""
    named = sorted({value for test in tests for value in test.values})
    numbers = sorted(number for value in named if (number := _number(value)) is not None)
    if scores:
        numbers += [LOWEST_SCORE, HIGHEST_SCORE]
        numbers = sorted(number for number in numbers if LOWEST_SCORE <= number <= HIGHEST_SCORE)
    beside = [(a + b) / 2 for a, b in pairwise(numbers)]
    if not scores and numbers:
        beside += [numbers[0] - 1, numbers[-1] + 1]
    texts = [] if scores else [*named, *(f"{value}0" for value in named), " ", "true", "false", "anything"]
    texts += [] if scores else [value[:-1] for value in named if value[:-1]]
    return [*texts, *map(str, [*numbers, *beside])]


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
