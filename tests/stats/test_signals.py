"""Control charts against worked examples and what they must not say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxplatform.stats.signals import individuals, shares


def test_limits_of_individuals_as_worked_by_hand():
    """Moving ranges 2, 1, 3, 2, 1, 2, 0: mean 11/7; limits 3 x 11/7 / 1.128 = 4.179 about the mean 10.25."""
    chart = individuals([10, 12, 11, 8, 10, 9, 11, 11])
    assert (chart.low[0], chart.centre, chart.high[0]) == pytest.approx((6.071, 10.25, 14.429), abs=1e-3)


def test_a_fault_is_seen_and_a_season_of_one_side_too():
    calm = [50, 52, 49, 51, 50, 48, 51, 50, 49, 52, 50, 51]
    assert set(individuals(calm).signals) == {""}
    assert individuals([*calm, 30]).last == "low"
    assert individuals([*calm, 70]).last == "high"
    shifted = [49, 51, 48, 50, 49, 51, 50, 49, *[53, 52, 53, 54, 52, 53, 54, 53]]
    assert individuals(shifted).last == "run_high"


def test_laneys_limits_are_plain_where_chance_alone_is_at_work():
    draw = np.random.default_rng(1)
    n = np.full(400, 1000)
    assert shares(draw.binomial(n, 0.3).tolist(), n.tolist()).sigma_z == pytest.approx(1, abs=0.1)


def test_many_cases_a_day_raise_no_false_alarm_where_days_differ_by_themselves():
    """A plain p-chart of 50,000 a day would call every day a signal."""
    draw = np.random.default_rng(2)
    n = np.full(60, 50_000)
    share = 0.3 + 0.02 * draw.normal(size=60)
    chart = shares(draw.binomial(n, share).tolist(), n.tolist())
    assert chart.sigma_z > 5
    assert sum(signal in ("high", "low") for signal in chart.signals) <= 1
    broken = shares([*draw.binomial(n, share).tolist(), 25_000], [*n.tolist(), 50_000])
    assert broken.last == "high"


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=30))
def test_any_counts_give_limits_within_the_scale(pairs):
    hits, n = [min(pair) for pair in pairs], [max(pair) for pair in pairs]
    chart = shares(hits, n)
    assert len(chart.signals) == len(chart.values) == sum(m > 0 for m in n)
    assert all(0 <= low <= chart.centre <= high <= 1 for low, high in zip(chart.low, chart.high, strict=True))


def test_few_or_equal_points_say_nothing():
    assert individuals([1, 2, 3]).signals == ("", "", "")
    assert (individuals([5] * 12).centre, set(individuals([5] * 12).signals)) == (None, {""})
    assert set(shares([0] * 12, [10] * 12).signals) == {""}
    assert shares([], []).values == ()


def test_impossible_counts_are_refused():
    with pytest.raises(ValueError, match="hits"):
        shares([3], [2])
    with pytest.raises(ValueError, match="hits"):
        shares([1, 1], [2])
