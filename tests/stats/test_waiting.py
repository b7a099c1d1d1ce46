"""Medians of how long things take, out of bins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxplatform.stats.waiting import BINS, EDGES, quantile

counted = st.lists(st.integers(0, 1000), min_size=BINS, max_size=BINS)


def bins(**at: int) -> list[int]:
    return [at.get(f"b{place}", 0) for place in range(BINS)]


def test_the_median_lies_within_its_bin() -> None:
    assert quantile(bins(b4=10), 0.5) == 12.5  # all between 10 and 15 minutes
    assert quantile(bins(b0=5, b5=5), 0.9) == pytest.approx(15 + 15 * 4 / 5)


def test_of_nothing_there_is_none_and_of_the_open_bin_its_lower_end() -> None:
    assert quantile(bins(), 0.5) is None
    assert quantile(bins(**{f"b{BINS - 1}": 3}), 0.5) == EDGES[-1]


@given(counted)
def test_quantiles_rise(counts: list[int]) -> None:
    found = [quantile(counts, q) for q in (0.1, 0.5, 0.9)]
    assert found == [None] * 3 or (found == sorted(found) and found[0] >= 0 and found[-1] <= EDGES[-1])


@pytest.mark.parametrize(("counts", "q"), [([1], 0.5), ([0] * BINS, 0.0), ([0] * BINS, 1.0)])
def test_wrong_questions_are_refused(counts: list[int], q: float) -> None:
    with pytest.raises(ValueError, match=r"counts|q"):
        quantile(counts, q)
