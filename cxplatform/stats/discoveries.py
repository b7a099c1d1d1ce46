"""Which of many tests are discoveries."""

from collections.abc import Sequence

ALPHA = 0.05


def benjamini_hochberg(p_values: Sequence[float | None], *, rate: float = ALPHA) -> list[bool]:
    """Which of a family are discoveries at this false discovery rate (Benjamini & Hochberg 1995).

    None was not tested: never a discovery, and not counted in the family.
    """
    tested = sorted(p for p in p_values if p is not None)
    limit = max((p for rank, p in enumerate(tested, 1) if p <= rate * rank / len(tested)), default=-1.0)
    return [p is not None and p <= limit for p in p_values]
