"""An experiment that may be looked at every day and stopped on any: bounds that hold at all times together.

The mixture sequential probability ratio test (Robbins 1970) in the form of an interval for the difference of two
groups, as Johari, Koomen, Pekelis and Walsh, "Always Valid Inference: Continuous Monitoring of A/B Tests", Operations
Research 70 (2022), give it; the mixture is widest apart from a fixed test, and so narrowest, at the planned number of
answers (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, Annals of Statistics 52 (2024), eq. 24). It leans on the
normal curve, so nothing is said below `FEWEST` answers a side. The price of looking: a difference found at the plan
needs about 1.9 times the answers of a test that is looked at once.
"""

from dataclasses import dataclass
from math import ceil, log, sqrt
from typing import Literal

import numpy as np

from cxplatform.stats.change import change
from cxplatform.stats.histogram import Counts, answers
from cxplatform.stats.intervals import z_of
from cxplatform.stats.metrics import MEAN, NET, Metric
from cxplatform.stats.moments import denominators, moments, part_counts
from cxplatform.stats.score import net_counts

FEWEST = 30
ALPHA = 0.05
POWER = 0.8
Verdict = Literal["better", "worse", "no_clear_difference", "not_yet"]


@dataclass(frozen=True)
class Compared:
    """A variant against what there was: `low` ... `high` holds however often one looks. Differences are in the
    metric's unit; None below `FEWEST` answers on a side, or where there is no spread."""

    difference: float | None
    low: float | None
    high: float | None
    verdict: Verdict


def bound(progress: float, *, alpha: float = ALPHA) -> float:
    """How many standard errors a difference must reach at this share of the planned answers, to count at any time."""
    if progress <= 0:
        return float("inf")
    mixture = (-2 * log(alpha) + log(-2 * log(alpha)) + 1) * progress
    return sqrt((1 + 1 / mixture) * log((1 + mixture) / alpha**2))


def planned_answers(variance: float, least: float, *, alpha: float = ALPHA, power: float = POWER) -> int:
    """Answers to each of two variants by which a true difference `least` is found with this power.

    `variance` is that of one answer, in the square of the unit of `least`. Raises ValueError for a difference of 0.
    """
    if least <= 0:
        raise ValueError(f"least: {least} is no difference to look for; give one above 0")
    needed = bound(1, alpha=alpha) + z_of(2 * power - 1)  # one-sided: the power's own quantile
    return max(FEWEST, ceil(2 * variance * (needed / least) ** 2))


def variance_of(metric: Metric, histogram: Counts) -> float:
    """Of one answer in the metric's unit; where too few have answered, as wide as is usual for its kind: an NPS of
    half promoters and a fifth detractors, a share of a half, a mean with a fifth of its range as deviation."""
    table = np.asarray([histogram], dtype=np.int64)
    n = int(denominators(metric, table)[0])
    if metric.lead == MEAN:
        least, greatest = metric.limits
        found = float(moments(metric.numbers or (), table).variance[0]) if n >= FEWEST else 0.0
        return found or ((greatest - least) / 5) ** 2
    if metric.lead == NET:
        plus, minus = (float(count[0]) / n for count in net_counts(metric, table)) if n >= FEWEST else (0.5, 0.2)
        return 100.0**2 * (plus + minus - (plus - minus) ** 2) or 100.0**2 * 0.01
    share = float(part_counts(metric, metric.lead, table)[0]) / n if n >= FEWEST else 0.5
    return 100.0**2 * max(share * (1 - share), 0.01)


def compared(metric: Metric, variant: Counts, before: Counts, *, planned: int, alpha: float = ALPHA) -> Compared:
    """A variant against what there was before, at whatever time one looks.

    "not_yet" until either the bound is passed or both have their planned answers; then "no_clear_difference".
    """
    sizes = answers(metric, variant), answers(metric, before)
    if min(sizes) < FEWEST:
        return Compared(None, None, None, "not_yet")
    fixed = change(metric, variant, before, fewest=FEWEST)
    whole = min(sizes) >= planned
    if fixed.difference is None or fixed.z is None or fixed.low is None or fixed.high is None:
        return Compared(fixed.difference, None, None, "no_clear_difference" if whole else "not_yet")
    progress = (2 / (1 / sizes[0] + 1 / sizes[1])) / planned
    middle, half = (fixed.low + fixed.high) / 2, (fixed.high - fixed.low) / 2 * bound(progress, alpha=alpha) / z_of()
    low, high = middle - half, middle + half
    if low > 0 or high < 0:
        good = (low > 0) == (metric.better == "higher")
        return Compared(fixed.difference, low, high, "better" if good else "worse")
    return Compared(fixed.difference, low, high, "no_clear_difference" if whole else "not_yet")


def split_evenly(counts: list[int]) -> float | None:
    """The p-value of a lot that gives each variant as many (Fabijan et al., KDD 2019); None below `FEWEST` in all.

    Under 0.001 something lets one variant's customers answer less, or sends them elsewhere: then nothing else of the
    experiment can be believed.
    """
    if sum(counts) < FEWEST or len(counts) < 2:
        return None
    from scipy.stats import chisquare

    return float(chisquare(counts).pvalue)
