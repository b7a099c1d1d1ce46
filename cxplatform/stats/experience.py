"""The level of an experience at a touchpoint, from its mean and its spread."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np

from cxplatform.stats.histogram import Counts, matrix
from cxplatform.stats.intervals import t_quantile, z_of
from cxplatform.stats.metrics import Metric, as_metric
from cxplatform.stats.moments import moments

Level = Literal["random", "uniform", "differentiating", "recommending", "not_enough"]

LEVELS: tuple[Level, ...] = ("random", "uniform", "differentiating", "recommending")
"""From the least to the most."""
FEWEST = 30
WIDE = 30.0
"""Standard deviation on 0-100 from which it is luck what a customer gets; answers thrown evenly would have 29."""
HIGH = 75.0
RECOMMENDED = 50.0


def level(metric_key: Metric | str, histogram: Counts, *, nps: float | None = None, fewest: int = FEWEST) -> Level:
    """Random (wide), uniform (narrow and middling), differentiating (narrow and high), recommending (that, and an
    NPS of 50 or more).

    From a histogram of any metric with a normalised value; `nps` is the touchpoint's own, None where nobody asks.
    """
    return levels(metric_key, [histogram], nps=[nps], fewest=fewest)[0]


def levels(
    metric_key: Metric | str,
    histograms: Sequence[Counts],
    *,
    nps: Sequence[float | None],
    fewest: int = FEWEST,
) -> list[Level]:
    """As `level`, of many. Raises ValueError for a metric that has no normalised value."""
    of = as_metric(metric_key)
    found = moments(of.normal, matrix(of, histograms))
    return [
        _level(int(n), float(mean), float(np.sqrt(variance)), own, fewest)
        for n, mean, variance, own in zip(found.n, found.mean, found.variance, nps, strict=True)
    ]


@dataclass(frozen=True)
class Standing:
    """The level of one touchpoint with the mean and the spread that it was told from, on 0-100, and the mean's 95 %
    interval. `also` are levels that the answers do not rule out: mean, spread and NPS each at an end of its interval.
    """

    level: Level
    n: int
    mean: float
    low: float
    high: float
    spread: float
    also: tuple[Level, ...]


def standing(
    metric_key: Metric | str, histogram: Counts, *, nps: tuple[float, float, float] | None, fewest: int = FEWEST
) -> Standing | None:
    """The level with how sure it is, None of too few answers. `nps` is the touchpoint's own: value, low, high."""
    of = as_metric(metric_key)
    found = moments(of.normal, matrix(of, [histogram]))
    n, mean, spread = int(found.n[0]), float(found.mean[0]), float(np.sqrt(found.variance[0]))
    if n < max(fewest, 2):
        return None
    # All alike: no spread to tell an interval from.
    half = float(t_quantile(0.975, n - 1)) * spread / sqrt(n)
    wide = z_of() * spread / sqrt(2 * (n - 1))
    value, *ends = nps or (None, None)
    own = _level(n, mean, spread, value, fewest)
    near = {
        _level(n, mean + side * half, spread + other * wide, end, fewest)
        for side in (-1, 1)
        for other in (-1, 1)
        for end in ends
    }
    also = tuple(each for each in LEVELS if each in near and each != own)
    return Standing(own, n, mean, max(mean - half, 0.0), min(mean + half, 100.0), spread, also)


def _level(n: int, mean: float, spread: float, nps: float | None, fewest: int) -> Level:
    if n < max(fewest, 2):
        return "not_enough"
    if spread >= WIDE:
        return "random"
    if mean < HIGH:
        return "uniform"
    return "recommending" if nps is not None and nps >= RECOMMENDED else "differentiating"
