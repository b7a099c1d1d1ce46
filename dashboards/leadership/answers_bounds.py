"""Whether a list of answers may be opened, without reading every answer its score was counted from.

There are at most as many people as answers, and those are counted in the rollups; there are at least as many as gave
the newest answers of each touchpoint. What is not settled by that is for the full count of answers_behind.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.db import connection
from psycopg2 import sql

from cxplatform.stats import anonymity
from cxplatform.stats.metrics import Metric
from dashboards.load import EVERYBODY, Slice, counts
from dashboards.periods import Period
from dashboards.query import Query
from dashboards.structure import UNIT
from surveys.models import MonthlyCount
from surveys.monthly import MIDDLE

Closed = Literal["", "few", "rest"]
Between = tuple[int, int]
NEWEST = 300
"""Answers of each touchpoint that are looked at."""
# The company may have moved to another time zone since an answer was counted: its day may be another one.
_SHIFT = timedelta(days=2)
_WIDE = "wide"
_LONGEST = 200  # of a value in the rollups; what is longer may stand for several
NOWHERE = "\0"
"""The group of answers without a channel or a value: no text of PostgreSQL holds it, as one may well say "None"."""


@dataclass(frozen=True)
class Read:
    """One of the newest answers; `counts`: whether the score counts it."""

    touchpoint: int
    channel: str
    value: str
    who: UUID
    counts: bool


@dataclass(frozen=True)
class Sides:
    """What is asked for and what it is held against, all of it in the terms of one list.

    `channel`, `value`: what is asked for, "" = all; `values` whether siblings by value are protected. `highs` are
    answers at most by (touchpoint, channel), `by_value` by the value; `groups` are touchpoints with lists of their own.
    `answers` are those of the list as the score counts them; of siblings that were looked up people are known.
    """

    places: frozenset[int]
    groups: tuple[tuple[int, ...], ...]
    channel: str = ""
    value: str = ""
    values: bool = False
    highs: Mapping[tuple[int, str], int] = field(default_factory=dict)
    by_value: Mapping[str, int] = field(default_factory=dict)
    answers: int = 0
    channels_known: Mapping[str, int] = field(default_factory=dict)
    values_known: Mapping[str, int] = field(default_factory=dict)
    beside_known: Mapping[int, int] = field(default_factory=dict)

    @property
    def most(self) -> int:
        """Answers of the list, at most."""
        return sum(n for (at, channel), n in self.highs.items() if at in self.places and self._asked(channel))

    def closed(self, read: Sequence[Read], *, newest: int, minimum: int, people: int | None = None) -> Closed | None:
        """As the full count would say it; None where that takes the full count. `read` are the `newest` answers of each
        touchpoint, fewer of one where it has no more; `people` are how many the list is of, where that is known."""
        if any(len(one.value) >= _LONGEST for one in read):
            return None
        whole = self._whole(read, newest)
        told = [one for one in read if one.counts]
        seen = {
            one.who
            for one in told
            if one.touchpoint in self.places and self._asked(one.channel) and self._meant(one.value)
        }
        own = (people, people) if people is not None else _between(seen, self.most, exact=self.places <= whole)
        if not anonymity.enough(own[1], minimum=minimum):
            return "few"
        if not anonymity.enough(own[0], minimum=minimum):
            return None
        divisions: list[tuple[dict[str, Between], str]] = []
        for group in self.groups:
            beside = {str(id): self._elsewhere(id, told, exact=id in whole) for id in group if id not in self.places}
            divisions.append((beside | {"": own}, ""))
        channels, values = self._siblings(read, newest)
        if self.channel:
            divisions.append((channels | {self.channel: own}, self.channel))
        if self.values:
            divisions.append((values | {self.value: own}, self.value))
        if any(low > high for sizes, _mine in divisions for low, high in sizes.values()):
            return None
        answers = [anonymity.settled_between(sizes, mine, minimum=minimum) for sizes, mine in divisions]
        if False in answers:
            return "rest"
        return None if None in answers else ""

    def unsure(self, read: Sequence[Read], *, newest: int, minimum: int) -> tuple[set[str], set[str], set[int]]:
        """Channels, values and touchpoints beside those asked for that may be of too few people: rare among the newest
        answers."""
        channels, values = self._siblings(read, newest)
        whole = self._whole(read, newest)
        told = [one for one in read if one.counts]
        beside = {id: self._elsewhere(id, told, exact=id in whole) for id in self.touchpoints - self.places}
        return (
            {each for each, (low, high) in channels.items() if low < minimum and low < high} - {self.channel},
            {each for each, (low, high) in values.items() if low < minimum and low < high} - {self.value},
            {each for each, (low, high) in beside.items() if low < minimum and low < high},
        )

    def _siblings(self, read: Sequence[Read], newest: int) -> tuple[dict[str, Between], dict[str, Between]]:
        exact = self.places <= self._whole(read, newest)
        here = [one for one in read if one.counts and one.touchpoint in self.places]
        channels: dict[str, Between] = {}
        values: dict[str, Between] = {}
        if self.channel:
            people = _people((one.channel, one.who) for one in here if self._meant(one.value))
            most: dict[str, int] = {}
            for (at, channel), n in self.highs.items():
                if at in self.places:
                    most[channel] = most.get(channel, 0) + n
            channels = _each(people, most, self.channels_known, exact=exact)
        if self.values:
            people = _people((one.value, one.who) for one in here if self._asked(one.channel))
            values = _each(people, self.by_value, self.values_known, exact=exact)
        return channels, values

    def _whole(self, read: Sequence[Read], newest: int) -> set[int]:
        """Touchpoints of which every answer was read."""
        times = Counter(one.touchpoint for one in read)
        return {id for id in self.touchpoints if times[id] < newest}

    @property
    def touchpoints(self) -> set[int]:
        """Those of the list and those beside it."""
        return {*self.places, *(id for group in self.groups for id in group)}

    def _asked(self, channel: str) -> bool:
        return not self.channel or channel == self.channel

    def _meant(self, value: str) -> bool:
        return not self.value or value == self.value

    def _elsewhere(self, id: int, told: Sequence[Read], *, exact: bool) -> Between:
        if id in self.beside_known:
            return self.beside_known[id], self.beside_known[id]
        people = {
            one.who for one in told if one.touchpoint == id and self._asked(one.channel) and self._meant(one.value)
        }
        most = sum(n for (at, channel), n in self.highs.items() if at == id and self._asked(channel))
        return _between(people, most, exact=exact)


def _between(people: set[UUID], most: int, *, exact: bool) -> Between:
    return len(people), len(people) if exact else most


def _people(of: Any) -> dict[str, set[UUID]]:
    found: dict[str, set[UUID]] = {}
    for key, who in of:
        found.setdefault(key, set()).add(who)
    return found


def _each(
    people: Mapping[str, set[UUID]], most: Mapping[str, int], known: Mapping[str, int], *, exact: bool
) -> dict[str, Between]:
    keys = {*people, *(() if exact else most)}
    sizes = {key: _between(people.get(key, set()), most.get(key, 0), exact=exact) for key in keys}
    return sizes | {key: (n, n) for key, n in known.items()}


def load_sides(
    *, places: Sequence[int], groups: tuple[tuple[int, ...], ...], query: Query, of: Metric, channel_id: int | None
) -> Sides | None:
    """From the rollups, in four queries at most; None where they do not tell: nothing counts units by dimension."""
    segment, wide = query.segment, Period(query.period.start - _SHIFT, query.period.end + _SHIFT)
    if query.own_units and segment and segment.dimension != UNIT:
        return None
    parts: tuple[tuple[str, str], ...] = (EVERYBODY,)
    if segment:
        parts = ((segment.dimension, segment.value),)
    elif query.own_units:
        parts = tuple((UNIT, unit) for unit in query.own_units)
    touchpoints = tuple({*places, *(id for group in groups for id in group)})
    highs: dict[tuple[int, str], int] = {}
    answers = 0
    for (_metric, window, at, channel), histogram in counts(
        metrics=[of.name],
        windows={_WIDE: wide, "": query.period},
        of=Slice(parts=parts, touchpoints=touchpoints),
        by=("touchpoint_id", "channel_id"),
    ).histograms.items():
        n = int(histogram.sum())
        if window == _WIDE:
            highs[at, _named(channel)] = highs.get((at, _named(channel)), 0) + n
        elif at in places and channel_id in (None, channel):
            answers += n
    values = bool(segment) and not query.own_units
    by_value: dict[str, int] = {}
    if segment and values:
        known = _values(of, segment.dimension)
        if any(not value or len(value) >= _LONGEST for value in known):
            return None
        each = tuple((segment.dimension, value) for value in known)
        for (_metric, _window, dimension, value), histogram in counts(
            metrics=[of.name],
            windows={_WIDE: wide},
            of=Slice(parts=(EVERYBODY, *each), touchpoints=tuple(places), channel_id=channel_id),
            by=("dimension", "value"),
        ).histograms.items():
            by_value[value if dimension else ""] = int(histogram.sum())
        # Those without a value are in no row but everybody's.
        everybody = by_value.pop("", 0)
        by_value[NOWHERE] = everybody - sum(by_value.values())
    return Sides(
        places=frozenset(places),
        groups=groups,
        channel=_named(channel_id) if channel_id else "",
        value=segment.value if segment else "",
        values=values,
        highs=highs,
        by_value=by_value,
        answers=answers - (_given_elsewhere(places, query, of, channel_id) if parts == (EVERYBODY,) else 0),
    )


def _given_elsewhere(places: Sequence[int], query: Query, of: Metric, channel_id: int | None) -> int:
    """What was told as counts of months alone: no list holds it."""
    months = MonthlyCount.objects.filter(metric=of.name, touchpoint_id__in=places)
    if channel_id is not None:
        months = months.filter(channel_id=channel_id)
    told = months.filter(
        month__gt=query.period.start - timedelta(days=MIDDLE), month__lte=query.period.last - timedelta(days=MIDDLE - 1)
    )
    return sum(sum(histogram) for histogram in told.values_list("histogram", flat=True))


def load_newest(sides: Sides, *, begin: datetime, end: datetime, query: Query, of: Metric, newest: int) -> list[Read]:
    """The newest answers of each touchpoint, counted or not. One query, which uses response_by_touchpoint."""
    given = _given(sides.touchpoints, begin, end, query, of) | {"newest": newest}
    with connection.cursor() as cursor:
        cursor.execute(_READ.format(value=_value_of(query)), given)
        return [
            Read(at, _named(channel), NOWHERE if value is None else value, UUID(str(who)), counts)
            for at, channel, value, who, counts in cursor.fetchall()
        ]


def load_page(
    places: Sequence[int],
    *,
    begin: datetime,
    end: datetime,
    query: Query,
    of: Metric,
    channel_id: int | None,
    block: int,
) -> tuple[list[tuple[UUID, UUID]], bool]:
    """The newest of a list as (answer, who), newest first, as far back as the newest `block` answers of each touchpoint
    reach; and whether these are all. One query, which uses response_by_touchpoint."""
    given = _given(places, begin, end, query, of) | {
        "channel": channel_id,
        "meant": query.segment.value if query.segment else None,
        "block": block,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PAGE.format(value=_value_of(query)), given)
        rows = cursor.fetchall()
    return [(id, who) for id, who, _all in rows], bool(rows and rows[0][2])


def _given(touchpoints: Collection[int], begin: datetime, end: datetime, query: Query, of: Metric) -> dict[str, Any]:
    return {
        "touchpoints": sorted(touchpoints),
        "begin": begin,
        "end": end,
        "metric": of.name,
        "dimension": query.segment.dimension if query.segment else "",
        "units": [int(unit) for unit in query.own_units] or None,
    }


def _value_of(query: Query) -> sql.SQL:
    of_unit = query.segment is not None and query.segment.dimension == UNIT
    return sql.SQL("unit_id::text" if of_unit else "dimensions ->> %(dimension)s")


_READ = sql.SQL(
    """
    SELECT at.id, channel_id, {value}, coalesce(customer_id, r.id),
        audience = 'customer' AND wave = '' AND counted ? %(metric)s
            AND (%(units)s::bigint[] IS NULL OR coalesce(unit_id = ANY(%(units)s::bigint[]), FALSE))
    FROM unnest(%(touchpoints)s::bigint[]) AS at (id) CROSS JOIN LATERAL (
        SELECT * FROM surveys_response
        WHERE touchpoint_id = at.id AND answered_at >= %(begin)s AND answered_at < %(end)s
        ORDER BY answered_at DESC LIMIT %(newest)s
    ) r
    """
)
# What it is of is not known to the planner, which would sort all there is: the newest are read off the index first.
_PAGE = sql.SQL(
    """
    WITH newest AS MATERIALIZED (
        SELECT at.id AS place, r.id, r.answered_at, coalesce(r.customer_id, r.id) AS who,
            audience = 'customer' AND wave = '' AND counted ? %(metric)s
                AND (%(channel)s::bigint IS NULL OR coalesce(channel_id = %(channel)s, FALSE))
                AND (%(units)s::bigint[] IS NULL OR coalesce(unit_id = ANY(%(units)s::bigint[]), FALSE))
                AND (%(meant)s::text IS NULL OR coalesce({value} = %(meant)s, FALSE)) AS ok
        FROM unnest(%(touchpoints)s::bigint[]) AS at (id) CROSS JOIN LATERAL (
            SELECT * FROM surveys_response
            WHERE touchpoint_id = at.id AND answered_at >= %(begin)s AND answered_at < %(end)s
            ORDER BY answered_at DESC LIMIT %(block)s
        ) r
    ),
    edge AS (
        SELECT max(oldest) AS at FROM (
            SELECT min(answered_at) AS oldest FROM newest GROUP BY place HAVING count(*) >= %(block)s
        ) each
    )
    SELECT newest.id, who, edge.at IS NULL FROM newest CROSS JOIN edge
    WHERE ok AND (edge.at IS NULL OR answered_at > edge.at) ORDER BY answered_at DESC, newest.id DESC
    """
)
# One step along the primary key for each.
_VALUES = """
WITH RECURSIVE known AS (
    (SELECT value FROM surveys_scorerollup WHERE metric = %(metric)s AND dimension = %(dimension)s
        ORDER BY value LIMIT 1)
    UNION ALL
    SELECT (SELECT r.value FROM surveys_scorerollup r
        WHERE r.metric = %(metric)s AND r.dimension = %(dimension)s AND r.value > known.value ORDER BY r.value LIMIT 1)
    FROM known WHERE known.value IS NOT NULL
)
SELECT value FROM known WHERE value IS NOT NULL
"""


def _values(of: Metric, dimension: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_VALUES, {"metric": of.name, "dimension": dimension})
        return [value for (value,) in cursor.fetchall()]


def _named(channel_id: object) -> str:
    """A channel as the full count calls it; in the rollups channel 0 is none."""
    return str(channel_id or NOWHERE)
