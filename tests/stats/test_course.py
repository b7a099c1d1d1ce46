"""Slow declines, sudden faults and their repair, and what a dated change did: statsmodels and simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxplatform.stats.before_after import control, effect
from cxplatform.stats.decline import decline
from cxplatform.stats.fault import Days, fault
from cxplatform.stats.metrics import metric
from cxplatform.stats.sums import Sums

NPS = metric("nps/0-10")


def nps(promoters: int, passives: int, detractors: int) -> list[int]:
    return [detractors, *[0] * 6, passives, 0, 0, promoters]


def month(rng: np.random.Generator, mean: float, n: int = 60, spread: float = 15) -> Sums:
    x = rng.normal(mean, spread, n)
    return Sums(n, float(x.sum()), float((x**2).sum()))


SEASON = [0, 0, -4, -8, -3, 0, 0, 2, -2, -9, -5, 0]


def test_a_line_is_statsmodels_weighted_least_squares() -> None:
    import statsmodels.api as sm  # type: ignore[import-untyped]

    rng = np.random.default_rng(2)
    months = [month(rng, 70 - 2 * place, n=40 + place) for place in range(12)]
    y = np.array([m.total / m.n for m in months])
    w = np.array([m.n * (m.n - 1) / (m.squares - m.total**2 / m.n) for m in months])
    fitted = sm.WLS(y, sm.add_constant(np.arange(12.0)), weights=w).fit(cov_type="nonrobust", use_t=True, scale=None)
    found = decline(months)
    assert found
    assert found.fall == pytest.approx(12 * fitted.params[1])
    # statsmodels lets luck narrow the interval; here the sampling error is its least width.
    widened = max(1.0, fitted.scale) / fitted.scale
    assert (found.high - found.low) / 24 == pytest.approx(
        (fitted.conf_int()[1][1] - fitted.conf_int()[1][0]) / 2 * widened**0.5
    )
    assert not found.seasonal
    paired = decline([*[Sums(100, 7000.0, 490_000.0 + 99 * 100)] * 12, *months])
    assert paired
    assert paired.seasonal
    y, w = y - 70, 1 / (1 / w + 1)
    origin = sm.WLS(y, np.arange(1, 13.0), weights=w).fit()
    assert paired.fall == pytest.approx(12 * origin.params[0])


def test_a_slow_decline_is_told_from_a_season_and_from_a_step() -> None:
    rng = np.random.default_rng(7)
    before = [month(rng, 70 + dip) for dip in SEASON]
    slow = decline([*before, *(month(rng, 70 + dip - place) for place, dip in enumerate(SEASON))])
    assert slow
    assert (slow.p < 0.01, slow.gradual, slow.seasonal) == (True, True, True)
    assert slow.low < -11 < slow.high
    even = decline([*before, *(month(rng, 70 + dip) for dip in SEASON)])
    assert even
    assert even.p > 0.05
    step = decline([*before, *(month(rng, 70 + dip - (15 if place > 6 else 0)) for place, dip in enumerate(SEASON))])
    assert step
    assert not step.gradual


def test_too_few_months_are_no_course() -> None:
    rng = np.random.default_rng(1)
    assert decline([]) is None
    assert decline([month(rng, 50) for _ in range(7)]) is None
    assert decline([month(rng, 50, n=9) for _ in range(24)]) is None
    assert decline([Sums(20, 20 * 50.0, 20 * 2500.0)] * 24) is None


def days(rng: np.random.Generator, means: list[float], n: int = 6) -> Days:
    x = [rng.normal(mean, 15, n) for mean in means]
    return Days(np.full(len(means), float(n)), np.array([d.sum() for d in x]), np.array([(d**2).sum() for d in x]))


def test_a_fault_and_its_repair_are_dated() -> None:
    rng = np.random.default_rng(3)
    found = fault(days(rng, [70] * 110 + [50] * 27 + [72] * 45))
    assert found
    assert abs(found.start - 110) <= 1
    assert abs(found.end - 137) <= 1
    assert found.mended
    assert found.p < 1e-6
    assert found.drop == pytest.approx(-20, abs=3)
    still = fault(days(rng, [70] * 150 + [50] * 32))
    assert still
    assert not still.mended


def test_a_slow_fall_and_a_season_are_no_fault() -> None:
    rng = np.random.default_rng(4)
    assert fault(days(rng, list(np.linspace(70, 55, 182)))) is None
    dip = [70] * 100 + [58] * 30 + [70] * 52
    assert fault(days(rng, dip), days(rng, dip)) is None
    assert fault(days(rng, dip), days(rng, [70] * 182)) is not None
    assert fault(days(rng, [70] * 10)) is None


@given(st.integers(0, 2**32 - 1))
def test_noise_is_seldom_a_fault(seed: int) -> None:
    found = fault(days(np.random.default_rng(seed), [60] * 60, n=3))
    assert found is None or 0 <= found.p <= 1
    assert found is None or found.start < found.end <= 60


def test_an_effect_is_less_what_the_season_did() -> None:
    alone = effect(
        NPS, after=nps(60, 20, 20), before=nps(40, 20, 40), season_after=nps(1, 0, 0), season_before=[0] * 11
    )
    assert (alone.difference, alone.season, alone.verdict) == (40, None, "better")
    shared = effect(
        NPS,
        after=nps(60, 20, 20),
        before=nps(40, 20, 40),
        season_after=nps(60, 20, 20),
        season_before=nps(40, 20, 40),
    )
    assert (shared.difference, shared.season, shared.verdict) == (0, 40, "no_clear_change")
    assert shared.p == pytest.approx(1)
    assert alone.low is not None
    assert alone.high is not None
    assert shared.high is not None
    assert shared.high == pytest.approx((alone.high - alone.low) / 2 * 2**0.5, rel=0.02)
    few = effect(NPS, after=nps(5, 0, 0), before=nps(40, 20, 40), season_after=[0] * 11, season_before=[0] * 11)
    assert (few.p, few.verdict) == (None, "not_enough")


def test_many_changes_are_one_family() -> None:
    none = [0] * 11
    weak = effect(NPS, after=nps(60, 20, 20), before=nps(44, 25, 31), season_after=none, season_before=none)
    flat = effect(NPS, after=nps(50, 20, 30), before=nps(50, 20, 30), season_after=none, season_before=none)
    assert weak.verdict == "better"
    assert control([weak, *[flat] * 9])[0].verdict == "no_clear_change"
