"""Importance of drivers: the golden division of R², against a plain computation over all orders, and refusals."""

from itertools import permutations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from cxplatform.stats.drivers import drivers, lmg, moments_of_truth


def made(n: int = 600, k: int = 3, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    x = draw.normal(size=(n, k)) + 0.6 * draw.normal(size=(n, 1))
    return x, x @ np.arange(k, 0, -1) + 2 * draw.normal(size=n)


def r2(x: np.ndarray, y: np.ndarray, columns: tuple[int, ...]) -> float:
    return float(sm.OLS(y, sm.add_constant(x[:, columns])).fit().rsquared) if columns else 0.0


def test_golden():
    """METRICS.md: R²(1) = .36, R²(2) = .25, R²(12) = .45 give .28 and .17."""
    found = lmg({frozenset({0}): 0.36, frozenset({1}): 0.25, frozenset({0, 1}): 0.45}, 2)
    assert found == pytest.approx([0.28, 0.17])


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 4), st.integers(0, 10_000))
def test_as_the_average_over_all_orders_of_ordinary_regressions(k, seed):
    x, y = made(n=300, k=k, seed=seed)
    orders = list(permutations(range(k)))
    plain = np.zeros(k)
    for order in orders:
        for place, column in enumerate(order):
            plain[column] += (r2(x, y, order[: place + 1]) - r2(x, y, order[:place])) / len(orders)
    found = drivers([str(column) for column in range(k)], x, y, resamples=2)
    assert {each.key: each.importance for each in found.drivers} == pytest.approx(
        {str(column): plain[column] for column in range(k)}, abs=1e-6
    )
    assert found.r2 == pytest.approx(r2(x, y, tuple(range(k))), abs=1e-6)
    assert sum(each.importance for each in found.drivers) == pytest.approx(found.r2)


def test_ranked_with_intervals_that_hold_them_and_a_slope_in_points():
    x, y = made()
    found = drivers(["a", "b", "c"], x, y)
    assert [each.key for each in found.drivers] == ["a", "b", "c"]
    assert all(each.low <= each.importance <= each.high for each in found.drivers)
    plain = sm.OLS(y, sm.add_constant(x[:, 0])).fit().get_robustcov_results("HC1", use_t=True)
    first = found.drivers[0]
    assert [first.slope, first.slope_low, first.slope_high] == pytest.approx([plain.params[1], *plain.conf_int()[1]])
    assert found == drivers(["a", "b", "c"], x, y)


def test_answers_that_leave_out_questions_are_used_pair_by_pair():
    x, y = made(n=3000)
    holes = np.random.default_rng(3).random(x.shape) < 0.4
    found = drivers(["a", "b", "c"], np.where(holes, np.nan, x), y, resamples=2)
    whole = drivers(["a", "b", "c"], x, y, resamples=2)
    for mine, theirs in zip(found.drivers, whole.drivers, strict=True):
        assert mine.importance == pytest.approx(theirs.importance, abs=0.06)
        assert mine.n < theirs.n == 3000
        assert mine.slope_low < theirs.slope < mine.slope_high


def test_pairs_that_contradict_each_other_still_give_a_share():
    """Three questions never answered together can be correlated as no three numbers are."""
    draw = np.random.default_rng(5)
    base = draw.normal(size=(300, 1))
    blocks = []
    for left, right, sign in ((0, 1, 1), (1, 2, 1), (0, 2, -1)):
        block = np.full((100, 3), np.nan)
        block[:, [left]] = base[:100]
        block[:, [right]] = sign * base[:100]
        blocks.append(block)
    y = np.concatenate([block[:, 0:1] for block in blocks])[:, 0]
    y = np.where(np.isnan(y), draw.normal(size=300), y)
    found = drivers(["a", "b", "c"], np.vstack(blocks), y, resamples=2)
    assert found.r2 is not None
    assert 0 <= found.r2 <= 1


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda x, y: (x[:49], y[:49]), "few"),
        (lambda x, y: (x, np.full_like(y, 7)), "few"),
        (lambda x, y: (np.full_like(x, 7), y), "none"),
        (lambda x, y: (np.full_like(x, np.nan), y), "none"),
        (lambda x, y: (np.random.default_rng(9).normal(size=x.shape), y), "weak"),
        (lambda x, y: (np.tile(x, 5)[:, :13], y), "many"),
    ],
)
def test_nothing_is_shown_of_too_little(change, why):
    x, y = change(*made())
    found = drivers([str(column) for column in range(x.shape[1])], x, y, resamples=2)
    assert (found.drivers, found.why) == ((), why)


def test_a_question_hardly_anybody_answers_is_left_out_and_named():
    x, y = made()
    x[10:, 2] = np.nan
    found = drivers(["a", "b", "c"], x, y, resamples=2)
    assert ([each.key for each in found.drivers], found.left_out) == (["a", "b"], ("c",))


def test_moments_of_truth_lie_above_the_median():
    x, y = made(n=5000, k=5)
    found = drivers(list("abcde"), x, y)
    assert [each.key for each in moments_of_truth(found)] == ["a", "b"]


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="does not fit"):
        drivers(["a"], [[1.0, 2.0]], [1.0])
