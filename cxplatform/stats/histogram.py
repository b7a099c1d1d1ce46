"""Histograms: integer counts over a scale, the only thing stored of an answer."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from cxplatform.stats.metrics import Metric, as_metric, bin_of

Counts = Sequence[int] | npt.NDArray[np.integer]


def empty(of: Metric | str) -> list[int]:
    """A histogram of no answers."""
    return [0] * as_metric(of).bins


def count(of: Metric | str, values: Iterable[float | str]) -> list[int]:
    """The histogram of answers. Raises ValueError at the first that is not on the scale."""
    m = as_metric(of)
    counts = empty(m)
    for value in values:
        counts[bin_of(m, value)] += 1
    return counts


def add(a: Counts, b: Counts) -> list[int]:
    """Bin by bin; `b` may hold negative counts (a correction). Raises ValueError for unequal lengths."""
    if len(a) != len(b):
        raise ValueError(
            f"histogram: cannot add {len(b)} bins to {len(a)}; two scales are never pooled, score each alone"
        )
    return [int(x) + int(y) for x, y in zip(a, b, strict=True)]


def total(counts: Counts) -> int:
    """All answers, those outside the denominator too."""
    return sum(counts.tolist() if isinstance(counts, np.ndarray) else map(int, counts))


def answers(of: Metric | str, counts: Counts) -> int:
    """The denominator n: answers without "too early to say" and "can't say"."""
    m = as_metric(of)
    return total(counts) - sum(int(counts[place]) for place in m.outside)


def matrix(of: Metric | str, histograms: Sequence[Counts] | npt.NDArray[np.integer]) -> npt.NDArray[np.int64]:
    """Histograms of one metric as an array [k, bins], checked.

    Raises ValueError when one has another length than the scale or holds a negative count.
    """
    m = as_metric(of)
    if any(len(h) != m.bins for h in histograms):
        lengths = sorted({len(h) for h in histograms} - {m.bins})
        raise ValueError(f"{m.name}: a histogram has {m.bins} bins, got {', '.join(map(str, lengths))}")
    table = np.asarray(histograms, dtype=np.int64).reshape(len(histograms), m.bins)
    if table.size and table.min() < 0:
        raise ValueError(
            f"{m.name}: a histogram holds a negative count, a correction without the answer it corrects; run rebuild"
        )
    return table
