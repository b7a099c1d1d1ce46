"""Numbers on the picture of ways between stages stand apart, also on a phone."""

from itertools import combinations

import pytest

from dashboards.journeys.flow import Arc, apart
from dashboards.shares import share_of


@pytest.mark.parametrize(
    "ways",
    [
        ((0, 1), (1, 2), (2, 3), (3, 2), (3, 0), (0, 2), (3, 5), (3, 6), (4, 6)),
        ((3, 2), (3, 1), (3, 0), (2, 0)),
        ((1, 0), (0, 2), (2, 1), (3, 1), (5, 4)),
    ],
)
def test_no_number_stands_on_another(ways: tuple[tuple[int, int], ...]) -> None:
    stages = max(max(way) for way in ways) + 1
    arcs = list(apart([arc(*way, stages=stages) for way in ways]))
    assert [each.key for each in arcs] == [f"{start}>{end}" for start, end in ways]
    for one, other in combinations(arcs, 2):
        # Of 328 pixels a number of four digits and its signs takes 42.
        assert abs(one.middle - other.middle) * 3.28 >= 42 or abs(one.label - other.label) >= 11, (one.key, other.key)
    assert all(9 <= each.label <= 66 for each in arcs)


def arc(start: int, end: int, *, stages: int) -> Arc:
    """As `flow_picture` draws a way between the stages at these places."""
    step = 100 / stages
    return Arc(
        key=f"{start}>{end}", start="", end="", kind="used", times=1, share=share_of(1, 2), back=end < start,
        near=end == start + 1, x1=(start + 0.5) * step, x2=(end + 0.5) * step, width=1,
        top=max(-24.0, 52.0 - 16.0 * abs(end - start) - (10.0 if end < start else 0.0)),
    )  # fmt: skip
