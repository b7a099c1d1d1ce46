"""A count as a part of another, with its interval."""

from dataclasses import dataclass

from cxplatform.stats.intervals import wilson


@dataclass(frozen=True)
class Share:
    """`n` of `of`; `value`, `low` and `high` are per cent, None of nothing."""

    n: int
    of: int
    value: float | None
    low: float | None
    high: float | None


def share_of(n: int, of: int) -> Share:
    """A part and its 95 % Wilson interval. Late counting may leave a part above its whole: it is then all of it."""
    n = min(n, of)
    if of <= 0:
        return Share(0, 0, None, None, None)
    low, high = wilson(n, of)
    return Share(n, of, 100 * n / of, 100 * float(low), 100 * float(high))
