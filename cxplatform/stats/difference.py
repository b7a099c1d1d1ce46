"""How far apart two groups score: a difference of means with its interval, never called a cost or a cause."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cxplatform.stats.intervals import t_quantile, t_two_sided
from cxplatform.stats.moments import moments


@dataclass(frozen=True)
class Difference:
    """`difference` = mean of the first group less that of the second, in the unit of the numbers.

    `low` and `high` are its 95 % interval by Welch and `p` the two-sided p-value: all None where a group is under
    two or neither has any spread.
    """

    n: int
    other_n: int
    mean: float | None
    other_mean: float | None
    difference: float | None
    low: float | None
    high: float | None
    p: float | None


def difference(numbers: tuple[float | None, ...], histogram: Sequence[int], other: Sequence[int]) -> Difference:
    """Welch (1947) from two histograms over the same bins; `numbers[b]` is the value of bin b, None = left out."""
    found = moments(numbers, np.array([histogram, other], dtype=np.int64))
    (n, other_n), (mean, other_mean) = found.n.tolist(), found.mean.tolist()
    if not n or not other_n:
        return Difference(n, other_n, mean if n else None, other_mean if other_n else None, None, None, None, None)
    shares = found.variance / found.n
    squared = float(shares.sum())
    gap = mean - other_mean
    if not squared > 0:  # nan under two answers, 0 without spread
        return Difference(n, other_n, mean, other_mean, gap, None, None, None)
    df = np.array([squared**2 / float((shares**2 / (found.n - 1)).sum())])
    error = squared**0.5
    half = float(t_quantile(0.975, df)[0]) * error
    p = float(t_two_sided(np.array([gap / error]), df)[0])
    return Difference(n, other_n, mean, other_mean, gap, gap - half, gap + half, p)
