"""One number for the company: weights, coverage, and where a change came from."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cxplatform.stats.index import Segment, blend, company_index, index_change, segment
from cxplatform.stats.score import score


def part(key, weight, mean, variance=4.0, n=50):
    return Segment(key=key, weight=weight, mean=mean, variance=variance, n=n)


def unmeasured(key, weight):
    return part(key, weight, None, None, 0)


@st.composite
def companies(draw):
    weights = draw(st.lists(st.integers(1, 50), min_size=1, max_size=6))
    return [
        part(str(place), weight / sum(weights), draw(st.floats(0, 100)), draw(st.floats(0, 50)))
        for place, weight in enumerate(weights)
    ]


def test_weights_and_variances_add_up():
    found = company_index([part("a", 0.75, 80, 4), part("b", 0.25, 40, 16)])
    half = 1.959964 * sqrt(0.5625 * 4 + 0.0625 * 16)
    assert found.value == 70
    assert (found.low, found.high) == (pytest.approx(70 - half), pytest.approx(70 + half))
    assert (found.n, found.coverage) == (100, 1)


def test_a_segment_reads_its_metric_on_0_to_100():
    counts = [0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 30]
    found = segment("nps/0-10", counts, key="homes", weight=0.5)
    assert (found.mean, found.n, found.measured) == (87.5, 40, True)
    assert found.variance == pytest.approx(40 * 0.25 * 0.75 * 50**2 / 39 / 40)
    assert segment("fcr/5", [3, 0, 0, 1, 90], key="homes", weight=0.5).mean == 75
    assert segment("cx3d_ease/1-7", counts[:7], key="a", weight=1).mean == pytest.approx(
        score("cx3d_ease/1-7", counts[:7]).value
    )


@pytest.mark.parametrize("counts", [[0] * 11, [0] * 10 + [1]])
def test_a_segment_of_no_answer_or_one_is_not_measured(counts):
    assert not segment("nps/0-10", counts, key="homes", weight=1).measured


def test_under_60_per_cent_of_the_weight_there_is_no_index():
    hidden = company_index([part("a", 0.59, 80), unmeasured("b", 0.41)])
    assert (hidden.value, hidden.low, hidden.high, hidden.coverage) == (None, None, None, 0.59)
    shown = company_index([part("a", 0.2, 80), part("b", 0.4, 50), unmeasured("c", 0.4)])
    assert (shown.value, shown.coverage) == (pytest.approx(60), pytest.approx(0.6))
    assert company_index([part("a", 0.5, 80), unmeasured("b", 0.5)], threshold=0.5).value == 80


def test_a_company_without_segments_has_no_index():
    assert company_index([]).value is None
    assert company_index([unmeasured("a", 1)], threshold=0).value is None


def test_a_change_of_scores_and_a_change_of_mix():
    then = company_index([part("a", 0.5, 60), part("b", 0.5, 40)])
    answered = index_change(company_index([part("a", 0.5, 70), part("b", 0.5, 40)]), then)
    assert (answered.difference, answered.score, answered.mix) == (5, 5, 0)
    moved = index_change(company_index([part("a", 0.75, 60), part("b", 0.25, 40)]), then)
    assert (moved.difference, moved.score, moved.mix) == (5, 0, 5)


def test_segments_are_as_numpy_and_scipy_have_them():
    answers = [0] * 7 + [3] * 4 + [8] * 11 + [10] * 9
    counts = [answers.count(value) for value in range(11)]
    found = segment("nps/0-10", counts, key="a", weight=1)
    normal = np.array(answers) * 10.0
    assert found.mean == pytest.approx(normal.mean())
    assert found.variance == pytest.approx(stats.sem(normal) ** 2)
    index = company_index([found])
    low, high = stats.norm.interval(0.95, normal.mean(), stats.sem(normal))
    assert (index.low, index.high) == (pytest.approx(low), pytest.approx(high))


def test_a_change_is_clear_only_beyond_its_interval():
    then = company_index([part("a", 1, 60, 4)])
    clear = index_change(company_index([part("a", 1, 66, 4)]), then)
    half = 1.959964 * sqrt(8)
    assert (clear.low, clear.high) == (pytest.approx(6 - half), pytest.approx(6 + half))
    assert clear.verdict == "better"
    assert index_change(company_index([part("a", 1, 65, 4)]), then).verdict == "no_clear_change"


def test_a_third_of_effectiveness_and_two_thirds_of_emotion():
    found = blend([(part("a", 0.4, 90, 9, n=30), 1), (part("a", 0.4, 60, 36, n=20), 2), (unmeasured("a", 0.4), 0)])
    assert (found.mean, found.n, found.weight) == (pytest.approx(70), 20, 0.4)
    # Never narrower than if both answers moved together.
    assert sqrt(found.variance) == pytest.approx(3 / 3 + 6 * 2 / 3)
    assert not blend([(part("a", 1, 90), 1), (unmeasured("a", 1), 2)]).measured
    with pytest.raises(ValueError, match="at least one of them over 0"):
        blend([(part("a", 1, 90), 0)])


def test_a_segment_measured_only_now_belongs_to_the_mix():
    then = company_index([part("a", 0.8, 60), unmeasured("b", 0.2)])
    found = index_change(company_index([part("a", 0.8, 60), part("b", 0.2, 10)]), then)
    assert (found.difference, found.score, found.mix) == (pytest.approx(-10), 0, pytest.approx(-10))


def test_there_is_no_change_from_or_to_an_index_that_is_not_shown():
    shown, hidden = company_index([part("a", 1, 60)]), company_index([unmeasured("a", 1)])
    assert index_change(shown, hidden) is None
    assert index_change(hidden, shown) is None


@given(companies())
def test_an_index_lies_between_its_segments(segments):
    found = company_index(segments)
    means = [s.mean for s in segments]
    assert min(means) - 1e-9 <= found.value <= max(means) + 1e-9
    assert 0 <= found.low <= found.value + 1e-9
    assert found.value - 1e-9 <= found.high <= 100


@given(companies(), companies())
def test_score_and_mix_make_the_whole_change(now, then):
    found = index_change(company_index(now), company_index(then))
    assert found.score + found.mix == pytest.approx(found.difference, abs=1e-9)


def test_weights_that_are_no_shares_are_refused():
    with pytest.raises(ValueError, match=r"weight: the weights sum to 0\.9; they .* must sum to 1"):
        company_index([part("a", 0.5, 60), part("b", 0.4, 60)])
    with pytest.raises(ValueError, match=r"weight: b has -0\.5; a weight is 0 or more"):
        company_index([part("a", 1.5, 60), part("b", -0.5, 60)])
