"""Whether a promise's error budget burns so fast that somebody should hear of it.

The budget of target T over 28 days is (1 - T) of what falls due. The burn rate of a window is its broken share over
1 - T: at 1 the budget lasts exactly 28 days, and more than 1 / (1 - T) it cannot be. As in Beyer et al. (2018), "The
Site Reliability Workbook", chapter 5, a long window says that it matters and a short one that it still goes on; here
both must also say so beyond chance.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from cxplatform.stats.intervals import wilson

PERIOD = 28
WINDOWS = (1, 7, PERIOD)
FEWEST = 20
# The part of 28 days' budget that must have gone within the window: a fifth in a day, half in a week, all of it.
_SPENT = {1: Fraction(1, 5), 7: Fraction(1, 2), PERIOD: Fraction(1)}


@dataclass(frozen=True)
class Window:
    """`days` up to now: `broken` of `n` judged. Shares are 0..1.

    `burn` is the burn rate, None for a target of 1 (its budget is nothing) and where n is 0. `low` is the lower end
    of the broken share's 95 % interval (Wilson). `threshold` is the broken share from which the window is `hot`.
    """

    days: int
    n: int
    broken: int
    burn: float | None
    low: float
    threshold: float
    hot: bool


@dataclass(frozen=True)
class Burning:
    """A fast and a slow window that agree (`raised`), or that are calm again (`calm`); neither: leave it as it is.

    `allowed` is the share that may break, 1 - target.
    """

    fast: Window
    slow: Window
    allowed: Fraction

    @property
    def raised(self) -> bool:
        return self.fast.hot and self.slow.hot

    @property
    def calm(self) -> bool:
        """The budget burns no faster in the fast window than it may; also where nothing falls due any more."""
        return not self.raised and self.fast.broken <= self.allowed * self.fast.n


def threshold(days: int, target: float | Decimal) -> float:
    """The broken share from which a window of `days` (1, 7 or 28) is hot; always attainable: under 1 for any target
    over 0, as it never lies further than half way between the share allowed and everything.

    Raises ValueError for another window or a target outside 0..1.
    """
    if days not in _SPENT:
        raise ValueError(f"days: {days} is no window; there are {', '.join(map(str, WINDOWS))}")
    allowed = _allowed(target)
    return float(min(allowed * _SPENT[days] * PERIOD / days, (1 + allowed) / 2))


def burning(counts: Mapping[int, tuple[int, int]], *, target: float | Decimal, fewest: int = FEWEST) -> Burning | None:
    """The pair of windows to go by, from (n, broken) of the last 1, 7 and 28 days; None while the numbers are low.

    By volume: the day with the week where a usual day (a 28th of 28 days) has `fewest` cases, else the week with
    the 28 days where a usual week has that many. Raises ValueError for counts that cannot be.
    """
    for days, (n, broken) in counts.items():
        if not 0 <= broken <= n:
            raise ValueError(f"{days} days: {broken} broken of {n} cannot be")
    usual = counts[PERIOD][0] / PERIOD
    pair = next(((fast, slow) for fast, slow in pairwise(WINDOWS) if usual * fast >= fewest), None)
    if pair is None:
        return None
    fast, slow = (_window(days, *counts[days], target, fewest) for days in pair)
    return Burning(fast, slow, _allowed(target))


def _window(days: int, n: int, broken: int, target: float | Decimal, fewest: int) -> Window:
    limit = threshold(days, target)
    allowed = _allowed(target)
    low = float(wilson(broken, n)[0]) if n else 0.0
    return Window(
        days=days,
        n=n,
        broken=broken,
        burn=float(Fraction(broken, n) / allowed) if n and allowed else None,
        low=low,
        threshold=limit,
        hot=n >= fewest and broken > 0 and low >= limit,
    )


def _allowed(target: float | Decimal) -> Fraction:
    """1 - target as written, not as stored in binary: of 50 at 90 % exactly 5 may break."""
    if not 0 < target <= 1:
        raise ValueError(f"target: {target} is not a share; give a number over 0 and up to 1, 0.9 for 90 %")
    return 1 - Fraction(str(target))
