"""When an error budget burns: windows by volume, thresholds that can be reached, chance left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxplatform.stats.burn import WINDOWS, Burning, burning, threshold

targets = st.integers(1, 1000).map(lambda thousandths: thousandths / 1000)


def found(target: float = 0.9, **counts: tuple[int, int]) -> Burning | None:
    return burning({1: counts["day"], 7: counts["week"], 28: counts["month"]}, target=target)


@pytest.mark.parametrize(("days", "target", "share"), [(1, 0.9, 0.55), (1, 0.99, 0.056), (7, 0.9, 0.2), (28, 0.9, 0.1)])
def test_thresholds_of_the_usual_targets(days, target, share):
    """A fifth of four weeks' budget in a day is 5.6 times its pace: 5.6 % of 99 %; at 90 % half way to all, 55 %."""
    assert threshold(days, target) == pytest.approx(share)


@given(targets, st.sampled_from(WINDOWS))
def test_a_threshold_can_be_reached_and_is_never_under_what_is_allowed(target, days):
    assert 1 - target - 1e-12 <= threshold(days, target) < 1


@given(st.integers(100, 1000).map(lambda thousandths: thousandths / 1000), st.integers(600, 5000))
def test_everything_broken_is_raised_whatever_the_target(target, n):
    raised = burning({1: (n, n), 7: (7 * n, 7 * n), 28: (28 * n, 28 * n)}, target=target)
    assert raised is not None
    assert raised.raised
    assert not raised.calm


def test_low_numbers_are_quiet():
    assert found(day=(2, 2), week=(10, 10), month=(79, 79)) is None
    few_today = found(day=(19, 19), week=(140, 140), month=(560, 560))
    assert (few_today.fast.days, few_today.fast.hot, few_today.raised) == (1, False, False)


def test_windows_go_by_the_volume():
    assert (found(day=(20, 0), week=(140, 0), month=(560, 0)).slow.days) == 7
    weekly = found(day=(3, 0), week=(20, 0), month=(80, 0))
    assert (weekly.fast.days, weekly.slow.days) == (7, 28)


def test_both_windows_must_agree():
    only_today = found(day=(50, 45), week=(350, 45), month=(1400, 45))
    assert (only_today.fast.hot, only_today.slow.hot, only_today.raised) == (True, False, False)
    only_the_week = found(day=(50, 5), week=(350, 150), month=(1400, 150))
    assert (only_the_week.fast.hot, only_the_week.slow.hot, only_the_week.raised) == (False, True, False)
    assert found(day=(50, 45), week=(350, 150), month=(1400, 150)).raised


def test_chance_is_left_out():
    """12 of 20 is over 55 %, and may as well be 39 %."""
    assert not found(day=(20, 12), week=(140, 60), month=(560, 100)).fast.hot


def test_calm_again_when_the_budget_lasts():
    hot = found(day=(50, 45), week=(350, 150), month=(1400, 150))
    assert not hot.calm
    cooling = found(day=(50, 6), week=(350, 150), month=(1400, 150))
    assert (cooling.raised, cooling.calm) == (False, False)
    assert found(day=(50, 5), week=(350, 150), month=(1400, 150)).calm
    assert found(day=(0, 0), week=(350, 150), month=(1400, 150)).calm


def test_a_promise_of_always_burns_with_what_breaks():
    always = burning({1: (40, 3), 7: (280, 3), 28: (1120, 3)}, target=1)
    assert (always.raised, always.fast.burn) == (True, None)
    assert burning({1: (40, 0), 7: (280, 0), 28: (1120, 0)}, target=1).calm


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="21 broken of 20"):
        burning({1: (20, 21), 7: (20, 0), 28: (20, 0)}, target=0.9)
    with pytest.raises(ValueError, match="days: 3"):
        threshold(3, 0.9)
    with pytest.raises(ValueError, match="target"):
        threshold(1, 0)
