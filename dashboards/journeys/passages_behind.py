"""The passages that a number of paths stands for: the same question put to `Passage`, a page at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.translation import gettext as _
from psycopg2 import sql

from cxplatform.stats import anonymity
from dashboards.journeys.after_sql import DID, DRAWN, since
from dashboards.journeys.behind import Behind
from dashboards.journeys.behind_bounds import Closed, bounds_of
from dashboards.journeys.behind_sql import Condition, condition_of, designs_json
from dashboards.journeys.names import Names
from dashboards.query import BadQuery, Query, Segment
from journeys.models import Customer, Passage
from journeys.versions import Design

PAGE = 50
MOST_PAGES = 200
# Where more passages than these are read people are not told apart one by one, unless it takes that to say whether
# the list may be opened.
COUNTED = 50_000
_STATES = {"": "TRUE", "open": "NOT ended", "over": "ended"}


@dataclass(frozen=True)
class Found:
    """A page of passages, newest first; `customers` are those of them that are known, by id.

    All of them are `passages`, of `people`, and hold what is counted so many `times`. `closed`: why nothing of this is
    told: so "few" people, or so few among the "rest" of what they are a part of that a subtraction would tell on them.
    `many`: they are at least so many people, who were not told apart one by one.
    """

    rows: tuple[Passage, ...] = ()
    customers: Mapping[UUID, Customer] = field(default_factory=dict)
    passages: int = 0
    people: int = 0
    times: int = 0
    closed: Closed = ""
    further: bool = False
    many: bool = False


def read_page(given: Any) -> int:
    """The page's number, from 1. Raises BadQuery."""
    text = given.get("page", "1")
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= MOST_PAGES):
        raise BadQuery("page", _("Pages are numbered from 1 to %(most)s.") % {"most": MOST_PAGES})
    return int(text)


def passages_behind(
    behind: Behind,
    *,
    journey_ids: Sequence[int],
    design: Design,
    names: Names,
    query: Query,
    zone: ZoneInfo,
    minimum: int,
    page: int,
) -> Found:
    """The passages that began in the query's period, or were over in it where it is asked what came after them.

    In nine queries at most. `design` is that of today.
    """
    begin, end = (datetime.combine(day, time.min, tzinfo=zone) for day in (query.period.start, query.period.end))
    condition = condition_of(behind, design=design, called=names)
    ids = list(journey_ids)
    given = {
        **condition.given,
        "journeys": ids,
        "begin": begin,
        "end": end,
        "designs": designs_json(behind, ids) if condition.designed else "[]",
        "dimension": query.segment.dimension if query.segment else "",
        "value": query.segment.value if query.segment else "",
        "offset": (page - 1) * PAGE,
        "limit": PAGE + 1,
    }
    if condition.after:
        given["since"] = since(journey_ids=ids, begin=begin, end=end, zone=zone)
    statements = _statements(condition, behind.state, query.segment)
    with connection.cursor() as cursor:
        sizes = None
        # What came after would be looked up for each of those who are only to be counted here.
        if not condition.after:
            cursor.execute(_MORE.format(**statements), given | {"counted": COUNTED})
            if cursor.fetchone():
                sizes = _sizes_between(condition, behind.state, query.segment, statements, given, minimum=minimum)
        sizes = sizes or _sizes(statements, given, minimum=minimum)
        if sizes.closed:
            return Found(closed=sizes.closed)
        cursor.execute(_NEWEST.format(**statements), given)
        wanted = [id for (id,) in cursor.fetchall()]
    found = list(Passage.objects.filter(id__in=wanted).order_by("-started_at", "id"))
    known = {passage.customer_id for passage in found if passage.customer_id}
    customers = {each.id: each for each in Customer.objects.filter(id__in=known)} if known else {}
    return replace(sizes, rows=tuple(found[:PAGE]), customers=customers, further=len(found) > PAGE)


def _sizes(statements: Mapping[str, sql.Composable], given: Mapping[str, Any], *, minimum: int) -> Found:
    """How many they are, without the page's rows: all of them and all siblings told apart."""
    with connection.cursor() as cursor:
        cursor.execute(_SIZES.format(**statements), given)
        rows = cursor.fetchall()
    _what, _sibling, _mine, people, passages, times = rows[0]
    if closed := _closed(rows[1:], people, minimum=minimum):
        return Found(closed=closed)
    return Found(passages=passages, people=people, times=int(times))


def _sizes_between(
    condition: Condition,
    state: str,
    segment: Segment | None,
    statements: Mapping[str, sql.Composable],
    given: dict[str, Any],
    *,
    minimum: int,
) -> Found | None:
    """The same without telling all people apart; None where that does not settle whether it may be opened."""
    bounds = bounds_of(condition, stated=bool(state), segmented=segment is not None, statements=statements, given=given)
    closed = bounds.closed(minimum=minimum)
    if closed is None or closed:
        return None if closed is None else Found(closed=closed)
    passages = bounds.all.passages
    with connection.cursor() as cursor:
        many = passages > COUNTED
        cursor.execute((_PEOPLE_OF_MANY if many else _PEOPLE).format(**statements), given | {"counted": COUNTED})
        (people,) = cursor.fetchone()
    return Found(passages=passages, people=rounded(people) if many else people, many=many, times=bounds.times)


def rounded(people: int) -> int:
    """Down to two figures: lists side by side tell no difference of a few."""
    step = 10 ** max(0, len(str(people)) - 2)
    return people // step * step


def _closed(siblings: Iterable[tuple[Any, ...]], people: int, *, minimum: int) -> Closed:
    if not anonymity.enough(people, minimum=minimum):
        return "few"
    divisions: dict[str, dict[Any, int]] = {}
    own = set()
    for division, sibling, mine, n, *_rest in siblings:
        divisions.setdefault(division, {})[sibling] = n
        if mine:
            own.add((division, sibling))
    hidden = {
        (division, sibling)
        for division, groups in divisions.items()
        for sibling in set(groups) - anonymity.visible(groups, minimum=minimum)
    }
    return "rest" if own & hidden else ""


_FROM = """
journeys_passage LEFT JOIN jsonb_to_recordset(%(designs)s::jsonb)
    AS d (v bigint, mine bigint[], later bigint[], ends bigint[], follows jsonb) ON d.v = version_id
"""
_AFTER = sql.SQL(
    """
    LEFT JOIN (
        SELECT d.id AS first_id, did.recommended, did.bought FROM ({drawn}) d CROSS JOIN LATERAL ({did}) did
    ) after ON first_id = id
    """
).format(drawn=DRAWN.format(journeys=sql.SQL("journey_id = ANY(%(journeys)s)")), did=DID)
_WITHIN = "journey_id = ANY(%(journeys)s) AND started_at >= %(begin)s AND started_at < %(end)s"
_OVER_WITHIN = """journey_id = ANY(%(journeys)s) AND started_at >= %(since)s AND started_at < %(end)s
    AND last_at >= %(begin)s AND last_at < %(end)s"""
# Each passage is looked at once; siblings are those under which the number could be had by subtraction. A person is
# told apart by a UUID: sorting texts by a language's rules took longer than all the rest.
_SIZES = sql.SQL(
    """
    WITH base AS MATERIALIZED (
        SELECT who, meets AND times > 0 AS held, in_state, value, in_segment,
            coalesce({part}, (meets AND times > 0)::text) COLLATE "C" AS part, wholes,
            count(*) AS n, sum(times) AS times
        FROM (
            SELECT coalesce(customer_id, md5(subject)::uuid) AS who, {held} AS meets, {times} AS times,
                {state} AS in_state, (dimensions ->> %(dimension)s) COLLATE "C" AS value, {segment} AS in_segment,
                {wholes} AS wholes, ended, variant, source, channel_ids, touchpoint_ids
            FROM {tables} WHERE {within} OFFSET 0
        ) each GROUP BY 1, 2, 3, 4, 5, 6, 7
    )
    SELECT 'all', NULL, TRUE, count(DISTINCT who), coalesce(sum(n), 0)::bigint, sum(times)
    FROM base WHERE held AND in_state AND in_segment
    UNION ALL
    SELECT 'part', part, bool_or(held), count(DISTINCT who), 0, 0 FROM base WHERE in_state AND in_segment GROUP BY part
    UNION ALL
    SELECT 'whole ' || at, held::text, held, count(DISTINCT who), 0, 0
    FROM base CROSS JOIN unnest(wholes) WITH ORDINALITY AS whole (within, at)
    WHERE within AND in_state AND in_segment GROUP BY at, held
    UNION ALL
    SELECT 'state', in_state::text, in_state, count(DISTINCT who), 0, 0 FROM base
    WHERE held AND in_segment GROUP BY in_state
    UNION ALL
    SELECT 'segment', value, in_segment, count(DISTINCT who), 0, 0 FROM base
    WHERE held AND in_state GROUP BY value, in_segment
    """
)
_MORE = sql.SQL("SELECT 1 FROM {tables} WHERE {within} LIMIT 1 OFFSET %(counted)s")
_WHO = "coalesce(customer_id, md5(subject)::uuid) AS who"
_PEOPLE = sql.SQL(
    f"""
    SELECT count(*) FROM (
        SELECT who FROM (
            SELECT {_WHO} FROM {{tables}} WHERE {{within}} AND {{held}} AND {{times}} > 0 AND {{state}} AND {{segment}}
        ) each GROUP BY who
    ) people
    """  # noqa: S608  made of this module's own words
)
# The newest of each journey are read off the index, passage_by_start; asked for together all would be sorted.
_NEWEST_OF_EACH = """
    unnest(%(journeys)s::bigint[]) AS one (journey) CROSS JOIN LATERAL (
        SELECT {columns} FROM {{tables}}
        WHERE journey_id = one.journey AND {{within}} AND {{held}} AND {{times}} > 0 AND {{state}} AND {{segment}}
        ORDER BY started_at DESC, id LIMIT {most}
    ) newest
"""
_PEOPLE_OF_MANY = sql.SQL(
    f"""
    SELECT count(DISTINCT who) FROM (
        SELECT who FROM {_NEWEST_OF_EACH.format(columns=f"{_WHO}, started_at, id", most="%(counted)s")}
        ORDER BY started_at DESC LIMIT %(counted)s
    ) each
    """  # noqa: S608  made of this module's own words
)
_NEWEST = sql.SQL(
    f"""
    SELECT id FROM {_NEWEST_OF_EACH.format(columns="id, started_at", most="%(limit)s + %(offset)s")}
    ORDER BY started_at DESC, id LIMIT %(limit)s OFFSET %(offset)s
    """  # noqa: S608  made of this module's own words
)


def _statements(condition: Condition, state: str, segment: Segment | None) -> dict[str, sql.Composable]:
    parts = {
        "within": _OVER_WITHIN if condition.after else _WITHIN,
        "held": condition.held,
        "times": condition.times,
        "part": condition.part or "NULL::text",
        "wholes": f"ARRAY[{', '.join(f'({whole})' for whole in condition.wholes)}]::boolean[]",
        "state": _STATES[state],
        "segment": "coalesce(dimensions ->> %(dimension)s = %(value)s, false)" if segment else "TRUE",
    }
    tables = sql.SQL(_FROM if condition.designed else "journeys_passage")
    return {name: sql.SQL(text) for name, text in parts.items()} | {
        "tables": tables + _AFTER if condition.after else tables
    }


def duration_of(passage: Passage) -> timedelta:
    """From its first step to its last."""
    return passage.last_at - passage.started_at  # type: ignore[no-any-return]


def silence_of(passage: Passage) -> float | None:
    """Minutes of the longest silence in which a case was over before it went on; None where it never was."""
    if passage.gap_hours:
        return None
    longest = max((after - before for before, after in pairwise(passage.seconds)), default=0)
    return longest / 60 if longest > (passage.over_at - passage.last_at).total_seconds() else None
