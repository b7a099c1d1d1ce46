"""Channels against each other: Welch's test as statsmodels has it, and who stands out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.oneway import anova_oneway

from cxplatform.stats.consistency import consistency
from cxplatform.stats.experience import level, standing
from cxplatform.stats.sums import Sums

groups = st.lists(
    st.lists(st.integers(-100, 100), min_size=10, max_size=40).filter(lambda g: len(set(g)) > 1), min_size=2, max_size=5
)


def sums(values: np.ndarray | list[int]) -> Sums:
    found = np.asarray(values, dtype=float)
    return Sums(len(found), float(found.sum()), float((found**2).sum()))


@settings(max_examples=50, deadline=None)
@given(groups)
def test_the_test_is_welchs(found):
    theirs = anova_oneway(found, use_var="unequal")
    mine = consistency({str(place): sums(group) for place, group in enumerate(found)})
    assert mine.p == pytest.approx(theirs.pvalue, abs=1e-6)


def test_the_channel_that_stands_out_is_named_and_the_spread_told():
    draw = np.random.default_rng(4)
    like = {name: sums(draw.normal(40, 50, 400)) for name in ("shop", "web", "phone")}
    assert (consistency(like).tau, consistency(like).named) == (0.0, ())
    found = consistency(like | {"chat": sums(draw.normal(5, 50, 400))})
    assert found.named[0].key == "chat"
    assert found.inconsistent
    assert found.tau == pytest.approx(17, abs=4)


def test_too_few_channels_or_answers_say_nothing():
    found = consistency({"shop": sums([1, 2, 3]), "web": sums(list(range(20))), "phone": sums([5] * 20)})
    assert (found.p, found.standings, found.left_out) == (None, (), ("phone", "shop"))
    assert not found.inconsistent


@pytest.mark.parametrize(
    ("histogram", "nps", "expected"),
    [
        ([40, 0, 0, 0, 40], None, "random"),
        ([0, 5, 30, 5, 0], None, "uniform"),
        ([0, 0, 0, 20, 20], None, "differentiating"),
        ([0, 0, 0, 20, 20], 49.9, "differentiating"),
        ([0, 0, 0, 20, 20], 50.0, "recommending"),
        ([0, 0, 0, 14, 15], 80.0, "not_enough"),
    ],
)
def test_levels_of_experience(histogram, nps, expected):
    assert level("csat/1-5", histogram, nps=nps) == expected


def test_a_level_is_told_with_those_that_the_answers_do_not_rule_out():
    close = standing("csat/1-5", [0, 0, 8, 14, 12], nps=(47.0, 31.0, 59.0))
    assert close is not None
    assert (close.level, close.also) == ("differentiating", ("uniform", "recommending"))
    answers = [50.0] * 8 + [75.0] * 14 + [100.0] * 12
    assert (close.low, close.high) == pytest.approx(stats.t.interval(0.95, 33, np.mean(answers), stats.sem(answers)))
    sure = standing("csat/1-5", [0, 0, 80, 1400, 1200], nps=(47.0, 44.0, 49.0))
    assert sure is not None
    assert (sure.level, sure.also) == ("differentiating", ())
    assert standing("csat/1-5", [0, 0, 8, 4, 2], nps=None) is None
