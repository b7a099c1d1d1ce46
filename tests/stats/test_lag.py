"""A weekly series that foretells another, and those that only share a season."""

import numpy as np
import pytest

from cxplatform.stats.lag import _NEIGHBOURS, _fit, lag


def season(weeks: int) -> np.ndarray:
    return 10 * np.sin(np.arange(weeks) * 2 * np.pi / 52)


def walk(rng: np.random.Generator, weeks: int) -> np.ndarray:
    return np.cumsum(rng.normal(0, 2, weeks)) + 40


def test_a_slope_is_statsmodels_with_newey_and_wests_errors() -> None:
    import statsmodels.api as sm  # type: ignore[import-untyped]

    rng = np.random.default_rng(5)
    x = walk(rng, 60)
    y = 0.3 * x + np.convolve(rng.normal(0, 1, 62), [1, 0.6, 0.3], "valid")
    theirs = sm.OLS(y, sm.add_constant(x)).fit(
        cov_type="HAC", cov_kwds={"maxlags": _NEIGHBOURS, "use_correction": True}, use_t=True
    )
    ours = _fit(x, y)
    assert ours
    assert (ours.slope, ours.error, ours.p) == pytest.approx((theirs.params[1], theirs.bse[1], theirs.pvalues[1]))


def test_a_link_is_found_at_its_lag() -> None:
    rng = np.random.default_rng(1)
    x = walk(rng, 130)
    y = np.concatenate([np.full(5, 30.0), 0.2 * x[:-5]]) + season(130) + rng.normal(0, 0.3, 130)
    found = lag(list(x + season(130)), list(y))
    assert (found.weeks, found.found) == (5, True)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.2 < found.high
    assert found.error is not None
    assert found.naive_error is not None
    assert found.error < found.naive_error


def test_a_shared_season_is_no_link() -> None:
    claimed = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        found = lag(list(40 + season(110) + rng.normal(0, 3, 110)), list(100 + season(110) + rng.normal(0, 3, 110)))
        claimed += found.found
    assert claimed <= 2


def test_too_few_weeks_and_still_series_are_refused() -> None:
    assert lag([], []).refused == "few"
    assert lag([1.0] * 60, [2.0] * 60).refused == "few"
    assert lag([None] * 120, [2.0] * 120).refused == "few"
    assert lag([1.0] * 120, [2.0] * 120).refused == "flat"
    with pytest.raises(ValueError, match="same weeks"):
        lag([1.0], [])
