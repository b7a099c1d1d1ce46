"""A long list that is opened without telling its people apart is one that the full count opens too."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dashboards.journeys.behind_bounds import _folded
from dashboards.journeys.passages_behind import _closed

# Who, in the state, the value (the segment is "a"), the part (the number's own is "x"), whether in the whole.
PASSAGES = st.lists(
    st.tuples(
        st.integers(0, 40),
        st.sampled_from([True, True, True, False]),
        st.sampled_from(["a", "a", "a", "b", "c", None]),
        st.sampled_from("xxxyyz"),
        st.booleans(),
    ),
    max_size=120,
)


@given(PASSAGES, st.booleans(), st.integers(3, 6), st.integers(1, 128))
def test_bounds_open_and_close_what_the_full_count_does(
    passages: list[Any], parted: bool, minimum: int, drawers: int
) -> None:
    counted: dict[Any, list[int]] = defaultdict(list)
    siblings: dict[Any, set[int]] = defaultdict(set)
    for who, in_state, value, letter, within in passages:
        held, in_segment = letter == "x", value == "a"
        part = letter if parted else None
        counted[
            int(held), in_state, in_segment, value if held else None, part if in_state and in_segment else None, within
        ].append(who)
        if in_state and in_segment:
            siblings["part", letter if parted else str(held).lower(), held].add(who)
        if in_state and in_segment and within:
            siblings["whole 1", str(held).lower(), held].add(who)
        if held and in_segment:
            siblings["state", str(in_state).lower(), in_state].add(who)
        if held and in_state:
            siblings["segment", value, in_segment].add(who)
    everybody = siblings.get(("segment", "a", True), set())
    full = _closed([(*key, len(people)) for key, people in siblings.items()], len(everybody), minimum=minimum)
    told = _folded([(*key, len(who), *_drawers(who, drawers)) for key, who in counted.items()], parted=parted)
    least, most = told.all.people
    assert least <= len(everybody) <= most
    assert told.closed(minimum=minimum) in (None, full)


def _drawers(people: Iterable[int], of: int) -> tuple[int, int]:
    """As PostgreSQL gives them: two numbers with a sign."""
    first = second = 0
    for who in people:
        first |= 1 << who % min(of, 64)
        second |= 1 << who * 7 % of % 64
    return tuple(each - 2**64 if each >= 2**63 else each for each in (first, second))  # type: ignore[return-value]
