"""A histogram read as a score: the leading value, its interval, n, and what stands beside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from cxplatform.stats.histogram import Counts, matrix
from cxplatform.stats.intervals import Floats, adjusted_wald, t_interval, wilson
from cxplatform.stats.metrics import MEAN, NET, Direction, Metric, Unit, as_metric, metric
from cxplatform.stats.moments import Table, denominators, moments, part_counts


@dataclass(frozen=True)
class Estimate:
    """A value with its 95 % interval, in its own unit; all None where there is nothing to say."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Score:
    """The leading quantity of a metric.

    `value`, `low` and `high` are in the metric's unit: points (-100..100), percent (0..100) or the mean. No
    answers is None, never 0; the interval is also None where it cannot be known (a mean of one answer or of
    equal answers). `shares` are per cent of n by part. `excluded` counts answers outside n ("too early to
    say"). `beside` holds the quantities that METRICS puts beside the leading one ("mean", "net", "solved").
    """

    metric: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    shares: Mapping[str, float] = field(default_factory=dict)
    excluded: int = 0
    beside: Mapping[str, Estimate] = field(default_factory=dict)

    @property
    def unit(self) -> Unit:
        """points, percent or mean."""
        return metric(self.metric).unit

    @property
    def better(self) -> Direction:
        """Which way of `value` is good for the customer."""
        return metric(self.metric).better

    @property
    def mean(self) -> float | None:
        """The mean, where the metric has one (leading or beside)."""
        if self.unit == "mean":
            return self.value
        return self.beside[MEAN].value if MEAN in self.beside else None


def score(metric_key: Metric | str, histogram: Counts) -> Score:
    """The score of one histogram. Total: no answers gives None and n 0.

    Raises ValueError for an unknown metric, a wrong number of bins or a negative count.
    """
    return score_of_many(metric_key, [histogram])[0]


def score_of_many(metric_key: Metric | str, histograms: Sequence[Counts] | npt.NDArray[np.integer]) -> list[Score]:
    """Scores of many histograms of one metric (a heatmap), in their order; as `score`, in one pass."""
    m = as_metric(metric_key)
    table = matrix(m, histograms)
    n = denominators(m, table)
    excluded = table.sum(axis=1) - n
    lead = estimates(m, m.lead, table)
    beside = {name: estimates(m, name, table) for name in m.beside}
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = {part: (100 * part_counts(m, part, table) / n).tolist() for part in m.parts}
    return [
        Score(
            metric=m.name,
            value=lead[i].value,
            low=lead[i].low,
            high=lead[i].high,
            n=int(n[i]),
            shares={part: column[i] for part, column in shares.items()} if n[i] else {},
            excluded=int(excluded[i]),
            beside={name: column[i] for name, column in beside.items()},
        )
        for i in range(len(table))
    ]


def estimates(m: Metric, quantity: str, table: Table) -> list[Estimate]:
    """One quantity of each histogram [k, bins]: "net", "mean" or the share of a part."""
    if quantity == NET:
        columns = _nets(m, table)
    elif quantity == MEAN:
        columns = _means(m, table)
    else:
        columns = _shares(m, quantity, table)
    return [Estimate(*row) for row in zip(*(_numbers(column) for column in columns), strict=True)]


def weakest(scores: Sequence[Score]) -> str | None:
    """The metric with the lowest value (CX3D names it); None without values or when the lowest is shared."""
    known = sorted((s.value, s.metric) for s in scores if s.value is not None)
    if not known or (len(known) > 1 and known[0][0] == known[1][0]):
        return None
    return known[0][1]


def _shares(m: Metric, part: str, table: Table) -> tuple[Floats, Floats, Floats]:
    x, n = part_counts(m, part, table), denominators(m, table)
    low, high = wilson(x, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        return 100 * x / n, 100 * low, 100 * high


def _nets(m: Metric, table: Table) -> tuple[Floats, Floats, Floats]:
    plus, minus = net_counts(m, table)
    n = denominators(m, table)
    low, high = adjusted_wald(plus, minus, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        return 100 * (plus - minus) / n, 100 * low, 100 * high


def net_counts(m: Metric, table: Table) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Answers on the good and on the bad side. Raises ValueError for a metric without a net."""
    if m.net is None:
        raise ValueError(f"{m.name}: has no net score; its quantities are {', '.join(m.parts)}")
    return part_counts(m, m.net[0], table), part_counts(m, m.net[1], table)


def _means(m: Metric, table: Table) -> tuple[Floats, Floats, Floats]:
    if m.numbers is None:
        raise ValueError(f"{m.name}: has no mean; its quantities are {', '.join(m.parts)}")
    found = moments(m.numbers, table)
    low, high = t_interval(found.mean, found.variance, found.n)
    # A mean lies on its scale; t does not know the scale.
    return found.mean, np.maximum(low, min(m.numbers)), np.minimum(high, max(m.numbers))


def _numbers(column: Floats) -> list[float | None]:
    return [None if number != number else number for number in column.tolist()]
