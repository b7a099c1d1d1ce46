"""How long things take, as counts in bins that widen: enough for a median and a 90th percentile."""

from collections.abc import Sequence

# Upper ends in minutes; the last bin is everything above a month.
EDGES = (1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440, 2880, 4320, 10080, 20160, 43200)
BINS = len(EDGES) + 1


def quantile(counts: Sequence[int], q: float) -> float | None:
    """Minutes under which the share `q` of the counted lies, 0 < q < 1; None of nothing.

    Within a bin they are taken to be spread evenly; in the last, open one its lower end stands. Raises ValueError
    for another number of bins and for a share outside.
    """
    if len(counts) != BINS:
        raise ValueError(f"counts: give {BINS} bins, not {len(counts)}")
    if not 0 < q < 1:
        raise ValueError(f"q: {q} is not a share between 0 and 1")
    n = sum(counts)
    if n <= 0:
        return None
    wanted, below, low = q * n, 0, 0.0
    for count, high in zip(counts, EDGES, strict=False):
        if below + count >= wanted and count > 0:
            return low + (high - low) * (wanted - below) / count
        below += count
        low = float(high)
    return low
