"""What is hidden cannot be had by subtraction."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxplatform.stats.anonymity import Known, enough, settled_between, visible, visible_crossed

groups = st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 30), max_size=9)
minimums = st.integers(0, 12)


def sums(cells):
    """Some of so many cells together, at least one."""
    return st.lists(st.integers(0, 1), min_size=cells, max_size=cells).filter(any)


@pytest.mark.parametrize(
    ("siblings", "shown"),
    [
        ({}, ""),
        ({"a": 5, "b": 9}, "ab"),
        ({"a": 4}, ""),
        ({"a": 4, "b": 9}, ""),
        ({"a": 4, "b": 9, "c": 30}, "c"),
        ({"a": 2, "b": 3, "c": 30}, "c"),
        ({"a": 1, "b": 2, "c": 30, "d": 40}, "d"),
        ({"a": 1, "b": 2, "c": 3, "d": 40}, "d"),
        ({"a": 3, "b": 0, "c": 40, "d": 50}, "bd"),
        ({"a": 0, "b": 0}, "ab"),
        ({"a": 4, "b": 9, "c": 9, "d": 9}, "cd"),
    ],
)
def test_the_small_and_the_next_smallest_are_hidden(siblings, shown):
    assert visible(siblings) == set(shown)


@given(groups, minimums)
def test_the_total_less_the_shown_never_tells_of_a_small_group(siblings, minimum):
    shown = visible(siblings, minimum=minimum)
    hidden = [n for key, n in siblings.items() if key not in shown]
    assert all(n == 0 or enough(n, minimum=minimum) for key, n in siblings.items() if key in shown)
    if hidden and any(siblings[key] for key in shown):
        assert len(hidden) >= 2
        assert enough(sum(hidden), minimum=minimum)


@given(groups, minimums)
def test_nothing_is_hidden_without_need(siblings, minimum):
    if all(enough(n, minimum=minimum) for n in siblings.values()):
        assert visible(siblings, minimum=minimum) == set(siblings)


@given(groups, minimums, st.randoms(use_true_random=False))
def test_the_order_of_a_screen_changes_nothing(siblings, minimum, random):
    shuffled = list(siblings.items())
    random.shuffle(shuffled)
    assert visible(dict(shuffled), minimum=minimum) == visible(siblings, minimum=minimum)


@given(
    st.dictionaries(
        st.sampled_from("abcdef"),
        st.tuples(st.integers(0, 15), st.integers(0, 4), st.integers(0, 9)),
        min_size=1,
    ),
    minimums,
)
def test_what_bounds_settle_every_size_within_them_says_too(siblings, minimum):
    bounds = {key: (max(0, n - less), n + more) for key, (n, less, more) in siblings.items()}
    shown = visible({key: n for key, (n, *_slack) in siblings.items()}, minimum=minimum)
    for key in siblings:
        assert settled_between(bounds, key, minimum=minimum) in (None, key in shown)


@pytest.mark.parametrize(
    ("bounds", "told"),
    [
        ({"a": (5, 900)}, True),
        ({"a": (4, 900)}, None),
        ({"a": (1, 4), "b": (60, 900)}, False),
        ({"a": (60, 900), "b": (60, 900)}, True),
        ({"a": (60, 900), "b": (2, 4)}, False),
        ({"a": (60, 900), "b": (4, 9)}, None),
        ({"a": (60, 900), "b": (1, 2), "c": (1, 2)}, False),
        ({"a": (60, 900), "b": (1, 4), "c": (1, 4)}, None),
        ({"a": (60, 900), "b": (2, 4), "c": (3, 4)}, True),
        ({"a": (60, 900), "b": (2, 4), "c": (7, 60)}, None),
        ({"a": (60, 900), "b": (2, 4), "c": (7, 59)}, True),
    ],
)
def test_bounds_settle_as_much_as_they_can(bounds, told):
    assert settled_between(bounds, "a") is told


def test_answers_without_a_value_of_the_dimension_are_a_group_too():
    assert visible({None: 4, "b": 9, "a": 9, 3: 20}) == {"b", 3}


def test_no_setting_goes_under_the_floor():
    assert not enough(2, minimum=1)
    assert enough(3, minimum=1)
    assert not enough(4)
    assert visible({"a": 2, "b": 9, "c": 9}, minimum=1) == {"c"}


def test_a_cross_table_hides_what_its_other_side_would_tell():
    cells = {("x", "a"): 2, ("x", "b"): 30, ("y", "a"): 20, ("y", "b"): 40, ("z", "a"): 50, ("z", "b"): 60}
    # The two hide a column's next smallest and a row's other, and these the one that both would tell.
    assert visible_crossed(cells) == {("z", "a"), ("z", "b")}
    assert visible_crossed({("x", "a"): 9, ("x", "b"): 9}) == {("x", "a"), ("x", "b")}


@given(st.dictionaries(st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz")), st.integers(0, 30)), minimums)
def test_along_no_row_or_column_less_than_the_minimum_can_be_had(cells, minimum):
    shown = visible_crossed(cells, minimum=minimum)
    assert all(enough(cells[cell], minimum=minimum) for cell in shown if cells[cell])
    for side in (0, 1):
        for key in {cell[side] for cell in cells}:
            line = {cell: n for cell, n in cells.items() if cell[side] == key}
            hidden = [n for cell, n in line.items() if cell not in shown and n]
            if hidden and shown & {cell for cell, n in line.items() if n}:
                assert len(hidden) > 1
                assert enough(sum(hidden), minimum=minimum)


def spanned(closed, told):
    """Whether a sum follows from those told, by the rank of them all."""
    return np.linalg.matrix_rank(np.vstack([told, closed])) == np.linalg.matrix_rank(told)


@given(st.integers(1, 7).flatmap(lambda cells: st.tuples(*[st.lists(sums(cells), min_size=1, max_size=9)] * 2)))
def test_what_must_not_be_had_follows_from_nothing_that_was_told(both):
    closed, candidates = (np.array(rows, dtype=float) for rows in both)
    known, told = Known(closed), np.zeros((1, closed.shape[1]))
    for row in candidates:
        tells = any(spanned(each, np.vstack([told, row])) for each in closed)
        assert known.safe(row) is known.copy().tell(row) is known.tell(row) is not tells
        if not tells:
            told = np.vstack([told, row])
