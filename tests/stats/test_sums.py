"""Means and changes from running sums equal those from the numbers themselves."""

import numpy as np
import pytest
from scipy import stats

from cxplatform.stats.sums import Apart, Sums, apart, away_from_zero, changed, mean_of


def sums(numbers: list[float]) -> Sums:
    return Sums(len(numbers), sum(numbers), sum(each * each for each in numbers))


NUMBERS = [0.1, 0.4, 0.35, 0.8, 0.6, 0.2, 0.9, 0.55, 0.3, 0.7, 0.65, 0.15]


def test_the_interval_is_students() -> None:
    found = mean_of(sums(NUMBERS), least=0, greatest=1)
    low, high = stats.t.interval(0.95, len(NUMBERS) - 1, np.mean(NUMBERS), stats.sem(NUMBERS))
    assert (found.value, found.low, found.high, found.n) == (
        pytest.approx(np.mean(NUMBERS)),
        pytest.approx(low),
        pytest.approx(high),
        12,
    )


def test_of_nothing_one_and_equal_numbers_no_interval_is_claimed() -> None:
    assert mean_of(Sums(), least=0, greatest=1).value is None
    assert mean_of(sums([0.3]), least=0, greatest=1).low is None
    assert mean_of(sums([0.3] * 20), least=0, greatest=1).low is None


def test_a_change_is_welchs_and_too_few_are_not_judged() -> None:
    higher = [each + 0.5 for each in NUMBERS]
    assert stats.ttest_ind(higher, NUMBERS, equal_var=False).pvalue < 0.05
    assert changed(sums(higher), sums(NUMBERS)) == "better"
    assert changed(sums(NUMBERS), sums(higher)) == "worse"
    assert changed(sums(NUMBERS), sums(NUMBERS[::-1])) == "no_clear_change"
    assert changed(sums(NUMBERS[:5]), sums(higher)) == "not_enough"


def test_a_family_of_changes_is_judged_together() -> None:
    clear, none = [-0.75, -0.25] * 20, [0.5, -0.5] * 20
    assert away_from_zero([sums(clear), sums(none), sums([1.0]), Sums()]) == [
        "worse",
        "no_clear_change",
        "not_enough",
        "not_enough",
    ]


def test_two_means_are_apart_by_welch_as_scipy_has_it() -> None:
    one, other = [3.0, 4.5, 7.0, 8.0, 8.5, 9.0, 9.5, 10.0, 4.0, 6.0], [1.0, 2.0, 2.5, 3.0, 5.0, 5.5, 6.0, 2.0, 1.5, 4.0]

    found = apart(sums(one), sums(other))
    expected = stats.ttest_ind(one, other, equal_var=False)
    interval = expected.confidence_interval()
    assert (found.low, found.high) == (pytest.approx(interval.low), pytest.approx(interval.high))
    assert (found.difference, found.verdict) == (pytest.approx(3.7), "better")
    assert apart(sums(one[:9]), sums(other)) == Apart(None, None, None, "not_enough")
