"""Small groups stay hidden, also from subtraction."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

MINIMUM = 5
FLOOR = 3

Key = TypeVar("Key", bound=Hashable)


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
    people = sorted((n, repr(key), key) for key, n in groups.items() if n > 0)
    hidden = [row for row in people if not enough(row[0], minimum=minimum)]
    if not hidden:
        return set(groups)
    for row in people[len(hidden) :]:
        # Each hidden by itself is under the minimum: a sum that reaches it is of two at least.
        if enough(sum(n for n, *_ in hidden), minimum=minimum):
            break
        hidden.append(row)
    return set(groups) - {key for *_, key in hidden}


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
