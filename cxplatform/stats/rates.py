"""Two shares side by side: has one risen, by how much, and could chance alone have done it."""

from dataclasses import dataclass
from math import hypot, sqrt

from cxplatform.stats.intervals import normal_two_sided, wilson


@dataclass(frozen=True)
class Rise:
    """`difference` = now less then, with Newcombe's interval (1998, method 10), 0..1; `p` of the two-proportion z."""

    difference: float
    low: float
    high: float
    p: float


def rise(hits: int, n: int, hits_then: int, n_then: int) -> Rise | None:
    """How a share changed; None where either is of nothing. Raises ValueError for more hits than n."""
    if hits > n or hits_then > n_then or min(hits, hits_then) < 0:
        raise ValueError("hits: none under 0 and none over their n")
    if not n or not n_then:
        return None
    now, then, pooled = hits / n, hits_then / n_then, (hits + hits_then) / (n + n_then)
    error = sqrt(pooled * (1 - pooled) * (1 / n + 1 / n_then))
    (low, high), (low_then, high_then) = (map(float, wilson(x, of)) for x, of in ((hits, n), (hits_then, n_then)))
    return Rise(
        difference=now - then,
        low=now - then - hypot(now - low, high_then - then),
        high=now - then + hypot(high - now, then - low_then),
        p=normal_two_sided((now - then) / error) if error else 1.0,
    )
