"""How far apart two groups score, against an independent library."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cxplatform.stats.difference import difference

NUMBERS = (0.0, 25.0, 50.0, 75.0, 100.0, None)
HISTOGRAM = st.lists(st.integers(0, 30), min_size=6, max_size=6)


@given(HISTOGRAM, HISTOGRAM)
def test_it_is_welch_of_the_answers_themselves(one: list[int], other: list[int]) -> None:
    a, b = (np.repeat(NUMBERS[:5], counts[:5]).astype(float) for counts in (one, other))
    found = difference(NUMBERS, one, other)
    assert (found.n, found.other_n) == (len(a), len(b))
    if min(len(a), len(b)) < 2 or a.std() + b.std() == 0:
        assert (found.low, found.high, found.p) == (None, None, None)
        return
    wanted = stats.ttest_ind(a, b, equal_var=False)
    interval = wanted.confidence_interval(0.95)
    assert found.difference == pytest.approx(a.mean() - b.mean(), abs=1e-9)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), abs=1e-6)
    assert found.p == pytest.approx(wanted.pvalue, abs=1e-9)
