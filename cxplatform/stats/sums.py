"""Means, intervals and changes from running sums: n, the total and the sum of squares, without the numbers behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, sqrt

from cxplatform.stats.change import ALPHA, FEWEST, Verdict, benjamini_hochberg
from cxplatform.stats.intervals import t_interval, t_quantile, t_two_sided

# Sums of squares cancel: less spread than this share of them is rounding, not spread.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Sums:
    """`n` numbers by their sum and the sum of their squares. Sums of parts add up."""

    n: int = 0
    total: float = 0.0
    squares: float = 0.0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(self.n + other.n, self.total + other.total, self.squares + other.squares)


@dataclass(frozen=True)
class Mean:
    """`value` is None of nothing; `low` ... `high`, its 95 % interval, of fewer than two or of equal numbers."""

    value: float | None
    low: float | None
    high: float | None
    n: int


def mean_of(sums: Sums, *, least: float, greatest: float) -> Mean:
    """The mean and Student's interval, kept on the scale of the numbers."""
    if sums.n <= 0:
        return Mean(None, None, None, 0)
    value = min(max(sums.total / sums.n, least), greatest)
    low, high = (float(end) for end in t_interval(value, _variance(sums), sums.n))
    if not isfinite(low):
        return Mean(value, None, None, sums.n)
    return Mean(value, max(low, least), min(high, greatest), sums.n)


def changed(now: Sums, then: Sums, *, alpha: float = ALPHA, fewest: int = FEWEST) -> Verdict:
    """Whether the mean has gone up ("better") or down ("worse"), by Welch's test."""
    if min(now.n, then.n) < fewest:
        return "not_enough"
    a, b = _variance(now) / now.n, _variance(then) / then.n
    difference = now.total / now.n - then.total / then.n
    if a + b <= 0:
        return "not_enough"
    df = (a + b) ** 2 / (a**2 / (now.n - 1) + b**2 / (then.n - 1))
    return _verdict(difference, float(t_two_sided(difference / sqrt(a + b), df)), alpha)


def welch_p(one: Sums, other: Sums, *, fewest: int = FEWEST) -> float | None:
    """The p-value of the difference of two means (Welch 1947), for a family of tests; None where a group is under
    `fewest` or neither has any spread."""
    if min(one.n, other.n) < fewest:
        return None
    a, b = _variance(one) / one.n, _variance(other) / other.n
    if a + b <= 0:
        return None
    df = (a + b) ** 2 / (a**2 / max(one.n - 1, 1) + b**2 / max(other.n - 1, 1))
    return float(t_two_sided((one.total / one.n - other.total / other.n) / sqrt(a + b), df))


@dataclass(frozen=True)
class Apart:
    """How far the mean of one group is from that of another, with its 95 % interval; all None where a group is
    under `fewest` or neither has any spread."""

    difference: float | None
    low: float | None
    high: float | None
    verdict: Verdict


def apart(one: Sums, other: Sums, *, alpha: float = ALPHA, fewest: int = FEWEST) -> Apart:
    """The difference of two means by Welch (1947)."""
    verdict = changed(one, other, alpha=alpha, fewest=fewest)
    if verdict == "not_enough":
        return Apart(None, None, None, verdict)
    a, b = _variance(one) / one.n, _variance(other) / other.n
    df = (a + b) ** 2 / (a**2 / (one.n - 1) + b**2 / (other.n - 1))
    difference = one.total / one.n - other.total / other.n
    half = float(t_quantile(1 - alpha / 2, df)) * sqrt(a + b)
    return Apart(difference, difference - half, difference + half, verdict)


def away_from_zero(family: Sequence[Sums], *, alpha: float = ALPHA, fewest: int = FEWEST) -> list[Verdict]:
    """Of many mean changes those that are clear, false discoveries over all of them controlled."""
    p_values: list[float | None] = []
    for sums in family:
        variance = _variance(sums) if sums.n >= fewest else 0.0
        if variance <= 0:
            p_values.append(None)
            continue
        t = sums.total / sums.n / sqrt(variance / sums.n)
        p_values.append(float(t_two_sided(t, sums.n - 1)))
    stands = benjamini_hochberg(p_values, rate=alpha)
    return [
        "not_enough" if p is None else _verdict(sums.total, 0.0 if kept else 1.0, alpha)
        for sums, p, kept in zip(family, p_values, stands, strict=True)
    ]


def _variance(sums: Sums) -> float:
    """Of the sample; 0 where there is none or where all numbers are equal."""
    if sums.n < 2:
        return 0.0
    around = sums.squares - sums.total**2 / sums.n
    return around / (sums.n - 1) if around > _ROUNDING * sums.squares else 0.0


def _verdict(difference: float, p: float, alpha: float) -> Verdict:
    if p >= alpha:
        return "no_clear_change"
    return "better" if difference > 0 else "worse"
