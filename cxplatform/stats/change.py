"""Has a score changed, is it on target: tests, intervals of the difference, and one verdict a cell."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import erfc, sqrt
from typing import Literal

import numpy as np

from cxplatform.stats.discoveries import ALPHA, benjamini_hochberg
from cxplatform.stats.histogram import Counts, matrix
from cxplatform.stats.intervals import Floats, adjusted_net, t_quantile, t_two_sided, z_of
from cxplatform.stats.metrics import MEAN, NET, Direction, Metric, as_metric, target_of
from cxplatform.stats.moments import Table, denominators, moments, part_counts
from cxplatform.stats.proportions import compared
from cxplatform.stats.score import Score, net_counts, score, score_of_many

Verdict = Literal["better", "worse", "no_clear_change", "not_enough"]

# The tests lean on the normal curve; below ten answers a side it is not there yet.
FEWEST = 10


@dataclass(frozen=True)
class Change:
    """Now against then, in the metric's unit (points for NPS, never per cent of a per cent).

    `difference` is that of the two scores as shown; `low` and `high` its 95 % interval. `z` is the test
    statistic (Welch's t for means) and `p` its two-sided p-value; both None where the verdict is
    "not_enough": fewer than `fewest` answers on a side, or a mean without any spread on either side.
    """

    difference: float | None
    z: float | None
    p: float | None
    verdict: Verdict
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class _Test:
    """Arrays [k]; differences in shares (0..1) or in the unit of the numbers."""

    difference: Floats
    statistic: Floats
    p: Floats
    low: Floats
    high: Floats


def change(
    metric_key: Metric | str,
    now_hist: Counts,
    then_hist: Counts,
    *,
    alpha: float = ALPHA,
    fewest: int = FEWEST,
) -> Change:
    """One comparison, on its own. NPS by adjusted values, shares by two-proportion z, means by Welch."""
    return _changes(as_metric(metric_key), [(now_hist, then_hist)], alpha=alpha, fewest=fewest)[0]


def changes(
    metric_key: Metric | str,
    pairs: Sequence[tuple[Counts, Counts]],
    *,
    alpha: float = ALPHA,
    fewest: int = FEWEST,
) -> list[Change]:
    """A view of many cells, (now, then) each: the share of false alarms among the verdicts is under alpha."""
    return control(_changes(as_metric(metric_key), pairs, alpha=alpha, fewest=fewest), alpha=alpha)


def control(family: Sequence[Change], *, alpha: float = ALPHA) -> list[Change]:
    """The same changes with verdicts of the whole family (tiles of several metrics, say) controlled.

    A verdict can only be withdrawn, as Benjamini-Hochberg rejects a part of what alpha alone does.
    """
    stands = benjamini_hochberg([c.p for c in family], rate=alpha)
    return [
        c if kept or c.p is None else replace(c, verdict="no_clear_change")
        for c, kept in zip(family, stands, strict=True)
    ]


def against_target(metric_key: Metric | str, hist: Counts, target: float) -> Verdict:
    """Better or worse than the target when the whole interval is beyond it.

    The target is in the metric's unit; ValueError when it is off the metric's limits.
    """
    return verdict_on(score(metric_key, hist), target)


def verdict_on(found: Score, target: float) -> Verdict:
    """As `against_target`, for a score that is at hand."""
    return beyond(found.low, found.high, target_of(found.metric, target), better=found.better)


def beyond(low: float | None, high: float | None, target: float, *, better: Direction = "higher") -> Verdict:
    """The verdict on an interval and a target: wholly above, wholly below, or no clear difference."""
    if low is None or high is None:
        return "not_enough"
    if low > target:
        return "better" if better == "higher" else "worse"
    if high < target:
        return "worse" if better == "higher" else "better"
    return "no_clear_change"


def against_targets(
    metric_key: Metric | str,
    histograms: Sequence[Counts],
    targets: Sequence[float | None],
    *,
    alpha: float = ALPHA,
) -> list[Verdict | None]:
    """A view of many cells against their targets, false discoveries controlled; None where no target is set.

    The tests are those that the intervals invert, so a cell's interval and verdict do not contradict.
    """
    m = as_metric(metric_key)
    scores = score_of_many(m, histograms)
    p_values = _target_p(m, matrix(m, histograms), [np.nan if t is None else target_of(m, t) for t in targets])
    stands = benjamini_hochberg(_optional(p_values), rate=alpha)
    found: list[Verdict | None] = []
    for s, target, stand in zip(scores, targets, stands, strict=True):
        verdict = None if target is None else verdict_on(s, target)
        found.append("no_clear_change" if verdict in ("better", "worse") and not stand else verdict)
    return found


def beside_the_rest(
    parts: Sequence[int], of: Sequence[int], *, rate: float = ALPHA, fewest: int = FEWEST
) -> list[Verdict]:
    """Whether the share of each group, `parts` of `of`, is above or below that of all the others together, false
    discoveries over all of them controlled; "not_enough" where the group or the others are under `fewest`."""
    x, n = np.array(parts, dtype=float), np.array(of, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = compared(x, n, x.sum() - x, n.sum() - n).z
    enough = np.minimum(n, n.sum() - n) >= fewest
    p_values = _optional(np.where(enough, _normal_p(z), np.nan)) if len(n) else []
    stands = benjamini_hochberg(p_values, rate=rate)
    return [
        _verdict(None if p is None else p if stand else 1.0, at, alpha=rate, better="higher")
        for p, stand, at in zip(p_values, stands, z.tolist(), strict=True)
    ]


def _changes(m: Metric, pairs: Sequence[tuple[Counts, Counts]], *, alpha: float, fewest: int) -> list[Change]:
    now, then = matrix(m, [a for a, _ in pairs]), matrix(m, [b for _, b in pairs])
    test = _compare(m, now, then)
    unit = 1 if m.unit == "mean" else 100
    enough = np.minimum(denominators(m, now), denominators(m, then)) >= fewest
    columns = zip(
        _optional(unit * test.difference),
        _optional(np.where(enough, test.statistic, np.nan)),
        _optional(np.where(enough, test.p, np.nan)),
        _optional(unit * test.low),
        _optional(unit * test.high),
        strict=True,
    )
    return [
        Change(
            difference=difference,
            z=z,
            p=p,
            verdict=_verdict(p, z, alpha=alpha, better=m.better),
            low=low,
            high=high,
        )
        for difference, z, p, low, high in columns
    ]


def _verdict(p: float | None, z: float | None, *, alpha: float, better: Direction) -> Verdict:
    if p is None or z is None:
        return "not_enough"
    if p >= alpha:
        return "no_clear_change"
    return "better" if (z > 0) == (better == "higher") else "worse"


def _compare(m: Metric, now: Table, then: Table) -> _Test:
    with np.errstate(divide="ignore", invalid="ignore"):
        if m.lead == NET:
            return _nets(m, now, then)
        if m.lead == MEAN:
            return _means(m, now, then)
        return _shares(m, now, then)


def _nets(m: Metric, now: Table, then: Table) -> _Test:
    (plus1, minus1), (plus2, minus2) = net_counts(m, now), net_counts(m, then)
    n1, n2 = denominators(m, now), denominators(m, then)
    net1, variance1 = adjusted_net(plus1, minus1, n1)
    net2, variance2 = adjusted_net(plus2, minus2, n2)
    adjusted, error = net1 - net2, np.sqrt(variance1 + variance2)
    z = adjusted / error
    return _Test(
        difference=(plus1 - minus1) / n1 - (plus2 - minus2) / n2,
        statistic=z,
        p=_normal_p(z),
        low=np.maximum(adjusted - z_of() * error, -2.0),
        high=np.minimum(adjusted + z_of() * error, 2.0),
    )


def _shares(m: Metric, now: Table, then: Table) -> _Test:
    x1, x2 = part_counts(m, m.lead, now), part_counts(m, m.lead, then)
    n1, n2 = denominators(m, now), denominators(m, then)
    found = compared(x1, n1, x2, n2)
    return _Test(found.difference, found.z, _normal_p(found.z), found.low, found.high)


def _means(m: Metric, now: Table, then: Table) -> _Test:
    a, b = moments(m.numbers or (), now), moments(m.numbers or (), then)
    share1, share2 = a.variance / a.n, b.variance / b.n
    squared = np.where(share1 + share2 > 0, share1 + share2, np.nan)
    df = squared**2 / (share1**2 / (a.n - 1) + share2**2 / (b.n - 1))
    difference, error = a.mean - b.mean, np.sqrt(squared)
    half = t_quantile(0.975, df) * error
    t = difference / error
    return _Test(
        difference=difference,
        statistic=t,
        p=t_two_sided(t, df),
        low=difference - half,
        high=difference + half,
    )


def _target_p(m: Metric, table: Table, targets: Sequence[float]) -> Floats:
    """Two-sided p-value of each histogram against its target; nan where there is none to compute."""
    goal = np.asarray(targets, dtype=float)
    n = denominators(m, table)
    with np.errstate(divide="ignore", invalid="ignore"):
        if m.lead == NET:
            net, variance = adjusted_net(*net_counts(m, table), n)
            return _normal_p((net - goal / 100) / np.sqrt(variance))
        if m.lead == MEAN:
            found = moments(m.numbers or (), table)
            error = np.sqrt(np.where(found.variance > 0, found.variance, np.nan) / n)
            return t_two_sided((found.mean - goal) / error, n - 1.0)
        share, goal = part_counts(m, m.lead, table) / n, goal / 100
        error = np.sqrt(goal * (1 - goal) / n)
        return _normal_p(np.where((error == 0) & (share == goal), 0.0, (share - goal) / error))


def _normal_p(z: Floats) -> Floats:
    return np.array([erfc(abs(value) / sqrt(2)) for value in np.atleast_1d(z).tolist()])


def _optional(column: Floats) -> list[float | None]:
    return [None if number != number else number for number in column.tolist()]
