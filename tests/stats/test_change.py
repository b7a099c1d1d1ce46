"""Changes and targets: the tests themselves, the one verdict, and false alarms over a whole view."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

from cxplatform.stats.change import (
    against_target,
    against_targets,
    benjamini_hochberg,
    change,
    changes,
    control,
)
from cxplatform.stats.histogram import empty
from cxplatform.stats.metrics import METRICS
from cxplatform.stats.score import score
from tests.stats.histograms import csat, histograms, named_pair, names, nps

OPPOSITE = {"better": "worse", "worse": "better"}


@given(st.tuples(*[st.integers(5, 400)] * 4))
def test_shares_are_compared_as_statsmodels_does(counts):
    x1, rest1, x2, rest2 = counts
    found = change("csat/1-5", csat(x1, rest1), csat(x2, rest2))
    z, p = proportions_ztest([x1, x2], [x1 + rest1, x2 + rest2])
    assert (found.z, found.p) == (pytest.approx(z, abs=1e-9), pytest.approx(p, abs=1e-9))
    low, high = confint_proportions_2indep(x1, x1 + rest1, x2, x2 + rest2, method="newcomb")
    assert (found.low, found.high) == (pytest.approx(100 * low), pytest.approx(100 * high))


@given(*[histograms("value/-6..6", most=9).filter(lambda h: sum(map(bool, h)) > 1 and sum(h) > 9)] * 2)
def test_means_are_compared_as_scipy_does(now, then):
    found = change("value/-6..6", now, then)
    welch = scipy_stats.ttest_ind(*(np.repeat(METRICS["value/-6..6"].numbers, h) for h in (now, then)), equal_var=False)
    assert (found.z, found.p) == (pytest.approx(welch.statistic, abs=1e-9), pytest.approx(welch.pvalue))
    interval = welch.confidence_interval()
    assert (found.low, found.high) == (pytest.approx(interval.low), pytest.approx(interval.high))


@given(named_pair())
def test_a_change_read_backwards_is_its_opposite(case):
    name, now, then = case
    there, back = change(name, now, then), change(name, then, now)
    assert back.verdict == OPPOSITE.get(there.verdict, there.verdict)
    assert back.p == (None if there.p is None else pytest.approx(there.p))
    if there.difference is not None:
        assert back.difference == pytest.approx(-there.difference)
        assert there.difference == pytest.approx(score(name, now).value - score(name, then).value)
    if there.low is not None:
        assert (back.low, back.high) == (pytest.approx(-there.high), pytest.approx(-there.low))


@given(named_pair())
def test_every_pair_gets_exactly_one_verdict(case):
    name, now, then = case
    found = change(name, now, then)
    assert found.verdict in ("better", "worse", "no_clear_change", "not_enough")
    assert (found.verdict == "not_enough") == (found.p is None) == (found.z is None)
    assert (found.difference is None) == (not (score(name, now).n and score(name, then).n))


def test_worse_than_expected_going_up_is_worse():
    found = change("expectation/3", [60, 30, 10], [20, 50, 30])
    assert (found.difference, found.verdict) == (40.0, "worse")
    assert change("sacrifice/1-7", [0, 0, 0, 0, 0, 20, 30], [20, 30, 0, 0, 0, 0, 0]).verdict == "worse"


def test_few_answers_are_not_enough_though_the_difference_is_shown():
    found = change("nps/0-10", nps(9, 0, 0), nps(0, 0, 500))
    assert (found.difference, found.z, found.p, found.verdict) == (200.0, None, None, "not_enough")
    assert change("nps/0-10", nps(9, 0, 0), nps(0, 0, 500), fewest=9).verdict == "better"


def test_no_answers_on_a_side_is_no_difference():
    found = change("nps/0-10", nps(50, 30, 20), empty("nps/0-10"))
    assert (found.difference, found.low, found.high, found.verdict) == (None, None, None, "not_enough")


def test_everybody_satisfied_on_both_sides_is_no_clear_change():
    found = change("csat/1-5", csat(40, 0), csat(70, 0))
    assert (found.difference, found.z, found.p, found.verdict) == (0.0, 0.0, 1.0, "no_clear_change")


def test_means_without_any_spread_cannot_be_told_apart():
    all_seven, all_six = [0, 0, 0, 0, 0, 0, 30], [0, 0, 0, 0, 0, 30, 0]
    found = change("importance/1-7", all_seven, all_six)
    assert (found.difference, found.low, found.verdict) == (1.0, None, "not_enough")


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60), st.sampled_from([0.01, 0.05, 0.2]))
def test_discoveries_are_those_of_statsmodels(p_values, rate):
    theirs, *_ = multipletests(p_values, alpha=rate, method="fdr_bh")
    assert benjamini_hochberg(p_values, rate=rate) == theirs.tolist()


def test_what_was_not_tested_is_not_in_the_family():
    assert benjamini_hochberg([None, 0.04, None, None]) == [False, True, False, False]
    assert benjamini_hochberg([0.9, 0.04, 0.9, 0.9]) == [False] * 4
    assert benjamini_hochberg([None]) == [False]
    assert benjamini_hochberg([]) == []


def test_a_view_withdraws_the_verdict_that_chance_alone_would_give():
    clear, lucky, same = (
        (nps(80, 10, 10), nps(40, 30, 30)),
        (nps(66, 24, 10), nps(50, 30, 20)),
        (nps(50, 30, 20), nps(50, 30, 20)),
    )
    assert change("nps/0-10", *lucky).verdict == "better"
    family = changes("nps/0-10", [clear, lucky, *[same] * 18])
    assert [found.verdict for found in family] == ["better", *["no_clear_change"] * 19]
    assert family[1].p == change("nps/0-10", *lucky).p
    assert changes("nps/0-10", []) == []


def test_tiles_of_several_metrics_are_one_family():
    alone = [
        change("nps/0-10", nps(66, 24, 10), nps(50, 30, 20)),
        *[change("csat/1-5", csat(50, 50), csat(50, 50))] * 9,
        change("fcr/5", [1, 0, 0, 0, 0], [1, 0, 0, 0, 0]),
    ]
    assert alone[0].verdict == "better"
    assert [c.verdict for c in control(alone)] == ["no_clear_change"] * 10 + ["not_enough"]


def test_a_quiet_company_rarely_gets_a_false_alarm():
    """300 views of 40 cells in which nothing has changed: about 5 in 100 views show any verdict."""
    drawn = np.random.default_rng(11).multinomial(150, [0.06] * 5 + [0.1] * 7, size=(300, 40, 2))[..., :11]
    alarms = sum(
        any(c.verdict != "no_clear_change" for c in changes("nps/0-10", [tuple(pair) for pair in view]))
        for view in drawn
    )
    assert alarms / 300 <= 0.08


@pytest.mark.parametrize(
    ("target", "verdict"),
    [(14.0, "better"), (14.1, "no_clear_change"), (44.1, "no_clear_change"), (44.3, "worse")],
)
def test_a_target_is_missed_only_when_the_whole_interval_is(target, verdict):
    assert against_target("nps/0-10", nps(50, 30, 20), target) == verdict


def test_a_target_for_what_should_be_low():
    assert against_target("expectation/3", [2, 50, 48], 10) == "better"
    assert against_target("expectation/3", [40, 50, 10], 10) == "worse"


@pytest.mark.parametrize(
    ("name", "target", "limits"),
    [
        ("nps/0-10", 101, "points from -100 to 100"),
        ("csat/1-5", -1, "percent from 0 to 100"),
        ("value/-6..6", float("nan"), "mean from -6 to 6"),
        ("cx3d/3-21", 101, "mean from 0 to 100"),
    ],
)
def test_a_target_off_the_limits_is_told_them(name, target, limits):
    for judge in (
        lambda: against_target(name, empty(name), target),
        lambda: against_targets(name, [empty(name)], [target]),
    ):
        with pytest.raises(ValueError, match=f"target: {target} is not a value of {name}; give {limits}"):
            judge()


def test_a_target_without_answers_is_not_enough():
    assert against_target("fcr/5", [0, 0, 0, 0, 9], 80) == "not_enough"


@given(names, st.data())
def test_a_view_against_targets_agrees_with_each_cell_or_withdraws(name, data):
    table = data.draw(st.lists(histograms(name), max_size=8))
    goals = st.none() | st.floats(*METRICS[name].limits)
    targets = [data.draw(goals) for _ in table]
    together = against_targets(name, table, targets)
    alone = [
        None if target is None else against_target(name, counts, target)
        for counts, target in zip(table, targets, strict=True)
    ]
    assert all(a == b or a == "no_clear_change" for a, b in zip(together, alone, strict=True))
    if sum(target is not None for target in targets) == 1:
        assert together == alone


def test_cells_without_a_target_have_no_verdict_on_it():
    view = [nps(50, 30, 20), nps(5, 30, 65), empty("nps/0-10")]
    assert against_targets("nps/0-10", view, [None, 30, 30]) == [None, "worse", "not_enough"]
