"""Every metric is declared whole, and an answer finds its bin or a clear error."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxplatform.stats.metrics import (
    MEAN,
    METRICS,
    NET,
    bin_of,
    cx3d_sum,
    metric,
    normalised,
    paired_fcr,
    perceived_value,
    value_of,
)
from cxplatform.stats.score import score
from tests.stats.histograms import names

EXPECTED_NAMES = [
    "nps/0-10",
    "nps/1-10",
    "nps/3",
    "ces/1-7",
    "ces/1-5",
    "fcr/5",
    "expected/3",
    "fcr_expected/15",
    "csat/1-5",
    "csat/1-10",
    "faces/4",
    "expectation/3",
    "emotion/7",
    "cx3d_effectiveness/1-7",
    "cx3d_ease/1-7",
    "cx3d_emotion/1-7",
    "cx3d/3-21",
    "heard/3",
    "promise_kept/4",
    "fixed/3",
    "importance/1-7",
    "benefit/1-7",
    "sacrifice/1-7",
    "benefit_features/1-7",
    "benefit_service/1-7",
    "benefit_feeling/1-7",
    "sacrifice_price/1-7",
    "sacrifice_time/1-7",
    "sacrifice_effort/1-7",
    "image/1-7",
    "image/3",
    "competitors/3",
    "relevance/1-5",
    "relevance/3",
    "value/-6..6",
    "stay/1-7",
    "pulse_knowledge/1-7",
    "pulse_action/1-7",
    "pulse_emotion/1-7",
]


def test_the_registry_holds_exactly_these():
    assert list(METRICS) == EXPECTED_NAMES


@pytest.mark.parametrize("name", EXPECTED_NAMES)
def test_a_declaration_is_whole(name):
    m = metric(name)
    inside = [place for place in range(m.bins) if place not in m.outside]
    assert sorted(place for part in m.bar for place in m.parts[part]) == inside, "the bar splits the denominator"
    assert len(m.normal) == m.bins
    assert [place for place, value in enumerate(m.normal) if value is None] == list(m.outside)
    assert {min(v for v in m.normal if v is not None), max(v for v in m.normal if v is not None)} == {0, 100}
    assert not m.choices or len(m.choices) == m.bins
    quantities = (m.lead, *m.beside)
    assert all(q in m.parts or q in (NET, MEAN) for q in quantities)
    assert (m.net is not None) == (NET in quantities)
    assert (m.numbers is not None) == (MEAN in quantities)
    assert m.numbers is None or len(m.numbers) == m.bins


@pytest.mark.parametrize("name", EXPECTED_NAMES)
def test_the_leading_quantity_points_where_the_normalised_value_does(name):
    """The best answer scores best in the declared direction, the worst answer worst."""
    m = metric(name)
    best, worst = ([0] * m.bins for _ in range(2))
    best[m.normal.index(100)] = worst[m.normal.index(0)] = 8
    high, low = score(m, best).value, score(m, worst).value
    assert (high > low) == (m.better == "higher")
    assert (high < low) == (m.better == "lower")


@given(names, st.data())
def test_a_value_and_its_bin_are_each_others_inverse(name, data):
    m = metric(name)
    place = data.draw(st.integers(0, m.bins - 1))
    value = value_of(m, place)
    assert bin_of(m, value) == bin_of(name, float(value)) == bin_of(m, np.int64(value)) == place
    if m.choices:
        assert bin_of(m, m.choices[place]) == place


@given(names, st.data())
def test_normalised_runs_from_0_to_100_in_the_scales_direction(name, data):
    m = metric(name)
    values = st.integers(m.lowest, m.highest).filter(lambda v: normalised(m, v) is not None)
    a, b = sorted((data.draw(values), data.draw(values)))
    assert 0 <= normalised(m, a) <= 100
    if name != "fcr_expected/15":  # a pair has two directions, not one
        first, last = normalised(m, a), normalised(m, b)
        assert first <= last if m.higher_is_better else first >= last


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("nps/0-10", 7, 70),
        ("nps/1-10", 1, 0),
        ("ces/1-7", 4, 50),
        ("ces/1-5", 1, 100),
        ("fcr/5", "later", 200 / 3),
        ("fcr/5", "too_early", None),
        ("promise_kept/4", "cant_say", None),
        ("fcr_expected/15", 0, 100),
        ("fcr_expected/15", "no+no", 0),
        ("fcr_expected/15", "too_early+yes", None),
        ("expectation/3", "worse", 0),
        ("emotion/7", "reassured", 100),
        ("emotion/7", "nothing", 50),
        ("sacrifice/1-7", 7, 0),
        ("value/-6..6", 0, 50),
    ],
)
def test_normalised_values(name, value, expected):
    assert normalised(name, value) == pytest.approx(expected)


@pytest.mark.parametrize("value", [-1, 11, 3.5, math.nan, math.inf, -math.inf, True, "7", "", None])
def test_an_answer_off_the_scale_is_told_the_scale(value):
    with pytest.raises(ValueError, match=r"nps/0-10: .* is not on the scale; give a .* from 0 to 10$"):
        bin_of("nps/0-10", value)


def test_a_choice_unknown_is_told_the_choices():
    with pytest.raises(ValueError, match="from 0 to 2 or one of worse, as_expected, better"):
        bin_of("expectation/3", "good")


def test_a_scale_unknown_is_told_the_scales_of_that_metric():
    with pytest.raises(ValueError, match=r"'nps/1-5' is not known; use one of nps/0-10, nps/1-10, nps/3$"):
        metric("nps/1-5")
    with pytest.raises(ValueError, match=r"'mood' is not known; use one of nps/0-10, .*value/-6..6"):
        metric("mood")


def test_a_subject_has_a_name_of_its_own_and_the_scale_of_all():
    m = metric("image/3:reliable")
    assert (m.name, m.choices, m.subject) == ("image/3:reliable", metric("image/3").choices, "reliable")
    assert score("image/3:reliable", [8, 1, 1]).metric == "image/3:reliable"
    with pytest.raises(ValueError, match="'nps/0-10:us' is not known"):
        metric("nps/0-10:us")


@pytest.mark.parametrize("place", [-1, 11])
def test_a_bin_outside_the_histogram(place):
    with pytest.raises(ValueError, match=r"there is no bin -?1?1; bins are 0 to 10"):
        value_of("nps/0-10", place)


def test_strict_is_the_pair_of_first_contact_and_as_expected():
    assert paired_fcr(fcr="first", expected="yes") == 0
    assert paired_fcr(fcr=3, expected=2) == 11
    pairs = {(f, e): paired_fcr(fcr=f, expected=e) for f in range(5) for e in range(3)}
    assert sorted(pairs.values()) == list(range(15))
    assert metric("fcr_expected/15").choices[pairs[2, 1]] == "partly+partly"


def test_three_answers_make_a_sum_and_two_a_difference():
    assert cx3d_sum(effectiveness=1, ease=1, emotion=1) == 3
    assert cx3d_sum(effectiveness=7, ease=6, emotion=5) == 18
    assert perceived_value(benefit=7, sacrifice=1) == 6
    assert perceived_value(benefit=2, sacrifice=5) == -3
    with pytest.raises(ValueError, match="cx3d_ease/1-7: 8 is not on the scale"):
        cx3d_sum(effectiveness=7, ease=8, emotion=5)
