"""Where staff think otherwise than customers: the gap between what was predicted and what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np

from cxplatform.stats.intervals import LEVEL, t_quantile
from cxplatform.stats.sums import Sums

Kind = Literal["blind_spot", "hidden_strength", "none", "not_enough"]

THRESHOLD = 10.0
FEWEST = 5


@dataclass(frozen=True)
class Gap:
    """What employees predicted minus what customers said, on 0-100, with its 95 % interval (Welch).

    Too rosy is a blind spot, too gloomy a hidden strength: said only where the gap is at least the threshold and
    its interval lies wholly beyond half of it. `weight` ranks: |gap| times importance (1 where none is known).
    """

    key: str
    gap: float | None
    low: float | None
    high: float | None
    staff: float | None
    customers: float | None
    n_staff: int
    n_customers: int
    kind: Kind
    weight: float = 0.0


def gap(
    key: str,
    *,
    staff: Sums,
    customers: Sums,
    threshold: float = THRESHOLD,
    importance: float = 1.0,
    fewest: int = FEWEST,
) -> Gap:
    """The gap at one touchpoint, of sums of normalised values (0-100). Raises ValueError for a threshold not over 0.

    "not_enough" with fewer than `fewest` on a side, whose means then stay out too.
    """
    if threshold <= 0:
        raise ValueError(f"threshold: {threshold} must be over 0 points")
    nothing = Gap(key, None, None, None, None, None, staff.n, customers.n, "not_enough")
    if min(staff.n, customers.n) < max(fewest, 2):
        return nothing
    means = staff.total / staff.n, customers.total / customers.n
    found = means[0] - means[1]
    a, b = _of_mean(staff), _of_mean(customers)
    if a + b <= 0:
        low = high = None
        kind: Kind = "not_enough"
    else:
        df = (a + b) ** 2 / (a**2 / (staff.n - 1) + b**2 / (customers.n - 1))
        half = float(t_quantile(0.5 + LEVEL / 2, df)) * sqrt(a + b)
        low, high = found - half, found + half
        kind = _kind(found, low, high, threshold)
    return Gap(key, found, low, high, means[0], means[1], staff.n, customers.n, kind, abs(found) * importance)


def ranked(gaps: Sequence[Gap]) -> list[Gap]:
    """Blind spots and hidden strengths first, then the others; each by |gap| x importance."""
    told = ("blind_spot", "hidden_strength")
    return sorted(gaps, key=lambda each: (each.kind not in told, each.kind == "not_enough", -each.weight, each.key))


def rank_correlation(assumed: Sequence[float], stated: Sequence[float]) -> float | None:
    """Spearman's correlation of what staff and customers hold important, ties by their mean rank; None under three
    pairs or where one side makes no difference."""
    if len(assumed) != len(stated):
        raise ValueError(f"assumed: {len(assumed)} values beside {len(stated)}")
    if len(assumed) < 3:
        return None
    a, b = _ranks(assumed), _ranks(stated)
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return None
    return float(np.corrcoef(a, b)[0, 1])


def _kind(found: float, low: float, high: float, threshold: float) -> Kind:
    if found >= threshold and low > threshold / 2:
        return "blind_spot"
    if found <= -threshold and high < -threshold / 2:
        return "hidden_strength"
    return "none"


def _of_mean(sums: Sums) -> float:
    """The variance of the mean."""
    around = max(sums.squares - sums.total**2 / sums.n, 0.0)
    return around / (sums.n - 1) / sums.n if around > 1e-9 * max(sums.squares, 1.0) else 0.0


def _ranks(values: Sequence[float]) -> np.ndarray:
    given = np.asarray(values, dtype=float)
    ordered = np.sort(given)
    return (np.searchsorted(ordered, given, "left") + np.searchsorted(ordered, given, "right") - 1) / 2 + 1
