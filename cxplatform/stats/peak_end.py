"""What is remembered of a journey: its strongest moment and its end.

Kahneman, Fredrickson, Schreiber, Redelmeier (1993), "When more pain is preferred to less: adding a better end".
"""

from collections.abc import Sequence

FEWEST = 3


def peak_end(values: Sequence[float]) -> float | None:
    """Mean of the peak and the end of one passage's scores, in time's order, on -1 ... 1 about the neutral point.

    The peak is the score farthest from neutral, of two as far the negative one. None of fewer than three scores.
    """
    if any(not -1 <= value <= 1 for value in values):
        raise ValueError("values: give scores on -1 ... 1 around the scale's neutral point")
    if len(values) < FEWEST:
        return None
    peak = max(values, key=lambda value: (abs(value), -value))
    return (peak + values[-1]) / 2
