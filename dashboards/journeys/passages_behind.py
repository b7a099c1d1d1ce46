"""The passages that a count of paths stands for: the same question put to `Passage`, a page at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from django.db import connection
from django.utils.translation import gettext as _
from psycopg2 import sql

from cxplatform.stats import anonymity
from dashboards.query import BadQuery, Query, Segment
from journeys.models import Customer, JourneyVersion, Passage
from journeys.paths import designs, measures
from journeys.paths.conformance import follows
from journeys.versions import Design

PAGE = 50
MOST_PAGES = 200
DROPPED = "dropped"  # "stage 7": over, reached the stage and met no later one

_AFTER_EACH_OTHER = (
    "EXISTS (SELECT FROM generate_series(1, cardinality({column}) - 1) i"
    " WHERE {column}[i] = %(a)s AND {column}[i + 1] = %(b)s)"
)
# As journeys.paths.counting has them: forced right after a failure at that step, designed by the version in force.
_CHANGED = (
    "EXISTS (SELECT FROM generate_series(1, cardinality({column}) - 1) i"
    " CROSS JOIN LATERAL (SELECT"
    " EXISTS (SELECT FROM jsonb_array_elements(failures) f WHERE (f ->> 2)::int = i) AS forced,"
    " EXISTS (SELECT FROM jsonb_to_recordset(%(follows)s::jsonb) AS d (v bigint, a bigint, b bigint)"
    " WHERE d.v = version_id AND d.a = touchpoint_ids[i] AND d.b = touchpoint_ids[i + 1]) AS designed) how"
    " WHERE {column}[i] = %(a)s AND {column}[i + 1] = %(b)s AND {kind})"
)
_SWITCHES = {"forced": "forced", "designed": "designed AND NOT forced", "other": "NOT designed AND NOT forced"}
_HANDOFFS = {"designed": "designed", "unplanned": "NOT designed"}
_THERE_AND_BACK = (
    "EXISTS (SELECT FROM (SELECT u, lag(u) OVER run AS one, lag(u, 2) OVER run AS two FROM ("
    " SELECT u, n, lag(u) OVER (ORDER BY n) AS before FROM unnest(unit_ids) WITH ORDINALITY AS x (u, n)) each"
    " WHERE u IS DISTINCT FROM before WINDOW run AS (ORDER BY n)) runs"
    " WHERE u = %(a)s AND one = %(b)s AND two = %(a)s)"
)
_NO_FURTHER = (
    "ended AND touchpoint_ids && %(mine)s::bigint[] AND NOT EXISTS ("
    " SELECT FROM unnest(touchpoint_ids) WITH ORDINALITY AS s (id, at)"
    " JOIN unnest(touchpoint_ids) WITH ORDINALITY AS t (id, at) ON t.at > s.at"
    " WHERE s.id = ANY(%(mine)s) AND t.id = ANY(%(later)s))"
)
# How a key of each measure is looked for. "a" and "b" are the ids of the key, "text" the key itself.
_CONDITIONS: dict[str, str] = {
    measures.PASSAGES: "TRUE",
    measures.VARIANT: "variant = %(digest)s",
    measures.TRUNCATED: "truncated",
    measures.VISITED: "touchpoint_ids @> ARRAY[%(a)s]::bigint[]",
    measures.LAST: "ended AND touchpoint_ids[cardinality(touchpoint_ids)] = %(a)s",
    measures.EDGE: _AFTER_EACH_OTHER.format(column="touchpoint_ids"),
    measures.ENCOUNTERS: "channel_ids @> ARRAY[%(a)s]::bigint[]",
    measures.ENTRY: "channel_ids[1] = %(a)s",
    measures.REACHED: "touchpoint_ids && %(mine)s::bigint[]",
    DROPPED: _NO_FURTHER,
    measures.SOURCE: "source = %(text)s",
    measures.SOURCE_OVER: "ended AND source = %(text)s",
    measures.SOURCE_SCORE: "ended AND source = %(text)s AND scores <> '{}'",
    measures.SWITCH: "",
    measures.HANDOFF: "",
    measures.PING_PONG: _THERE_AND_BACK,
    measures.UNITS: "(SELECT count(DISTINCT u) FROM unnest(unit_ids) u WHERE u > 0) > 1",
    measures.FITNESS: "ended AND fitness IS NOT NULL",
    measures.SKIPPED: "ended AND skipped @> ARRAY[%(a)s]::bigint[]",
    measures.REPEATED: "ended AND repeated @> ARRAY[%(a)s]::bigint[]",
    measures.UNDESIGNED: "ended AND undesigned @> ARRAY[%(a)s]::bigint[]",
    measures.FAILURE: "EXISTS (SELECT FROM jsonb_array_elements(failures) f WHERE left(f ->> 0, 100) = %(text)s)",
    measures.TO_HUMAN: "human_after IS NOT NULL",
    measures.PEAK_END: "ended AND cardinality(scores) >= 3",
    measures.CURVE: "score_touchpoint_ids @> ARRAY[%(a)s]::bigint[]",
}
_KINDS = {measures.SWITCH: _SWITCHES, measures.HANDOFF: _HANDOFFS}
_COLUMNS = {measures.SWITCH: "channel_ids", measures.HANDOFF: "unit_ids"}
_STATES = {"": "TRUE", "open": "NOT ended", "over": "ended"}
_ALONE = frozenset(
    {measures.PASSAGES, measures.TRUNCATED, measures.UNITS, measures.FITNESS, measures.TO_HUMAN, measures.PEAK_END}
)
TEXTS = frozenset({measures.SOURCE, measures.SOURCE_OVER, measures.SOURCE_SCORE, measures.FAILURE})
_STAGES = frozenset({measures.REACHED, DROPPED})


@dataclass(frozen=True)
class Behind:
    """Which passages: those that `measure` counts under `key`, all or only the open ones or those over."""

    measure: str
    key: str
    state: str


@dataclass(frozen=True)
class Found:
    """A page of passages, newest first; `customers` are those of them that are known, by id.

    `enough` False = fewer people than may be shown, and then there are no rows.
    """

    rows: tuple[Passage, ...]
    customers: dict[UUID, Customer]
    enough: bool
    further: bool


def read_behind(given: Any) -> Behind:
    """What an address asks for. Raises BadQuery naming the parameter."""
    measure, key, state = (given.get(name, "").strip() for name in ("of", "key", "state"))
    measure = measure or measures.PASSAGES
    if measure not in _CONDITIONS:
        raise BadQuery("of", _("This is not a count of paths. Open the list from the number itself."))
    if state not in _STATES:
        raise BadQuery("state", _("Use open, over or nothing at all."))
    behind = Behind(measure, key, state)
    _of_key(behind, Design(()))
    return behind


def read_page(given: Any) -> int:
    """The page's number, from 1. Raises BadQuery."""
    text = given.get("page", "1")
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_PAGES):
        raise BadQuery("page", _("Pages are numbered from 1 to %(most)s.") % {"most": MOST_PAGES})
    return int(text)


def passages_behind(
    behind: Behind,
    *,
    journey_id: int,
    design: Design,
    query: Query,
    zone: ZoneInfo,
    minimum: int,
    page: int,
) -> Found:
    """The passages, in six queries at most."""
    begin, end = (datetime.combine(day, time.min, tzinfo=zone) for day in (query.period.start, query.period.end))
    where, given = _where(behind, journey_id, design, query.segment)
    given |= {"journey": journey_id, "begin": begin, "end": end, "offset": (page - 1) * PAGE, "limit": PAGE + 1}
    of = sql.SQL("journey_id = %(journey)s AND started_at >= %(begin)s AND started_at < %(end)s AND ") + sql.SQL(where)
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE.format(of=of), given | {"people": max(minimum, anonymity.FLOOR)})
        if cursor.fetchone()[0] < max(minimum, anonymity.FLOOR):
            return Found((), {}, enough=False, further=False)
        cursor.execute(_NEWEST.format(of=of), given)
        wanted = [id for (id,) in cursor.fetchall()]
    found = list(Passage.objects.filter(id__in=wanted).order_by("-started_at", "id"))
    ids = {passage.customer_id for passage in found if passage.customer_id}
    customers = {each.id: each for each in Customer.objects.filter(id__in=ids)} if ids else {}
    return Found(tuple(found[:PAGE]), customers, enough=True, further=len(found) > PAGE)


_PEOPLE = sql.SQL(
    "SELECT count(*) FROM (SELECT DISTINCT coalesce(customer_id::text, subject) FROM journeys_passage"
    " WHERE {of} LIMIT %(people)s) AS people"
)
_NEWEST = sql.SQL(
    "SELECT id FROM journeys_passage WHERE {of} ORDER BY started_at DESC, id LIMIT %(limit)s OFFSET %(offset)s"
)


def _where(behind: Behind, journey_id: int, design: Design, segment: Segment | None) -> tuple[str, dict[str, Any]]:
    given = _of_key(behind, design)
    condition = _CONDITIONS[behind.measure]
    if behind.measure == measures.EDGE and given["a"] is None:
        condition = "touchpoint_ids[1] = %(b)s"
    elif behind.measure == measures.EDGE and given["b"] is None:
        condition = _CONDITIONS[measures.LAST]
    elif behind.measure in _KINDS:
        condition = _CHANGED.format(column=_COLUMNS[behind.measure], kind=_KINDS[behind.measure][given["kind"]])
        given |= {"follows": _follows(journey_id)}
    parts = [condition, _STATES[behind.state]]
    if segment:
        given |= {"dimension": segment.dimension, "value": segment.value}
        parts.append("dimensions ->> %(dimension)s = %(value)s")
    return " AND ".join(parts), given


def _of_key(behind: Behind, design: Design) -> dict[str, Any]:
    """The parameters of a key. Raises BadQuery where it is not one of the measure's."""
    key = behind.key
    try:
        if behind.measure in TEXTS:
            return {"text": key}
        if behind.measure == measures.VARIANT:
            return {"digest": UUID(key)}
        if behind.measure in _STAGES:
            return _of_stage(int(key.removeprefix("stage ")), design)
        if behind.measure in _ALONE:
            return {}
        ids = [int(part) if part else None for part in key.partition(" ")[0].split(">")]
        if len(ids) > 3 or ids == [None] * len(ids) or any(abs(id or 0) >= 2**63 for id in ids):
            raise ValueError(key)
        kind = key.partition(" ")[2]
        if behind.measure in _KINDS and (kind not in _KINDS[behind.measure] or None in ids or len(ids) != 2):
            raise ValueError(key)
        return {"a": ids[0], "b": ids[1] if len(ids) > 1 else None, "kind": kind}
    except ValueError:
        raise BadQuery("key", _("Nothing is counted under this key. Open the list from the number itself.")) from None


def _follows(journey_id: int) -> str:
    """What may come right after what in each version of the journey's design, as JSON."""
    versions = designs.load(JourneyVersion.objects.filter(journey_id=journey_id).values_list("id", flat=True))
    rows = [{"v": id, "a": a, "b": b} for id, design in versions.items() for a, b in sorted(follows(design))]
    return msgspec.json.encode(rows).decode()


def _of_stage(id: int, design: Design) -> dict[str, Any]:
    """The touchpoints of a stage and those of later ones, as the design is today."""
    at = next((place for place, stage in enumerate(design.stages) if stage.id == id), len(design.stages))

    def met(stages: Iterable[Any]) -> list[int]:
        return [step.touchpoint for stage in stages for step in stage.steps]

    return {"mine": met(design.stages[at : at + 1]), "later": met(design.stages[at + 1 :])}


def duration_of(passage: Passage) -> timedelta:
    """From its first step to its last."""
    return passage.last_at - passage.started_at  # type: ignore[no-any-return]
