"""Tests that nothing can pass, by table."""

import pytest

from journeys.conditions import parse
from promises.judging.contradictions import contradicted, excused
from promises.judging.measure import Excuse


def all_of(*rows: tuple) -> tuple:
    return parse(
        property="",
        operator="all",
        value=[{"property": name, "operator": operator, "value": value} for name, operator, value in rows],
    )


@pytest.mark.parametrize(
    ("rows", "at"),
    [
        ([("n", "eq", 0), ("n", "eq", 1)], "n"),
        ([("n", "gt", 5), ("n", "lt", 5)], "n"),
        ([("n", "gt", 5), ("n", "lte", 5)], "n"),
        ([("ok", "eq", True), ("ok", "ne", True)], "ok"),
        ([("a", "eq", 1), ("n", "in", ["x", "y"]), ("n", "eq", "z")], "n"),
        ([("n", "gte", 5), ("n", "lte", 5)], ""),
        ([("n", "gt", 5), ("n", "lt", 6)], ""),
        ([("n", "gt", 5), ("n", "ne", 6)], ""),
        ([("day", "gt", "2026-01-01"), ("day", "lt", "2026-02-01")], ""),
        ([("a", "eq", 1), ("b", "eq", 2)], ""),
        ([("a", "present", None), ("a", "ne", "x")], ""),
    ],
)
def test_tests_that_exclude_each_other_are_named(rows: list, at: str) -> None:
    assert contradicted(all_of(*rows)) == at


@pytest.mark.parametrize(
    ("operator", "value", "at"), [("gt", 100, "csat"), ("gte", 100, ""), ("lt", 0, "csat"), ("eq", 50, "")]
)
def test_a_score_lies_between_0_and_100(operator: str, value: float, at: str) -> None:
    assert contradicted(parse(property="csat", operator=operator, value=value), scores=True) == at


@pytest.mark.parametrize(
    ("test", "excuse", "reason"),
    [
        (("status", "eq", "done"), ("status", "eq", "done"), "why"),
        (("n", "gte", 5), ("n", "gte", 3), "why"),
        (("n", "lt", 5), ("n", "gte", 4), ""),
        (("n", "gte", 5), ("n", "gt", 5), ""),
        (("status", "eq", "done"), ("weather", "eq", "storm"), ""),
    ],
)
def test_what_would_be_kept_must_not_be_left_out(test: tuple, excuse: tuple, reason: str) -> None:
    assert excused(all_of(test), [Excuse(all_of(excuse), "why")]) == reason
