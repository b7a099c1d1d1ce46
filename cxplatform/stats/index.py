"""The company's customer experience index: one metric on 0-100, weighted over segments."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt

from cxplatform.stats.change import Verdict, beyond
from cxplatform.stats.histogram import Counts, matrix
from cxplatform.stats.intervals import z_of
from cxplatform.stats.metrics import Metric, as_metric
from cxplatform.stats.moments import moments

COVERAGE = 0.6


@dataclass(frozen=True)
class Segment:
    """A part of the customer base: its weight (share of customers or revenue), its mean on 0-100 and the
    variance of that mean; None where it is not measured."""

    key: str
    weight: float
    mean: float | None
    variance: float | None
    n: int

    @property
    def measured(self) -> bool:
        """Counts for coverage; one answer has no variance and does not measure a segment."""
        return self.mean is not None and self.variance is not None


@dataclass(frozen=True)
class Index:
    """`value`, `low`, `high` on 0-100, None under the coverage threshold; `coverage` is 0..1 of weight."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    coverage: float
    segments: tuple[Segment, ...]
    variance: float | None = None


@dataclass(frozen=True)
class IndexChange:
    """`difference` = `score` (customers of a segment answer otherwise) + `mix` (segments weigh otherwise), with its
    95 % interval `low` ... `high` and the one verdict on it."""

    difference: float
    score: float
    mix: float
    low: float
    high: float
    verdict: Verdict


def segment(metric_key: Metric | str, histogram: Counts, *, key: str, weight: float) -> Segment:
    """A segment from its histogram, by the metric's normalised 0-100 value."""
    m = as_metric(metric_key)
    found = moments(m.normal, matrix(m, [histogram]))
    n = int(found.n[0])
    return Segment(
        key=key,
        weight=weight,
        mean=float(found.mean[0]) if n else None,
        variance=float(found.variance[0]) / n if n > 1 else None,
        n=n,
    )


def blend(parts: Sequence[tuple[Segment, float]]) -> Segment:
    """One segment of several metrics, each with its weight; not measured unless all of them are.

    What the same person answered to each goes together in a way that counts of each alone do not tell, so the
    standard errors add up in full: the interval is at least as wide as the true one. Raises ValueError for weights
    that are negative or sum to nothing. `n` is the least of theirs.
    """
    whole = fsum(weight for _, weight in parts)
    if whole <= 0 or any(weight < 0 for _, weight in parts):
        raise ValueError("weight: give weights of 0 or more, at least one of them over 0")
    used = [(part, weight / whole) for part, weight in parts if weight > 0]
    first = used[0][0]
    n = min(part.n for part, _ in used)
    means = [(part.mean, part.variance, weight) for part, weight in used]
    if any(mean is None or variance is None for mean, variance, _ in means):
        return Segment(key=first.key, weight=first.weight, mean=None, variance=None, n=n)
    error = fsum(weight * sqrt(variance or 0.0) for _, variance, weight in means)
    return Segment(
        key=first.key,
        weight=first.weight,
        mean=fsum(weight * (mean or 0.0) for mean, _, weight in means),
        variance=error**2,
        n=n,
    )


def company_index(segments: Sequence[Segment], *, threshold: float = COVERAGE) -> Index:
    """I = sum(w x) with variance sum(w^2 Var), over the measured segments, their weights scaled to 1.

    Not shown (None) while the measured segments carry less than `threshold` of the weight. Raises ValueError
    when a weight is negative or the weights do not sum to 1.
    """
    _check(segments)
    coverage = fsum(s.weight for s in segments if s.measured)
    n = sum(s.n for s in segments)
    if coverage < threshold or coverage == 0:
        return Index(value=None, low=None, high=None, n=n, coverage=coverage, segments=tuple(segments))
    value, variance = 0.0, 0.0
    for s in segments:
        if s.mean is not None and s.variance is not None:
            value += s.weight / coverage * s.mean
            variance += (s.weight / coverage) ** 2 * s.variance
    half = z_of() * sqrt(variance)
    return Index(
        value=value,
        low=max(0.0, value - half),
        high=min(100.0, value + half),
        n=n,
        coverage=coverage,
        segments=tuple(segments),
        variance=variance,
    )


def index_change(now: Index, then: Index) -> IndexChange | None:
    """The change split in two: score = sum(mean weight x change of score), mix = the rest.

    Segments measured in one of the periods only belong to the mix. None where either index is not shown.
    """
    if now.value is None or then.value is None:
        return None
    before = {s.key: s for s in then.segments if s.measured}
    score = fsum(
        (s.weight / now.coverage + before[s.key].weight / then.coverage) / 2 * (s.mean - (before[s.key].mean or 0.0))
        for s in now.segments
        if s.measured and s.mean is not None and s.key in before
    )
    difference = now.value - then.value
    half = z_of() * sqrt((now.variance or 0.0) + (then.variance or 0.0))
    low, high = difference - half, difference + half
    return IndexChange(
        difference=difference,
        score=score,
        mix=difference - score,
        low=low,
        high=high,
        verdict=beyond(low, high, 0.0),
    )


def _check(segments: Sequence[Segment]) -> None:
    for s in segments:
        if s.weight < 0:
            raise ValueError(f"weight: {s.key} has {s.weight}; a weight is 0 or more")
    whole = fsum(s.weight for s in segments)
    if segments and abs(whole - 1) > 1e-6:
        raise ValueError(f"weight: the weights sum to {whole:.6g}; they are shares and must sum to 1")
