"""Does a series of months go down little by little: a straight line against a single step, the season taken out."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np
import numpy.typing as npt

from cxplatform.stats.intervals import t_quantile, t_two_sided
from cxplatform.stats.sums import Sums

Floats = npt.NDArray[np.float64]

YEAR = 12
FEWEST_MONTHS = 8
FEWEST = 10
"""Answers that a month needs to be a point."""
STRONG = 6.0
"""A difference of BIC that is strong evidence (Raftery 1995)."""


@dataclass(frozen=True)
class Decline:
    """What the line falls (negative) or rises over a year, with its 95 % interval, in the unit of the numbers.

    `p` is of the slope, two-sided (weighted least squares; each month's own sampling error is its weight, widened
    where months differ more than that). `gradual`: nothing speaks strongly for one step instead of a line, and
    within the year itself it went the same way. `seasonal`: the points are differences from the same month a year
    before, from which the line begins at nothing; where that year is not known, the months themselves, from wherever
    they began.
    """

    fall: float
    low: float
    high: float
    p: float
    months: int
    gradual: bool
    seasonal: bool


def decline(months: Sequence[Sums]) -> Decline | None:
    """The course of the last twelve of `months` (oldest first, empty ones included); None with too few of them.

    A season is taken out where at least `FEWEST_MONTHS` of the year before are known too.
    """
    now = months[-YEAR:]
    then = [*[Sums()] * (2 * YEAR - len(months)), *months][-2 * YEAR : -YEAR]
    paired = [place for place, (a, b) in enumerate(zip(now, then, strict=False)) if _known(a) and _known(b)]
    alone = [place for place, each in enumerate(now) if _known(each)]
    seasonal = len(paired) >= FEWEST_MONTHS
    places = paired if seasonal else alone
    if len(places) < FEWEST_MONTHS:
        return None
    x = np.array(places, dtype=float) + 1
    y = np.array([_mean(now[place]) - (_mean(then[place]) if seasonal else 0.0) for place in places])
    error = np.array([_error(now[place]) + (_error(then[place]) if seasonal else 0.0) for place in places])
    within = _line(x, y, 1 / error)
    line = _line(x, y, 1 / error, through_origin=True) if seasonal else within
    half = float(t_quantile(0.975, line.df)) * line.error * YEAR
    return Decline(
        fall=line.slope * YEAR,
        low=line.slope * YEAR - half,
        high=line.slope * YEAR + half,
        p=float(t_two_sided(line.slope / line.error, line.df)),
        months=len(x),
        # By BIC, where the place of a step costs as much as two numbers (Zhang & Siegmund 2007): a line is given up
        # for a step on strong evidence only, as twelve months seldom tell the two apart.
        gradual=within.slope * line.slope > 0 and line.lack <= _step(y, 1 / error, seasonal) + 2 * log(len(x)) + STRONG,
        seasonal=seasonal,
    )


@dataclass(frozen=True)
class _Line:
    slope: float
    error: float
    lack: float
    df: int


def _line(x: Floats, y: Floats, weight: Floats, *, through_origin: bool = False) -> _Line:
    centre = 0.0 if through_origin else (weight * x).sum() / weight.sum()
    level = 0.0 if through_origin else (weight * y).sum() / weight.sum()
    around = (weight * (x - centre) ** 2).sum()
    slope = float((weight * (x - centre) * y).sum() / around)
    lack = float((weight * (y - level - slope * (x - centre)) ** 2).sum())
    df = len(x) - (1 if through_origin else 2)
    # Months that agree better than chance lets them are luck, not precision: never under the sampling error.
    return _Line(slope, sqrt(max(1.0, lack / df) / around), lack, df)


def _step(y: Floats, weight: Floats, from_nothing: bool) -> float:
    """The lack of fit of the best single step: `from_nothing` begins at 0, or it is there from the first month on."""

    def lack(part: slice, *, level: float | None = None) -> float:
        w, v = weight[part], y[part]
        return float((w * (v - ((w * v).sum() / w.sum() if level is None else level)) ** 2).sum())

    if from_nothing:
        return min(lack(slice(0, at), level=0.0) + lack(slice(at, None)) for at in range(len(y) - 1))
    return min(lack(slice(0, at)) + lack(slice(at, None)) for at in range(2, len(y) - 1))


def _known(sums: Sums) -> bool:
    return sums.n >= FEWEST and _error(sums) > 0


def _mean(sums: Sums) -> float:
    return sums.total / sums.n


def _error(sums: Sums) -> float:
    """The variance of the mean; 0 where all answers are alike."""
    around = sums.squares - sums.total**2 / sums.n
    return around / (sums.n - 1) / sums.n if around > 1e-9 * max(sums.squares, 1.0) else 0.0
