"""Whether a long list may be opened, from between how many and how many people stand in it and in its siblings.

Telling people apart is most of the work of counting them. To be sure that a group is no small one takes less: its
people fall into 64 drawers by a hash, and into 64 others by another. There are at least as many of them as drawers of
either that are not empty, and at most as many as passages. What is not settled by that is for the full count of
dashboards.journeys.passages_behind.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.db import connection
from psycopg2 import sql

from cxplatform.stats import anonymity
from dashboards.journeys.behind_sql import Condition

Closed = Literal["", "few", "rest"]
_BITS = 2**64 - 1


@dataclass(frozen=True)
class Crowd:
    """So many passages with their people in drawers."""

    passages: int = 0
    drawers: tuple[int, int] = (0, 0)

    def __add__(self, other: "Crowd") -> "Crowd":
        first, second = self.drawers
        return Crowd(self.passages + other.passages, (first | other.drawers[0], second | other.drawers[1]))

    @property
    def people(self) -> tuple[int, int]:
        """At least and at most."""
        return max(each.bit_count() for each in self.drawers), self.passages


@dataclass(frozen=True)
class Bounds:
    """All of a list, how many `times` they hold what is counted, and its siblings as of `passages_behind`."""

    all: Crowd = Crowd()
    times: int = 0
    siblings: dict[str, dict[Any, Crowd]] = field(default_factory=dict)
    own: frozenset[tuple[str, Any]] = frozenset()

    def closed(self, *, minimum: int) -> Closed | None:
        """As the full count would say it; None where that takes the full count."""
        least, most = self.all.people
        if not anonymity.enough(most, minimum=minimum):
            return "few"
        if not anonymity.enough(least, minimum=minimum):
            return None
        told = [
            anonymity.settled_between(
                {sibling: crowd.people for sibling, crowd in self.siblings[division].items()}, mine, minimum=minimum
            )
            for division, mine in self.own
        ]
        if False in told:
            return "rest"
        return None if None in told else ""


def bounds_of(
    condition: Condition,
    *,
    stated: bool,
    segmented: bool,
    statements: Mapping[str, sql.Composable],
    given: Mapping[str, Any],
) -> Bounds:
    """In one query, which reads the period's passages once. `stated`, `segmented`: a state, a segment is asked for."""
    statement = _statement(condition, stated=stated, segmented=segmented)
    with connection.cursor() as cursor:
        cursor.execute(statement.format(**statements), given)
        return _folded(cursor.fetchall(), parted=bool(condition.part))


def _statement(condition: Condition, *, stated: bool, segmented: bool) -> sql.SQL:
    """Columns that would say the same of every passage are not grouped by: that took a third of the time.

    What is counted is grouped by instead of added up, so that it is worked out once and several processes may read.
    """
    counted = condition.times != "1"
    here = " AND ".join(["in_state"] * stated + ["in_segment"] * segmented) or "TRUE"
    inner = {
        "times": "{times}" if counted else "{held}",
        "in_state": "{state}" if stated else "",
        "in_segment": "{segment}" if segmented else "",
        "value": "dimensions ->> %(dimension)s" if segmented else "",
        "part": "{part}" if condition.part else "",
        **{f"whole_{at}": f"({whole})" for at, whole in enumerate(condition.wholes)},
    }
    # Of those that are not asked for a value or part says nothing, and would make groups of each.
    value = "value" if counted else "CASE WHEN times THEN value END"
    outer = {
        "times": "times",
        "TRUE AS in_state": "in_state" if stated else "",
        "TRUE AS in_segment": "in_segment" if segmented else "",
        "NULL AS value": f'({value}) COLLATE "C"' if segmented else "",
        "NULL AS part": f'(CASE WHEN {here} THEN part END) COLLATE "C"' if condition.part else "",
        **{f"whole_{at}": f"whole_{at}" for at in range(len(condition.wholes))},
    }
    return sql.SQL(
        f"""
        SELECT {", ".join(text or same for same, text in outer.items())}, count(*),
            bit_or(1::bigint << (uuid_hash(who) & 63)), bit_or(1::bigint << ((uuid_hash(who) >> 6) & 63))
        FROM (
            SELECT coalesce(customer_id, md5(subject)::uuid) AS who,
                {", ".join(f"{text} AS {name}" for name, text in inner.items() if text)}
            FROM {{tables}} WHERE {{within}}
        ) each GROUP BY {", ".join(str(at) for at, text in enumerate(outer.values(), 1) if text)}
        """  # noqa: S608  made of this module's own words
    )


def _folded(rows: Iterable[tuple[Any, ...]], *, parted: bool) -> Bounds:
    all, in_all = Crowd(), 0
    siblings: dict[str, dict[Any, Crowd]] = {}
    own = set()
    for times, in_state, in_segment, value, part, *wholes, passages, first, second in rows:
        held = times > 0
        crowd = Crowd(passages, (first & _BITS, second & _BITS))
        # As the full count calls them: which of two equal groups is hidden goes by their names.
        groups: dict[str, tuple[Any, bool]] = {}
        if in_state and in_segment:
            groups["part"] = (part if parted else str(held).lower(), held)
            groups |= {f"whole {at}": (str(held).lower(), held) for at, within in enumerate(wholes, 1) if within}
        if held and in_segment:
            groups["state"] = (str(in_state).lower(), in_state)
        if held and in_state:
            groups["segment"] = (value, in_segment)
        if held and in_state and in_segment:
            all, in_all = all + crowd, in_all + times * passages
        for division, (sibling, mine) in groups.items():
            of = siblings.setdefault(division, {})
            of[sibling] = of.get(sibling, Crowd()) + crowd
            if mine:
                own.add((division, sibling))
    return Bounds(all, in_all, siblings, frozenset(own))
