"""An experiment looked at all the time: luck is held under its share, and a true difference is found by the plan."""

from math import sqrt

import numpy as np
import pytest

from cxplatform.stats.metrics import metric
from cxplatform.stats.sequential import bound, compared, planned_answers, split_evenly, variance_of

NPS, CSAT, CX3D = metric("nps/0-10"), metric("csat/1-5"), metric("cx3d/3-21")


def nps(promoters: int, passives: int, detractors: int) -> np.ndarray:
    return np.array([detractors, *[0] * 6, passives, 0, 0, promoters])


def looked_at_each_day(difference: float, planned: int, *, runs: int = 2_000) -> float:
    """The share of experiments that find something, looked at after every 20 answers up to the plan."""
    rng = np.random.default_rng(7)
    looks = np.arange(40, planned + 1, 20)
    one = rng.normal(difference, 1, (runs, planned)).cumsum(axis=1)[:, looks - 1] / looks
    other = rng.normal(0, 1, (runs, planned)).cumsum(axis=1)[:, looks - 1] / looks
    z = (one - other) / np.sqrt(2 / looks)
    return float((np.abs(z) >= [bound(n / planned) for n in looks]).any(axis=1).mean())


def test_looking_every_day_finds_by_luck_less_than_one_in_twenty() -> None:
    assert looked_at_each_day(0, 1_000) <= 0.05
    assert bound(1) == pytest.approx(3.0355, abs=1e-3)  # fixed: 1.96


def test_a_true_difference_is_found_by_the_planned_answers_four_times_in_five() -> None:
    planned = planned_answers(1.0, 0.25)
    assert planned == 482  # 15.03 times twice the variance over the square; 252 if looked at once
    assert looked_at_each_day(0.25, planned) >= 0.8


@pytest.mark.parametrize(
    ("variant", "before", "verdict"),
    [
        (nps(10, 5, 5), nps(300, 50, 50), "not_yet"),  # under thirty answers nothing is said
        (nps(240, 80, 80), nps(200, 100, 100), "no_clear_difference"),  # all that were planned
        (nps(120, 40, 40), nps(100, 50, 50), "not_yet"),
        (nps(300, 50, 50), nps(200, 100, 100), "better"),
        (nps(100, 50, 250), nps(200, 100, 100), "worse"),
        (nps(400, 0, 0), nps(400, 0, 0), "no_clear_difference"),
    ],
)
def test_the_verdict_of_a_variant(variant: np.ndarray, before: np.ndarray, verdict: str) -> None:
    found = compared(NPS, variant, before, planned=400)
    assert found.verdict == verdict
    if verdict in ("better", "worse"):
        assert found.low is not None and found.high is not None and (found.low > 0) == (verdict == "better")


def test_the_interval_is_the_fixed_one_made_wider_by_the_bound() -> None:
    found = compared(NPS, nps(240, 80, 80), nps(200, 100, 100), planned=400)
    assert found.difference == pytest.approx(15)
    error = sqrt(((240 + 80) / 400 - 0.4**2) / 400 + ((200 + 100) / 400 - 0.25**2) / 400) * 100
    assert found.high is not None and found.low is not None
    assert (found.high - found.low) / 2 == pytest.approx(3.0355 * error, rel=0.02)


def test_the_spread_is_that_of_the_answers_and_as_usual_where_too_few_have_answered() -> None:
    assert variance_of(NPS, nps(50, 30, 20)) == pytest.approx(10_000 * (0.7 - 0.09))
    assert variance_of(NPS, nps(1, 0, 0)) == variance_of(NPS, nps(50, 30, 20))
    assert variance_of(CSAT, [0, 0, 0, 0, 3]) == 2_500
    assert variance_of(CX3D, np.zeros(19, dtype=int)) == pytest.approx(400)
    with pytest.raises(ValueError, match="above 0"):
        planned_answers(1, 0)


def test_a_lot_that_is_no_lot_is_seen() -> None:
    assert split_evenly([500, 510]) == pytest.approx(0.753, abs=0.01)
    assert (split_evenly([600, 400]) or 1) < 0.001
    assert split_evenly([10, 5]) is None
