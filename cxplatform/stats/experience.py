"""The level of an experience at a touchpoint, from its mean and its spread."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from cxplatform.stats.histogram import Counts, matrix
from cxplatform.stats.metrics import Metric, as_metric
from cxplatform.stats.moments import moments

Level = Literal["random", "uniform", "differentiating", "recommending", "not_enough"]

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


def _level(n: int, mean: float, spread: float, nps: float | None, fewest: int) -> Level:
    if n < max(fewest, 2):
        return "not_enough"
    if spread >= WIDE:
        return "random"
    if mean < HIGH:
        return "uniform"
    return "recommending" if nps is not None and nps >= RECOMMENDED else "differentiating"
