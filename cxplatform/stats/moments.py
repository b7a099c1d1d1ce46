"""Counts, means and variances of many histograms at once."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cxplatform.stats.intervals import Floats
from cxplatform.stats.metrics import Metric

Table = npt.NDArray[np.int64]


def denominators(m: Metric, table: Table) -> npt.NDArray[np.int64]:
    """n of each histogram, answers outside the denominator left out."""
    return np.delete(table, m.outside, axis=1).sum(axis=1)


def part_counts(m: Metric, part: str, table: Table) -> npt.NDArray[np.int64]:
    """Answers in a named part of each histogram."""
    return table[:, list(m.parts[part])].sum(axis=1)


@dataclass(frozen=True)
class Moments:
    """Of each histogram: n, mean (nan without answers) and sample variance (nan under two answers)."""

    n: npt.NDArray[np.int64]
    mean: Floats
    variance: Floats


def moments(numbers: tuple[float | None, ...], table: Table) -> Moments:
    """Mean and variance with `numbers[b]` as the value of bin b; bins whose number is None are left out."""
    inside = [place for place, number in enumerate(numbers) if number is not None]
    x = np.array([numbers[place] for place in inside], dtype=float)
    # Rows in one order in memory, so that a cell adds up to the same last digit alone and among many.
    counts = np.ascontiguousarray(table[:, inside])
    n = counts.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (counts * x).sum(axis=1) / n
        # Around the mean, not as a difference of squares: that goes negative for equal answers.
        squares = (counts * (x - mean[:, None]) ** 2).sum(axis=1)
        variance = np.where(n > 1, squares / (n - 1), np.nan)
    # Equal answers have no spread at all; the mean itself is off by rounding.
    variance = np.where((counts > 0).sum(axis=1) == 1, np.where(n > 1, 0.0, np.nan), variance)
    return Moments(n=n, mean=mean, variance=variance)
