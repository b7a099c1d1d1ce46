"""Gaps between staff and customers, against scipy's Welch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cxplatform.stats.blind_spot import gap, rank_correlation, ranked
from cxplatform.stats.sums import Sums

answers = st.lists(st.integers(0, 100), min_size=5, max_size=60).filter(lambda values: len(set(values)) > 1)


def sums(values: list[int] | np.ndarray) -> Sums:
    found = np.asarray(values, dtype=float)
    return Sums(len(found), float(found.sum()), float((found**2).sum()))


@given(answers, answers)
def test_the_interval_is_welchs(staff, customers):
    found = gap("a", staff=sums(staff), customers=sums(customers))
    theirs = stats.ttest_ind(staff, customers, equal_var=False).confidence_interval(0.95)
    assert found.gap == pytest.approx(np.mean(staff) - np.mean(customers))
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=1e-6)


def test_too_rosy_is_a_blind_spot_and_too_gloomy_a_hidden_strength():
    rosy, plain = [70, 75, 65, 72, 68, 74] * 3, [48, 52, 47, 53, 50, 49] * 10
    assert gap("a", staff=sums(rosy), customers=sums(plain)).kind == "blind_spot"
    assert gap("a", staff=sums(plain), customers=sums(rosy)).kind == "hidden_strength"


@pytest.mark.parametrize(
    ("staff", "customers", "kind"),
    [
        ([58, 60, 59, 58, 60] * 4, [50, 51, 49, 50, 50] * 4, "none"),  # nine points, however sure
        ([100, 20, 90, 30, 80], [50, 10, 90, 40, 50], "none"),  # sixteen points, by chance
        ([70] * 4, [50] * 40, "not_enough"),
        ([70] * 40, [50] * 40, "not_enough"),  # no spread at all on either side
    ],
)
def test_what_is_no_blind_spot(staff, customers, kind):
    assert gap("a", staff=sums(staff), customers=sums(customers)).kind == kind


def test_ranked_by_gap_times_importance():
    rosy, plain = sums([70, 75, 65, 72, 68, 74] * 3), sums([48, 52, 47, 53, 50, 49] * 10)
    found = [
        gap("minor", staff=rosy, customers=plain, importance=0.1),
        gap("none", staff=plain, customers=plain, importance=9),
        gap("few", staff=Sums(), customers=plain),
        gap("major", staff=rosy, customers=plain, importance=0.5),
    ]
    assert [each.key for each in ranked(found)] == ["major", "minor", "none", "few"]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=20))
def test_rank_correlation_is_spearmans(pairs):
    a, b = zip(*pairs, strict=True)
    found = rank_correlation(a, b)
    if len(set(a)) == 1 or len(set(b)) == 1:
        assert found is None
    else:
        assert found == pytest.approx(stats.spearmanr(a, b).statistic)


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="threshold"):
        gap("a", staff=Sums(), customers=Sums(), threshold=0)
    with pytest.raises(ValueError, match="assumed"):
        rank_correlation([1], [1, 2])
    assert rank_correlation([1, 2], [1, 2]) is None
