"""Shares of one thing in two groups: the test, the interval of the difference, and which of many have changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, sqrt
from typing import Literal

import numpy as np
import numpy.typing as npt

from cxplatform.stats.discoveries import ALPHA, benjamini_hochberg
from cxplatform.stats.intervals import Floats, wilson

FEWEST = 10
Counted = npt.NDArray[np.int64] | Floats
Course = Literal["rose", "fell", "same", "not_enough"]


@dataclass(frozen=True)
class Compared:
    """Arrays [k] in shares, 0..1: `difference` first less second, its 95 % interval, the test statistic z."""

    difference: Floats
    z: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Shift:
    """A share now and then, per cent; `difference` in percentage points with its 95 % interval."""

    now: float | None
    then: float | None
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    course: Course


def compared(x1: Counted, n1: Counted, x2: Counted, n2: Counted) -> Compared:
    """Two-proportion z with the pooled error; interval by Newcombe (1998), method 10, so never beyond -1..1."""
    p1, p2, pooled = x1 / n1, x2 / n2, (x1 + x2) / (n1 + n2)
    error = np.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    # Nobody or everybody on both sides: no difference and no error, which is z = 0 and not 0/0.
    z = np.where((error == 0) & (n1 > 0) & (n2 > 0), 0.0, (p1 - p2) / error)
    (low1, high1), (low2, high2) = wilson(x1, n1), wilson(x2, n2)
    return Compared(
        difference=p1 - p2,
        z=z,
        low=p1 - p2 - np.hypot(p1 - low1, high2 - p2),
        high=p1 - p2 + np.hypot(high1 - p1, p2 - low2),
    )


def shifts(
    now: Sequence[int], now_of: int, then: Sequence[int], then_of: int, *, rate: float = ALPHA, fewest: int = FEWEST
) -> list[Shift]:
    """How the shares of many things moved between two groups, the false discovery rate of the whole list controlled.

    Nothing is said of a thing where either group is under `fewest`.
    """
    x1, x2 = np.array(now, dtype=float), np.array(then, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = compared(x1, np.full_like(x1, now_of), x2, np.full_like(x2, then_of))
    enough = min(now_of, then_of) >= fewest
    p_values = [erfc(abs(z) / sqrt(2)) if enough else None for z in found.z.tolist()]
    stands = benjamini_hochberg(p_values, rate=rate)
    return [
        Shift(
            now=100 * a / now_of if now_of else None,
            then=100 * b / then_of if then_of else None,
            difference=100 * gap if now_of and then_of else None,
            low=100 * low if now_of and then_of else None,
            high=100 * high if now_of and then_of else None,
            p=p,
            course="not_enough" if p is None else "same" if not stand else "rose" if gap > 0 else "fell",
        )
        for a, b, gap, low, high, p, stand in zip(
            now, then, found.difference.tolist(), found.low.tolist(), found.high.tolist(), p_values, stands, strict=True
        )
    ]
