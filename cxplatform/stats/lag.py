"""Does one weekly series foretell another, and how many weeks ahead: with honest uncertainty, and mostly it does not.

Both are taken as differences from the same week a year before, so that a season which moves both is no link. The slope
has standard errors that allow for weeks that resemble each other (Newey & West 1987), the weeks tried are one family
(Benjamini & Hochberg), and a link is told only if each half of the weeks shows it
and it would have foretold the last third better than nothing does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from cxplatform.stats.change import benjamini_hochberg
from cxplatform.stats.intervals import t_quantile, t_two_sided

Floats = npt.NDArray[np.float64]
Refusal = Literal["few", "flat", ""]

SEASON = 52
LONGEST = 13
FEWEST = 30
"""Pairs of weeks, a year's difference taken, that a slope needs."""
LEAST_GAIN = 0.9
"""A link that does not make the error a tenth smaller helps nobody."""
_NEIGHBOURS = 4  # weeks that may resemble each other


@dataclass(frozen=True)
class Lag:
    """The clearest lag: one unit of x goes with `slope` units of y `weeks` later, 95 % interval `low` ... `high`.

    `found` only where it stands as one of a family and foretold better than no link: `error` is the mean absolute
    error so in the last third, `naive_error` that of expecting no difference from what went before. `refused`: "few"
    pairs of weeks, or "flat" series that do not move. `pairs` is how many the clearest lag had, of a refused one how
    many there are.
    """

    weeks: int | None
    slope: float | None
    low: float | None
    high: float | None
    p: float | None
    pairs: int
    error: float | None
    naive_error: float | None
    found: bool
    refused: Refusal = ""


def lag(x: Sequence[float | None], y: Sequence[float | None], *, longest: int = LONGEST) -> Lag:
    """Of two series over the same weeks, None where a week is not known. Raises ValueError for unequal lengths."""
    if len(x) != len(y):
        raise ValueError(f"x, y: {len(x)} and {len(y)} weeks; give the same weeks of both")
    dx, dy = (_yearly(series) for series in (x, y))
    tried = [_pairs(dx, dy, weeks) for weeks in range(1, longest + 1)]
    most = max((len(a) for a, _ in tried), default=0)
    if most < FEWEST:
        return Lag(None, None, None, None, None, most, None, None, found=False, refused="few")
    fitted = [(weeks, _fit(a, b), a, b) for weeks, (a, b) in enumerate(tried, 1) if len(a) >= FEWEST]
    known = [(weeks, fit, a, b) for weeks, fit, a, b in fitted if fit is not None]
    if not known:
        return Lag(None, None, None, None, None, most, None, None, found=False, refused="flat")
    stands = benjamini_hochberg([fit.p for _, fit, _, _ in known])
    best = min(range(len(known)), key=lambda place: known[place][1].p)
    weeks, fit, a, b = known[best]
    half = float(t_quantile(0.975, len(a) - 2)) * fit.error
    error, naive = _foretold(a, b)
    return Lag(
        weeks=weeks,
        slope=fit.slope,
        low=fit.slope - half,
        high=fit.slope + half,
        p=fit.p,
        pairs=len(a),
        error=error,
        naive_error=naive,
        found=stands[best] and error < LEAST_GAIN * naive and _holds(a, b),
    )


@dataclass(frozen=True)
class _Fit:
    slope: float
    level: float
    error: float
    p: float


def _yearly(series: Sequence[float | None]) -> Floats:
    """Differences from 52 weeks before; nan where either is not known."""
    values = np.array([np.nan if value is None else value for value in series], dtype=float)
    return values[SEASON:] - values[:-SEASON] if len(values) > SEASON else np.array([])


def _pairs(dx: Floats, dy: Floats, weeks: int) -> tuple[Floats, Floats]:
    if len(dx) <= weeks:
        return np.array([]), np.array([])
    a, b = dx[:-weeks], dy[weeks:]
    known = ~(np.isnan(a) | np.isnan(b))
    return a[known], b[known]


def _fit(x: Floats, y: Floats) -> _Fit | None:
    """Least squares with Bartlett-weighted standard errors; None for series that do not move."""
    n, around = len(x), x - x.mean()
    squares = float((around**2).sum())
    if squares < 1e-9 or float(((y - y.mean()) ** 2).sum()) < 1e-12:
        return None
    slope = float((around * y).sum()) / squares
    level = float(y.mean() - slope * x.mean())
    scores = around * (y - level - slope * x)
    spread = float((scores**2).sum())
    for apart in range(1, _NEIGHBOURS + 1):
        spread += 2 * (1 - apart / (_NEIGHBOURS + 1)) * float((scores[apart:] * scores[:-apart]).sum())
    error = float(np.sqrt(max(spread, 1e-12) * n / (n - 2))) / squares
    return _Fit(slope, level, error, float(t_two_sided(slope / error, n - 2)))


def _holds(x: Floats, y: Floats) -> bool:
    """Whether each half of the weeks shows the link by itself: one bad season in both is not enough."""
    halves = [_fit(x[part], y[part]) for part in (slice(None, len(x) // 2), slice(len(x) // 2, None))]
    if any(half is None for half in halves):
        return False
    slopes = [half.slope for half in halves if half]
    return slopes[0] * slopes[1] > 0 and all(half.p < 0.05 for half in halves if half)


def _foretold(x: Floats, y: Floats) -> tuple[float, float]:
    """Mean absolute errors over the last third, of the link and of the mean, each week from those before it alone."""
    linked, naive = [], []
    for at in range(len(x) - len(x) // 3, len(x)):
        fit = _fit(x[:at], y[:at])
        middle = float(y[:at].mean())
        linked.append(abs(y[at] - (middle if fit is None else fit.level + fit.slope * x[at])))
        naive.append(abs(y[at] - middle))
    return float(np.mean(linked)), float(np.mean(naive))
