"""Weights that make those who answered look like the whole customer base (raking, Deming & Stephan 1940).

Weights mend who answers by what is known of everybody; they do not cure staff who choose whom to ask.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

TRIM = 5.0
_ROUNDS = 200
_CLOSE = 1e-9


class CannotRake(ValueError):
    """The answers cannot stand for the population; the text says why and what to do."""


@dataclass(frozen=True)
class Weights:
    """`weights[i]` is that of each answer in group i, their mean over answers 1. `trimmed` says that some met the
    limit, so that the margins are met less closely. `n_eff` is how many answers without weights say as much."""

    weights: npt.NDArray[np.float64]
    n_eff: float
    trimmed: bool


def effective_n(weights: npt.ArrayLike, counts: npt.ArrayLike | None = None) -> float:
    """Kish's effective sample size (sum w)^2 / sum w^2, of `counts[i]` answers of weight `weights[i]`; 0 of none."""
    w = np.asarray(weights, dtype=float)
    n = np.ones_like(w) if counts is None else np.asarray(counts, dtype=float)
    squares = float((n * w**2).sum())
    return float((n * w).sum()) ** 2 / squares if squares > 0 else 0.0


def rake(
    groups: Sequence[Sequence[Hashable]],
    counts: Sequence[int],
    margins: Sequence[Mapping[Hashable, float]],
    *,
    trim: float = TRIM,
) -> Weights:
    """Weights of groups of answers by the population's margins.

    `groups[i]` names group i's value of each dimension, `counts[i]` its answers, and `margins[d]` each value's
    share (or number) of the population in dimension d. Raises CannotRake where nobody answered, where a value
    of the population has no answers or the other way round, and where the margins do not meet.
    """
    if trim <= 1:
        raise ValueError(f"trim: {trim} would leave no weight over the mean; give more than 1")
    n = np.asarray(counts, dtype=float)
    if len(groups) != len(n) or (n < 0).any():
        raise ValueError("counts: give one, not negative, for each group")
    if not n.sum():
        raise CannotRake("nobody answered")
    places = [_places(groups, n, dimension, margin) for dimension, margin in enumerate(margins)]
    weights = np.ones(len(n))
    for _ in range(_ROUNDS):
        off = 0.0
        for rows, wanted in places:
            now = np.array([(n[row] * weights[row]).sum() for row in rows])
            factors = wanted * n.sum() / now
            for row, factor in zip(rows, factors, strict=True):
                weights[row] *= factor
            off = max(off, float(np.abs(factors - 1).max(initial=0.0)))
        if off < _CLOSE:
            break
    else:
        raise CannotRake("the margins do not meet: some values occur only together; weigh by fewer dimensions")
    kept, trimmed = _trim(weights, n, trim)
    return Weights(kept, effective_n(kept, n), trimmed)


def _places(
    groups: Sequence[Sequence[Hashable]], n: npt.NDArray[np.float64], dimension: int, margin: Mapping[Hashable, float]
) -> tuple[list[npt.NDArray[np.intp]], npt.NDArray[np.float64]]:
    """Of each value of a dimension its groups and the share it should have."""
    if any(not np.isfinite(share) or share < 0 for share in margin.values()):
        raise ValueError("margins: give shares or numbers that are finite and not negative")
    answered = {group[dimension] for group, count in zip(groups, n, strict=True) if count}
    wanted = {value: share for value, share in margin.items() if share > 0}
    if silent := sorted(map(str, set(wanted) - answered)):
        raise CannotRake(f"nobody of {', '.join(silent)} answered: no weight can stand for them")
    if unknown := sorted(map(str, answered - set(wanted))):
        raise CannotRake(f"the population holds nobody of {', '.join(unknown)}, who answered")
    rows = [
        np.array([i for i, group in enumerate(groups) if group[dimension] == value and n[i]], dtype=np.intp)
        for value in wanted
    ]
    shares = np.array(list(wanted.values()), dtype=float)
    return rows, shares / shares.sum()


def _trim(
    weights: npt.NDArray[np.float64], n: npt.NDArray[np.float64], most: float
) -> tuple[npt.NDArray[np.float64], bool]:
    """No weight over `most` times the mean: what is cut off goes to the others, until none is over."""
    weights = np.where(n > 0, weights / ((n * weights).sum() / n.sum()), 0.0)
    held = np.zeros(len(weights), dtype=bool)
    while (weights > most * (1 + 1e-12)).any():
        held |= weights > most
        weights[held] = most
        free = ~held & (n > 0)
        spare = n.sum() - most * n[held].sum()
        weights[free] *= spare / (n[free] * weights[free]).sum()
    return weights, bool(held.any())
