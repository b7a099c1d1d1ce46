"""Confidence intervals, vectorised: arrays (or numbers) in, arrays out, nan where there is no interval."""

from functools import cache
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

LEVEL = 0.95

Floats = npt.NDArray[np.float64]
Interval = tuple[Floats, Floats]


@cache
def z_of(level: float = LEVEL) -> float:
    """The two-sided normal quantile: 1.96 for 0.95."""
    return NormalDist().inv_cdf(0.5 + level / 2)


def wilson(successes: npt.ArrayLike, n: npt.ArrayLike, *, level: float = LEVEL) -> Interval:
    """Wilson (1927) score interval of a share, 0..1; nan where n is 0."""
    z = z_of(level)
    x, n = np.asarray(successes, dtype=float), np.asarray(n, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = x / n
        middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        # The ends are exact at 0 and n; in floating point they come out as 1e-18 beside.
        low = np.where(x == 0, 0.0 * p, np.maximum(middle - half, 0.0))
        high = np.where(x == n, p, np.minimum(middle + half, 1.0))
    return low, high


def adjusted_net(plus: npt.ArrayLike, minus: npt.ArrayLike, n: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Net share (plus - minus) and its variance by adjusted Wald; nan where n is 0.

    Rocks (2016), "Interval estimation for the Net Promoter Score": 3/4 of an answer is added to either side
    and 3 to n, which keeps the coverage near 95 % in small samples where plain Wald falls to 80.
    """
    p, d, n = (np.asarray(x, dtype=float) for x in (plus, minus, n))
    adjusted = np.where(n > 0, n + 3, np.nan)
    p, d = (p + 0.75) / adjusted, (d + 0.75) / adjusted
    return p - d, (p + d - (p - d) ** 2) / adjusted


def adjusted_wald(plus: npt.ArrayLike, minus: npt.ArrayLike, n: npt.ArrayLike, *, level: float = LEVEL) -> Interval:
    """Interval of a net share, -1..1 (NPS / 100), clipped to the scale; not centred on the score."""
    net, variance = adjusted_net(plus, minus, n)
    half = z_of(level) * np.sqrt(variance)
    return np.maximum(net - half, -1.0), np.minimum(net + half, 1.0)


def t_interval(mean: npt.ArrayLike, variance: npt.ArrayLike, n: npt.ArrayLike, *, level: float = LEVEL) -> Interval:
    """Student's interval of a mean from the sample variance (n - 1).

    nan where n < 2, and where all answers are equal: t would then give an interval of no width, the strongest
    claim from the weakest sample.
    """
    mean, variance, n = (np.asarray(x, dtype=float) for x in (mean, variance, n))
    known = (n > 1) & (variance > 0)
    if not known.any():
        nothing = np.full(np.broadcast(mean, variance, n).shape, np.nan)
        return nothing, nothing
    df = np.where(known, n - 1, np.nan)
    half = t_quantile(0.5 + level / 2, df) * np.sqrt(variance / np.where(known, n, np.nan))
    return mean - half, mean + half


def t_quantile(p: float, df: npt.ArrayLike) -> Floats:
    """Student's quantile; nan where df is nan."""
    # 0.4 s at first use, and only means need it.
    from scipy.special import stdtrit  # type: ignore[import-untyped]

    return stdtrit(np.asarray(df, dtype=float), p)


def t_two_sided(t: npt.ArrayLike, df: npt.ArrayLike) -> Floats:
    """Two-sided p-value of Student's t; nan where df is nan."""
    from scipy.special import stdtr  # type: ignore[import-untyped]

    return 2 * stdtr(np.asarray(df, dtype=float), -np.abs(np.asarray(t, dtype=float)))


def normal_two_sided(z: float) -> float:
    """Two-sided p-value of a normal deviate."""
    return 2 * NormalDist().cdf(-abs(z))
