"""Do channels give one and the same experience: a test first, then how far apart they are and which stand out."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np

from cxplatform.stats.change import ALPHA, benjamini_hochberg
from cxplatform.stats.intervals import t_two_sided
from cxplatform.stats.sums import Sums

FEWEST = 10
"""Answers a channel needs to be compared."""


@dataclass(frozen=True)
class Standing:
    """A channel against all the others: `difference` of its mean, in the scale's points, and whether it is clear."""

    key: str
    mean: float
    n: int
    difference: float
    clear: bool


@dataclass(frozen=True)
class Consistency:
    """`p` is of the test that all means are equal (Welch's analysis of variance, 1951), None with under two channels.

    `tau` is how far channels lie apart beyond sampling error (standard deviation between them, DerSimonian & Laird
    1986), in points; 0 where the test finds nothing. `standings`: the furthest first.
    """

    p: float | None
    tau: float
    standings: tuple[Standing, ...]
    left_out: tuple[str, ...]

    @property
    def inconsistent(self) -> bool:
        return self.p is not None and self.p < ALPHA

    @property
    def named(self) -> tuple[Standing, ...]:
        """Channels that stand out clearly; none where the test found nothing."""
        return tuple(each for each in self.standings if each.clear)


def consistency(channels: Mapping[str, Sums], *, fewest: int = FEWEST, alpha: float = ALPHA) -> Consistency:
    """Compare channels by sums of one scale (NPS as -100, 0, 100; a share as 0 and 100).

    Left out are channels with fewer than `fewest` answers, or all of them alike.
    """
    use = {key: sums for key, sums in channels.items() if sums.n >= fewest and _variance(sums) > 0}
    left_out = tuple(sorted(set(channels) - set(use)))
    if len(use) < 2:
        return Consistency(None, 0.0, (), left_out)
    keys = sorted(use)
    n = np.array([use[key].n for key in keys], dtype=float)
    mean = np.array([use[key].total for key in keys]) / n
    error = np.array([_variance(use[key]) for key in keys]) / n
    p = _welch(n, mean, error)
    found = p < alpha
    return Consistency(
        p, _tau(mean, error) if found else 0.0, _standings(keys, use, named=found, alpha=alpha), left_out
    )


def _welch(n: np.ndarray, mean: np.ndarray, error: np.ndarray) -> float:
    from scipy.special import fdtrc  # type: ignore[import-untyped]

    k = len(n)
    w = 1 / error
    centre = (w * mean).sum() / w.sum()
    lack = ((1 - w / w.sum()) ** 2 / (n - 1)).sum()
    f = (w * (mean - centre) ** 2).sum() / (k - 1) / (1 + 2 * (k - 2) * lack / (k**2 - 1))
    return float(fdtrc(k - 1, (k**2 - 1) / (3 * lack), f))


def _tau(mean: np.ndarray, error: np.ndarray) -> float:
    w = 1 / error
    centre = (w * mean).sum() / w.sum()
    q = (w * (mean - centre) ** 2).sum()
    scale = w.sum() - (w**2).sum() / w.sum()
    return sqrt(max(0.0, float((q - (len(mean) - 1)) / scale)))


def _standings(keys: list[str], use: Mapping[str, Sums], *, named: bool, alpha: float) -> tuple[Standing, ...]:
    rows, p_values = [], []
    for key in keys:
        own = use[key]
        rest = sum((sums for other, sums in use.items() if other != key), Sums())
        difference = own.total / own.n - rest.total / rest.n
        a, b = _variance(own) / own.n, _variance(rest) / rest.n
        df = (a + b) ** 2 / (a**2 / (own.n - 1) + b**2 / (rest.n - 1))
        p_values.append(float(t_two_sided(difference / sqrt(a + b), df)))
        rows.append((key, own, difference))
    stands = benjamini_hochberg(p_values, rate=alpha)
    found = [
        Standing(key, own.total / own.n, own.n, difference, named and clear)
        for (key, own, difference), clear in zip(rows, stands, strict=True)
    ]
    return tuple(sorted(found, key=lambda each: (-abs(each.difference), each.key)))


def _variance(sums: Sums) -> float:
    if sums.n < 2:
        return 0.0
    around = sums.squares - sums.total**2 / sums.n
    return around / (sums.n - 1) if around > 1e-9 * max(sums.squares, 1.0) else 0.0
