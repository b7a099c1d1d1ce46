"""Counts add up within one scale and nowhere else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxplatform.stats.histogram import add, answers, count, empty, matrix, total
from cxplatform.stats.metrics import METRICS
from tests.stats.histograms import histograms, named_pair, names


@given(named_pair())
def test_adding_is_counting_together(pair):
    name, a, b = pair
    assert total(add(a, b)) == total(a) + total(b)
    assert add(a, empty(name)) == a
    assert add(add(a, b), [-x for x in b]) == a


@given(names, st.data())
def test_counting_answers_gives_back_how_many_of_each(name, data):
    m = METRICS[name]
    counts = data.draw(histograms(name, most=5))
    values = [m.lowest + place for place, times in enumerate(counts) for _ in range(times)]
    assert count(name, values) == counts


def test_two_scales_do_not_add():
    with pytest.raises(ValueError, match="cannot add 10 bins to 11; two scales are never pooled"):
        add(empty("nps/0-10"), empty("nps/1-10"))


def test_what_cannot_be_judged_is_not_in_the_denominator():
    assert answers("fcr/5", [4, 3, 2, 1, 9]) == 10
    assert answers("promise_kept/4", [4, 3, 2, 9]) == 9
    assert answers("nps/0-10", [1] * 11) == 11


def test_a_histogram_of_another_length_or_below_nothing_is_refused():
    with pytest.raises(ValueError, match="nps/0-10: a histogram has 11 bins, got 7, 10"):
        matrix("nps/0-10", [[0] * 11, [0] * 10, [0] * 7])
    with pytest.raises(ValueError, match="nps/0-10: a histogram has 11 bins, got 10"):
        matrix("nps/0-10", np.zeros((3, 10), dtype=int))
    with pytest.raises(ValueError, match=r"ces/1-5: a histogram holds a negative count.*run rebuild"):
        matrix("ces/1-5", [[1, 2, 3, -1, 0]])


def test_no_histograms_is_an_empty_table():
    assert matrix("ces/1-5", []).shape == (0, 5)
