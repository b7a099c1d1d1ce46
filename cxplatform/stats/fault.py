"""A sudden fault in a series of days, and its repair: the stretch that differs most from the rest of the series.

The search is circular binary segmentation's (Olshen et al. 2004): every stretch is compared with all days outside it,
and the p-value of the best is multiplied by how many were tried.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from cxplatform.stats.intervals import normal_two_sided

Floats = npt.NDArray[np.float64]

SHORTEST, LONGEST = 3, 91
EDGE = 14
"""Days before the onset, and after it, by which a fall is sudden."""
FEWEST = 15


@dataclass(frozen=True)
class Days:
    """Answers by day: arrays of how many, their sum and their sum of squares."""

    n: Floats
    total: Floats
    squares: Floats

    def __post_init__(self) -> None:
        if not len(self.n) == len(self.total) == len(self.squares):
            raise ValueError("days: n, total and squares are of the same days")


@dataclass(frozen=True)
class Fault:
    """Days `start` ... `end` (the first day after; places in the arrays) scored `drop` lower than the others.

    `drop` is negative, in the unit of the numbers. `mended`: the series went on after it and came back. `p` is of the
    whole search; of several series control the false discovery rate over them.
    """

    start: int
    end: int
    drop: float
    p: float
    mended: bool


def fault(days: Days, season: Days | None = None) -> Fault | None:
    """The worst stretch of `SHORTEST` ... `LONGEST` days, None when there is none that began suddenly.

    `season` are the same days a year earlier: a fall that came then too is the season's.
    """
    length = len(days.n)
    if length < EDGE + SHORTEST:
        return None
    n, total, squares = (np.concatenate([[0.0], np.cumsum(part)]) for part in (days.n, days.total, days.squares))
    start, end = (grid.ravel() for grid in np.meshgrid(np.arange(length + 1), np.arange(length + 1), indexing="ij"))
    fits = (start >= EDGE) & (end - start >= SHORTEST) & (end - start <= LONGEST)
    start, end = start[fits], end[fits]
    inside = [part[end] - part[start] for part in (n, total, squares)]
    outside = [part[-1] - within for part, within in zip((n, total, squares), inside, strict=True)]
    enough = (inside[0] >= FEWEST) & (outside[0] >= FEWEST)
    if not enough.any():
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        drop = inside[1] / inside[0] - outside[1] / outside[0]
        # The spread of the whole series: a handful of answers that agree by luck know nothing of it.
        z = np.where(enough, drop / np.sqrt(_spread(n, total, squares) * (1 / inside[0] + 1 / outside[0])), np.nan)
    if np.isnan(z).all():
        return None
    best = int(np.nanargmin(z))
    first, after = int(start[best]), int(end[best])
    fall = float(drop[best])
    if fall >= 0 or not _sudden(days, first, fall) or (season is not None and _seasonal(season, first, after, fall)):
        return None
    return Fault(
        start=first,
        end=after,
        drop=fall,
        p=min(1.0, normal_two_sided(float(z[best])) * int(enough.sum())),
        mended=length - after >= SHORTEST and _came_back(days, first, after, fall),
    )


def _sudden(days: Days, start: int, fall: float) -> bool:
    """Whether the days right after the onset lie clearly under those right before it, by half the fall at least."""
    step, z = _between(days, slice(start, start + EDGE), slice(start - EDGE, start))
    return z < -2 and step <= fall / 2


def _came_back(days: Days, start: int, end: int, fall: float) -> bool:
    step, z = _between(days, slice(end, None), slice(start, end))
    return z > 2 and step >= -fall / 2


def _seasonal(season: Days, start: int, end: int, fall: float) -> bool:
    """Whether most of the fall was there a year earlier as well."""
    inside = [float(part[start:end].sum()) for part in (season.n, season.total, season.squares)]
    outside = [
        float(part.sum()) - within
        for part, within in zip((season.n, season.total, season.squares), inside, strict=True)
    ]
    if min(inside[0], outside[0]) < FEWEST:
        return False
    return inside[1] / inside[0] - outside[1] / outside[0] <= fall / 2


def _between(days: Days, one: slice, other: slice) -> tuple[float, float]:
    """How far the mean of one stretch lies above the other's, and that in standard errors; 0 without enough."""
    a, b = ([float(part[of].sum()) for part in (days.n, days.total, days.squares)] for of in (one, other))
    if min(a[0], b[0]) < SHORTEST:
        return 0.0, 0.0
    step = a[1] / a[0] - b[1] / b[0]
    error = sqrt(float(_error(*map(np.array, a)) + _error(*map(np.array, b))))
    return step, step / error if error > 0 else 0.0


def _spread(n: Floats, total: Floats, squares: Floats) -> float:
    """The variance of all answers, from cumulated sums."""
    return float(squares[-1] - total[-1] ** 2 / n[-1]) / max(float(n[-1]) - 1, 1.0)


def _error(n: Floats, total: Floats, squares: Floats) -> Floats:
    """The variance of a mean; nan where all answers are alike."""
    around = squares - total**2 / n
    return np.where(around > 1e-9 * np.maximum(squares, 1.0), around / np.maximum(n - 1, 1) / n, np.nan)
