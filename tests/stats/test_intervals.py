"""Intervals against independent libraries, at their edges, and in how often they hold the truth."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats
from statsmodels.stats.proportion import proportion_confint

from cxplatform.stats.intervals import adjusted_wald, t_interval, t_two_sided, wilson, z_of


@st.composite
def shares(draw):
    n = draw(st.integers(1, 5000))
    return draw(st.integers(0, n)), n


@given(shares(), st.sampled_from([0.8, 0.95, 0.99]))
def test_wilson_is_what_statsmodels_says(share, level):
    x, n = share
    ours = [float(end) for end in wilson(x, n, level=level)]
    assert ours == pytest.approx(proportion_confint(x, n, 1 - level, method="wilson"), abs=1e-12)


@given(shares())
def test_wilson_holds_its_share_and_stays_on_the_scale(share):
    x, n = share
    low, high = wilson(x, n)
    assert 0 <= low <= x / n <= high <= 1
    assert low == 0 if x == 0 else low > 0
    assert high == 1 if x == n else high < 1


@given(shares())
def test_more_answers_of_the_same_kind_narrow_the_interval(share):
    x, n = share
    (low, high), (low10, high10) = wilson(x, n), wilson(10 * x, 10 * n)
    assert high10 - low10 < high - low


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=40).filter(lambda xs: np.var(xs) > 1e-6))
def test_t_is_what_scipy_says(sample):
    n = len(sample)
    ours = t_interval(np.mean(sample), np.var(sample, ddof=1), n)
    theirs = scipy_stats.t.interval(0.95, n - 1, loc=np.mean(sample), scale=scipy_stats.sem(sample))
    assert [float(end) for end in ours] == pytest.approx(theirs)


@given(st.floats(-8, 8), st.integers(1, 400))
def test_two_sided_p_of_t_is_what_scipy_says(t, df):
    assert float(t_two_sided(t, df)) == pytest.approx(2 * scipy_stats.t.sf(abs(t), df))


def test_z_is_the_usual_one():
    assert z_of() == pytest.approx(1.959964, abs=1e-6)


def test_without_answers_there_is_no_interval():
    assert np.isnan(wilson([0, 3], [0, 4])).tolist() == [[True, False]] * 2
    assert np.isnan(adjusted_wald([0, 3], [0, 1], [0, 4])).tolist() == [[True, False]] * 2


def test_a_mean_of_one_answer_or_of_equal_answers_has_no_interval():
    assert np.isnan(t_interval([5, 5, 5], [np.nan, 0, 1], [1, 30, 30])).tolist() == [[True, True, False]] * 2
    assert np.isnan(t_interval([5.0], [0.0], [30])).all()


@pytest.mark.parametrize(("promoters", "detractors"), [(0.5, 0.2), (0.8, 0.02), (0.1, 0.6)])
@pytest.mark.parametrize("n", [10, 30, 200])
def test_nps_intervals_hold_the_truth_about_95_times_in_100(promoters, detractors, n):
    drawn = np.random.default_rng(7).multinomial(n, [promoters, detractors, 1 - promoters - detractors], size=20_000)
    low, high = adjusted_wald(drawn[:, 0], drawn[:, 1], n)
    held = np.mean((low <= promoters - detractors) & (promoters - detractors <= high))
    assert 0.92 <= held <= 0.99
