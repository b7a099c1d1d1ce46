"""Small groups stay hidden, also from subtraction."""

from collections.abc import Hashable, Mapping, Set
from typing import TypeVar

import numpy as np
import numpy.typing as npt

MINIMUM = 5
FLOOR = 3
_NOTHING = 1e-9  # beside ones, what is left of rounding

Sums = npt.NDArray[np.float64]

Key = TypeVar("Key", bound=Hashable)
Other = TypeVar("Other", bound=Hashable)


def enough(n: int, *, minimum: int = MINIMUM) -> bool:
    """Whether one group, or a total, may be shown by itself. A minimum under the floor is the floor."""
    return n >= max(minimum, FLOOR)


def visible(groups: Mapping[Key, int], *, minimum: int = MINIMUM) -> set[Key]:
    """The groups that may be shown, out of siblings whose n add up to a total that is shown too.

    Groups under the minimum are hidden. What is hidden can be had by subtracting the shown from the total,
    so it must be at least two groups and at least the minimum together; else the next smallest is hidden too.
    An empty group holds nobody: it is shown as empty and protects no one. Ties go by key, so that every
    screen hides the same groups however it sorts them. Holds for one division of one total; ask `enough`
    whether the total itself may be shown.
    """
    hidden = _hidden(groups, frozenset(), minimum=minimum)
    return set(groups) - hidden


def visible_crossed(cells: Mapping[tuple[Key, Other], int], *, minimum: int = MINIMUM) -> set[tuple[Key, Other]]:
    """The cells of a cross table that may be shown where the totals of its rows and of its columns are shown too.

    `cells` are all of them, also those of people without a value. A row or column whose total `visible` hides is hidden
    whole; what stays is hidden until along no row and no column less than the minimum can be had by subtraction.
    """
    hidden: set[tuple[Key, Other]] = set()
    lines: list[dict[tuple[Key, Other], int]] = []
    for side in (0, 1):
        along: dict[Hashable, dict[tuple[Key, Other], int]] = {}
        for cell, n in cells.items():
            along.setdefault(cell[side], {})[cell] = n
        shown = visible({key: sum(line.values()) for key, line in along.items()}, minimum=minimum)
        hidden |= {cell for key, line in along.items() if key not in shown for cell in line}
        lines += along.values()
    while more := {cell for line in lines for cell in _hidden(line, hidden, minimum=minimum)} - hidden:
        hidden |= more
    return set(cells) - hidden


def _hidden(groups: Mapping[Key, int], already: Set[Hashable], *, minimum: int) -> set[Key]:
    """Of siblings those to be hidden, `already` hidden ones among them."""
    known = {key for key in groups if key in already}
    people = sorted((n, repr(key), key) for key, n in groups.items() if n > 0)
    hidden = [row for row in people if row[2] in known or not enough(row[0], minimum=minimum)]
    there = [row for row in people if row not in hidden]
    if not hidden:
        return known
    for row in there:
        # One alone can be had whatever its size, once it is hidden for the sake of others.
        if len(hidden) > 1 and enough(sum(n for n, *_ in hidden), minimum=minimum):
            break
        hidden.append(row)
    return known | {key for *_, key in hidden}


def settled(known: Mapping[Key, int], key: Key, *, minimum: int = MINIMUM) -> bool | None:
    """Whether one group may be shown, from the sizes of some of its siblings alone; None where it takes them all.

    Only the smallest of the groups that are large enough is ever hidden for the others' sake: one known sibling that
    is large enough and comes before it settles that it is shown, whatever else there is. The same as `visible`.
    """
    n = known[key]
    if n <= 0:
        return True
    if not enough(n, minimum=minimum):
        return False
    before = (n, repr(key))
    return True if any(enough(m, minimum=minimum) and (m, repr(k)) < before for k, m in known.items()) else None


def settled_between(sizes: Mapping[Key, tuple[int, int]], key: Key, *, minimum: int = MINIMUM) -> bool | None:
    """Whether one group may be shown, from at least and at most how many each of its siblings and it itself are; None
    where that leaves it open. Whatever the sizes are between, `visible` says the same.
    """
    least = max(minimum, FLOOR)
    low, high = sizes[key]
    if high <= 0:
        return True
    if high < least:
        return False if low > 0 else None
    if low < least:
        return None
    others = {sibling: bounds for sibling, bounds in sizes.items() if sibling != key and bounds[1] > 0}
    small = [bounds for bounds in others.values() if bounds[0] > 0 and bounds[1] < least]
    if all(bounds[0] >= least for bounds in others.values()):
        return True
    if len(small) > 1 and sum(bounds[0] for bounds in small) >= least:
        return True
    # Only the smallest of the large ones is ever hidden for the others' sake.
    before = (low, repr(key))
    if any(bounds[0] >= least and (bounds[1], repr(sibling)) < before for sibling, bounds in others.items()):
        return True
    alone = len(small) == len(others) and (len(small) == 1 or sum(bounds[1] for bounds in small) < least)
    return False if alone else None


class Known:
    """What a reader knows who is shown sums over cells of people, and adds and subtracts them as they like.

    Sums are vectors over the cells, 1 where a cell is part of it. None of the sums `closed` (one a row, none of them
    empty) may ever follow from those that were told.
    """

    def __init__(self, closed: Sums) -> None:
        # What of each closed sum is not known yet, and its square.
        self._closed = closed.astype(float)
        self._left = np.einsum("ij,ij->i", self._closed, self._closed)
        # Directions at right angles that span what was told.
        self._told: Sums = np.zeros((min(closed.shape[1], 8), closed.shape[1]))
        self._count = 0

    def safe(self, told: Sums) -> bool:
        """Whether no closed sum follows from this one and all that were told before."""
        new = self._new(told)
        return new is None or not self._follows(self._closed @ new)

    def tell(self, told: Sums) -> bool:
        """Show a sum if it is safe; whether it was."""
        new = self._new(told)
        if new is None:
            return True
        along = self._closed @ new
        if self._follows(along):
            return False
        self._closed -= np.outer(along, new)
        self._left = np.einsum("ij,ij->i", self._closed, self._closed)
        if self._count == len(self._told):
            self._told = np.vstack([self._told, np.zeros_like(self._told)])
        self._told[self._count] = new
        self._count += 1
        return True

    def copy(self) -> "Known":
        """One to tell more without telling it here."""
        other = Known(self._closed)
        other._told, other._count = self._told.copy(), self._count
        return other

    def _new(self, told: Sums) -> Sums | None:
        """The direction that a sum adds to what is known; None where it follows from what is known."""
        known = self._told[: self._count]
        rest = told - (known @ told) @ known
        rest -= (known @ rest) @ known  # once more: rounding left a part of what is known
        square = float(rest @ rest)
        return None if square < _NOTHING else rest / square**0.5

    def _follows(self, along: Sums) -> bool:
        """Whether all that is left of a closed sum lies in the direction it has these parts in."""
        return bool((self._left - along * along < _NOTHING).any())
