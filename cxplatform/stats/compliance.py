"""Promise compliance and its error budget, from counts of outcomes."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

from cxplatform.stats.change import Verdict, beyond
from cxplatform.stats.intervals import wilson

EXCLUDED_LIMIT = 0.05


@dataclass(frozen=True)
class Compliance:
    """Outcomes of one promise whose due time lies in the period; rates of promises are never pooled.

    `rate`, `low`, `high`, `target` and the shares are 0..1. `rate` = (kept + kept by fallback) / judged,
    where judged = kept + kept by fallback + broken; None while nothing is judged. `may_still_fail` is how
    many more may break with the target still met at the end of the period, 0 when the budget is spent;
    `budget_used` is broken / allowed, over 1 when overspent. Both are None without volume, and `budget_used`
    for a target of 1 as well. `excluded_flag`: more than 5 % of the closed outcomes were excluded.
    """

    kept: int
    kept_by_fallback: int
    broken: int
    excluded: int
    pending: int
    rate: float | None
    low: float | None
    high: float | None
    target: float
    verdict: Verdict
    may_still_fail: int | None
    budget_used: float | None
    excluded_share: float | None
    excluded_flag: bool

    @property
    def judged(self) -> int:
        """The denominator of the rate."""
        return self.kept + self.kept_by_fallback + self.broken

    @property
    def on_target(self) -> bool | None:
        """Whether the rate as it stands meets the target ("11 of 14 promises on target")."""
        return None if self.rate is None else self.rate >= self.target


def compliance(
    *,
    kept: int,
    broken: int,
    target: float | Decimal,
    kept_by_fallback: int = 0,
    excluded: int = 0,
    pending: int = 0,
    expected: int | None = None,
) -> Compliance:
    """Compliance and budget of one promise over one period.

    `expected` is the volume of the whole period (last month's, or a forecast); the volume budgeted for is
    that or, when more are already there, judged + pending. Raises ValueError for a negative count or a
    target outside 0..1.
    """
    counts = {
        "kept": kept,
        "kept_by_fallback": kept_by_fallback,
        "broken": broken,
        "excluded": excluded,
        "pending": pending,
        "expected": expected or 0,
    }
    for name, number in counts.items():
        if number < 0:
            raise ValueError(f"{name}: {number} is negative; a count of outcomes is 0 or more")
    # As written, not as stored in binary: (1 - 0.9) * 210 would be 20.99... and lose one of 21.
    share = Fraction(str(target))
    if not 0 < share <= 1:
        raise ValueError(f"target: {target} is not a share; give a number over 0 and up to 1, 0.9 for 90 %")
    held = kept + kept_by_fallback
    judged = held + broken
    volume = max(expected or 0, judged + pending)
    allowed = (1 - share) * volume
    low, high = (float(end) for end in wilson(held, judged)) if judged else (None, None)
    excluded_share = excluded / (judged + excluded) if judged + excluded else None
    return Compliance(
        kept=kept,
        kept_by_fallback=kept_by_fallback,
        broken=broken,
        excluded=excluded,
        pending=pending,
        rate=held / judged if judged else None,
        low=low,
        high=high,
        target=float(target),
        verdict=beyond(low, high, float(target)),
        may_still_fail=max(0, floor(allowed - broken)) if volume else None,
        budget_used=float(broken / allowed) if allowed else None,
        excluded_share=excluded_share,
        excluded_flag=excluded_share is not None and excluded_share > EXCLUDED_LIMIT,
    )
