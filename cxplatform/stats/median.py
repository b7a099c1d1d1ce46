"""The median of a few durations, with an interval that asks nothing of their distribution."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from statistics import median as middle

from cxplatform.stats.intervals import LEVEL


@dataclass(frozen=True)
class Median:
    """`low` and `high` are None where so few were measured that no interval holds at the level (fewer than six)."""

    value: float | None
    low: float | None
    high: float | None
    n: int


def median(values: Sequence[float], *, level: float = LEVEL) -> Median:
    """The median, and the two order statistics between which it lies in at least `level` of samples.

    Exact by the binomial distribution with p = 1/2 (Conover, Practical Nonparametric Statistics, 3.2): it holds for
    durations, which are skewed, and is a little wide rather than narrow.
    """
    n = len(values)
    if n == 0:
        return Median(None, None, None, 0)
    ordered = sorted(values)
    tail, below = (1 - level) / 2, 0.0
    rank = 0
    # The greatest rank r with P(fewer than r lie under the median) within the tail.
    while below + comb(n, rank) / 2**n <= tail:
        below += comb(n, rank) / 2**n
        rank += 1
    if rank == 0:
        return Median(middle(ordered), None, None, n)
    return Median(middle(ordered), ordered[rank - 1], ordered[n - rank], n)
