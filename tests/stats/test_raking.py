"""Weights by the population: golden values, what always holds, and when there are none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxplatform.stats.raking import CannotRake, effective_n, rake


def test_sixty_of_a_half_and_fifteen_of_two_say_as_much_as_forty_eight() -> None:
    assert effective_n([0.5] * 60 + [2] * 15) == 48
    assert effective_n([0.5, 2], [60, 15]) == 48
    found = rake([("a",), ("b",)], [60, 15], [{"a": 0.5, "b": 0.5}])
    assert found.weights.tolist() == pytest.approx([0.625, 2.5])
    assert found.n_eff == pytest.approx(48)


def test_two_dimensions_meet_both_margins() -> None:
    groups = [("m", "young"), ("m", "old"), ("f", "young"), ("f", "old")]
    counts = np.array([40, 10, 30, 20])
    found = rake(groups, counts.tolist(), [{"m": 48, "f": 52}, {"young": 0.3, "old": 0.7}])
    weighed = counts * found.weights / counts.sum()
    assert weighed[:2].sum() == pytest.approx(0.48)
    assert weighed[[0, 2]].sum() == pytest.approx(0.3)


def test_no_weight_is_over_five_times_the_mean() -> None:
    found = rake([("a",), ("b",)], [99, 1], [{"a": 0.5, "b": 0.5}])
    assert found.trimmed
    assert found.weights[1] == 5
    assert (np.array([99, 1]) * found.weights).sum() == pytest.approx(100)


@pytest.mark.parametrize(
    ("groups", "counts", "margins"),
    [
        ([("a",)], [0], [{"a": 1}]),
        ([("a",)], [5], [{"a": 1, "b": 1}]),
        ([("a",), ("b",)], [5, 5], [{"a": 1}]),
        ([("a",), ("b",)], [5, 5], [{"a": 1, "b": 0}]),
        ([("a", "x"), ("b", "y")], [5, 5], [{"a": 1, "b": 1}, {"x": 1, "y": 3}]),
    ],
)
def test_what_cannot_stand_for_the_population_is_refused(groups: list, counts: list, margins: list) -> None:
    with pytest.raises(CannotRake):
        rake(groups, counts, margins)


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(1, 500)), min_size=2, max_size=8))
def test_always(pairs: list[tuple[int, int]]) -> None:
    counts, shares = ([pair[side] for pair in pairs] for side in (0, 1))
    groups = [(str(place),) for place in range(len(counts))]
    found = rake(groups, counts, [{str(place): share for place, share in enumerate(shares)}])
    n = np.array(counts)
    assert (n * found.weights).sum() == pytest.approx(n.sum())
    assert found.weights.max() <= 5 + 1e-9
    assert 0 < found.n_eff <= n.sum() + 1e-6
    if not found.trimmed:
        assert n * found.weights / n.sum() == pytest.approx(np.array(shares) / sum(shares))
