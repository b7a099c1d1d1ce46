"""What the overall score goes with: relative importance of its drivers.

LMG (Lindeman, Merenda & Gold 1980): the R² of a linear regression divided among its drivers, each getting the average
of what it adds over all orders in which they could come in (its Shapley value). Exact, from all subsets. Of answers
that leave out questions each pair of questions uses the answers that have both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import factorial, sqrt

import numpy as np
import numpy.typing as npt

from cxplatform.stats.intervals import t_quantile

Floats = npt.NDArray[np.float64]

MOST = 12
FEWEST = 50
"""Answers that each pair of questions must have in common."""
LEAST_R2 = 0.10
RESAMPLES = 200
_SEED = 20_261_122
_RIDGE = 1e-9


@dataclass(frozen=True)
class Driver:
    """`importance` is its part of R² (the parts add up to it), `low` ... `high` the 95 % interval of that (bootstrap).

    `slope`: how many points of the overall score go with one point of the driver, alone, and its 95 % interval (least
    squares on the `n` answers that have both, errors as they are: White 1980).
    """

    key: str
    importance: float
    low: float
    high: float
    slope: float
    slope_low: float
    slope_high: float
    n: int


@dataclass(frozen=True)
class Drivers:
    """`drivers` by importance, the greatest first; empty where nothing is to be shown, `why` then says so.

    `r2` is the share of the overall score's variance that they explain together, None where it cannot be told.
    `left_out` are drivers with too few answers, or always the same one. Importance is an association, not a cause.
    """

    r2: float | None
    n: int
    drivers: tuple[Driver, ...]
    left_out: tuple[str, ...]
    why: str = ""


def drivers(
    keys: Sequence[str], x: npt.ArrayLike, y: npt.ArrayLike, *, fewest: int = FEWEST, resamples: int = RESAMPLES
) -> Drivers:
    """Importance of the columns of `x` [answers, drivers] for `y` [answers]; nan = not answered.

    The same data give the same intervals: resampling is seeded. `why` is "few" (too few answers have the overall
    score), "none" (no driver left), "many" (over 12) or "weak" (R² under 0.10). Raises ValueError for shapes that do
    not fit.
    """
    a, b = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if a.ndim != 2 or b.shape != (len(a),) or a.shape[1] != len(keys):
        raise ValueError(f"x: shape {a.shape} does not fit {len(keys)} keys and {b.shape} scores")
    known = ~np.isnan(b)
    a, b = a[known], b[known]
    there = ~np.isnan(a)
    common = there.astype(float).T @ there.astype(float)
    use = _usable(a, there, common, fewest)
    left_out = tuple(key for place, key in enumerate(keys) if place not in use)
    if len(b) < fewest or np.var(b) == 0:
        return Drivers(None, len(b), (), tuple(keys), "few")
    if not use:
        return Drivers(None, len(b), (), left_out, "none")
    if len(use) > MOST:
        return Drivers(None, len(b), (), left_out, "many")
    whole = np.column_stack([a[:, use], b])
    r2 = _r2(_correlations(whole))
    if r2[-1] < LEAST_R2:
        return Drivers(float(r2[-1]), len(b), (), left_out, "weak")
    importance = _shares(r2, len(use))
    low, high = _intervals(whole, resamples)
    found = [
        Driver(
            key=keys[column],
            importance=float(importance[place]),
            low=float(min(low[place], importance[place])),
            high=float(max(high[place], importance[place])),
            **_slope(a[there[:, column], column], b[there[:, column]]),
            n=int(common[column, column]),
        )
        for place, column in enumerate(use)
    ]
    return Drivers(float(r2[-1]), len(b), tuple(sorted(found, key=lambda each: (-each.importance, each.key))), left_out)


def lmg(r2_of: dict[frozenset[int], float], k: int) -> list[float]:
    """The parts of R² by driver 0 ... k-1, from the R² of every subset of them (the empty one is 0)."""
    table = np.zeros(2**k)
    for subset, value in r2_of.items():
        table[sum(1 << member for member in subset)] = value
    return [float(part) for part in _shares(table, k)]


def moments_of_truth(found: Drivers) -> tuple[Driver, ...]:
    """Drivers whose interval lies wholly above the median importance of all, the most important first."""
    if not found.drivers:
        return ()
    median = float(np.median([each.importance for each in found.drivers]))
    return tuple(each for each in found.drivers if each.low > median)


def _usable(a: Floats, there: npt.NDArray[np.bool_], common: Floats, fewest: int) -> list[int]:
    """Columns answered often enough together with each other and not always alike; the emptiest go first."""
    use = [column for column in range(a.shape[1]) if common[column, column] >= fewest]
    use = [column for column in use if np.var(a[there[:, column], column]) > 0]
    while use and (few := min(common[p, q] for p in use for q in use)) < fewest:
        lacking = {column: sum(common[column, other] == few for other in use) for column in use}
        use.remove(max(use, key=lambda column: (lacking[column], -common[column, column], column)))
    return use


def _slope(x: Floats, y: Floats) -> dict[str, float]:
    """The line through the answers that have both, each customer's spread taken as it is and not as everybody's."""
    around = x - x.mean()
    squares = float((around**2).sum())
    slope = float((around * y).sum()) / squares
    left = y - y.mean() - slope * around
    n = len(x)
    error = sqrt(float(((around * left) ** 2).sum()) * n / (n - 2)) / squares
    half = float(t_quantile(0.975, n - 2)) * error
    return {"slope": slope, "slope_low": slope - half, "slope_high": slope + half}


def _correlations(whole: Floats) -> Floats:
    """Pairwise correlations. Put together from different answers they may contradict each other; then the nearest
    that do not, by eigenvalues, stand instead (Rousseeuw & Molenberghs 1993)."""
    there = ~np.isnan(whole)
    ones = there.astype(float)
    filled = np.where(there, whole, 0.0)
    n = ones.T @ ones
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (filled.T @ ones) / n  # of the row's question among answers that have the column's too
        products = (filled.T @ filled) / n - mean * mean.T
        squares = ((filled**2).T @ ones) / n - mean**2
        found = products / np.sqrt(squares * squares.T)
    found = np.clip(np.nan_to_num(found), -1.0, 1.0)
    np.fill_diagonal(found, 1.0)
    values, vectors = np.linalg.eigh(found)
    if values.min() < 0:
        found = (vectors * np.maximum(values, _RIDGE)) @ vectors.T
        scale = np.sqrt(np.diag(found))
        found = found / np.outer(scale, scale)
    return found


@lru_cache(maxsize=MOST)
def _subsets(k: int) -> tuple[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]], ...]:
    """By size 1 ... k: the subsets [how many, size] and their places in a table by bits."""
    found = []
    for size in range(1, k + 1):
        members = np.array(list(combinations(range(k), size)), dtype=np.int64)
        found.append((members, (1 << members).sum(axis=1)))
    return tuple(found)


def _r2(correlations: Floats) -> Floats:
    """R² of every subset of the drivers, by bits; the last column is the overall score."""
    k = len(correlations) - 1
    table = np.zeros(2**k)
    for members, places in _subsets(k):
        inner = correlations[members[:, :, None], members[:, None, :]] + _RIDGE * np.eye(members.shape[1])
        outer = correlations[members, -1]
        table[places] = np.einsum("ij,ij->i", outer, np.linalg.solve(inner, outer[:, :, None])[:, :, 0])
    return np.clip(table, 0.0, 1.0)


def _shares(table: Floats, k: int) -> Floats:
    bits = np.arange(2**k)
    size = np.array([int(each).bit_count() for each in bits])
    weight = np.array([factorial(s) * factorial(k - s - 1) / factorial(k) if s < k else 0.0 for s in range(k + 1)])
    parts = np.zeros(k)
    for driver in range(k):
        without = bits[(bits >> driver) & 1 == 0]
        parts[driver] = np.sum(weight[size[without]] * (table[without | (1 << driver)] - table[without]))
    return parts


def _intervals(whole: Floats, resamples: int) -> tuple[Floats, Floats]:
    """The 2.5 and 97.5 % points of each driver's part over answers drawn again."""
    draw = np.random.default_rng(_SEED)
    k = whole.shape[1] - 1
    parts = np.array(
        [_shares(_r2(_correlations(whole[draw.integers(0, len(whole), len(whole))])), k) for _ in range(resamples)]
    )
    low, high = np.percentile(parts, [2.5, 97.5], axis=0)
    return low, high
