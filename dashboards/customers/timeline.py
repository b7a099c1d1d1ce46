"""What happened to one customer and what they said of it, newest first, page by page over any number of years.

Each kind is read through an index that begins with the customer; the page is the newest of them all together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection
from django.utils import timezone

from cxplatform.tenancy.context import active_tenant_id

PAGE = 40
EVENT, ANSWER, PROMISE, ASK, FOLLOW_UP = "event", "answer", "promise", "ask", "follow_up"


@dataclass(frozen=True)
class Mark:
    """Where a page ended: entries sort by time, then kind, then their own order, all from the newest."""

    time: datetime
    kind: str
    id: UUID

    def __str__(self) -> str:
        return f"{self.time.astimezone(UTC).isoformat()}_{self.kind}_{self.id}"


def read_mark(text: str) -> Mark | None:
    """A mark as an address carries it; None for anything else."""
    try:
        time, _, rest = text.partition("_")
        kind, _, id_ = rest.rpartition("_")
        mark = Mark(datetime.fromisoformat(time), kind, UUID(id_))
        return mark if mark.time.tzinfo and kind in _KINDS else None
    except ValueError:
        return None


@dataclass(frozen=True)
class Entry:
    """One thing on the timeline. `facts` are what its kind knows of it, see `_READ`."""

    time: datetime
    kind: str
    id: UUID
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    entries: list[Entry]
    older: Mark | None


# Events of our own making say again what answers and outcomes say better.
_EVENTS = """
SELECT time AS at, id, jsonb_build_object('type', type, 'touchpoint', touchpoint_id, 'channel', channel_id,
    'unit', unit_id, 'touchpoint_text', touchpoint_text, 'channel_text', channel_text, 'unit_text', unit_text,
    'source', source, 'correlation', correlation, 'properties', properties),
    coalesce(sequence, -1::bigint << 63) AS sequence, source_id COLLATE "C" AS source_id, source COLLATE "C" AS source
FROM journeys_event e
WHERE tenant_id = %(tenant)s AND customer_id = c.id
    AND (%(units)s::bigint[] IS NULL OR unit_id = ANY(%(units)s)) AND time <= %(time)s
    AND NOT type ^@ ANY(ARRAY['survey.', 'promise.', 'followup.', 'cx.'])
    AND ({before} OR (time = %(time)s AND {same} AND
        (coalesce(sequence, -1::bigint << 63), source_id COLLATE "C", source COLLATE "C", id) < (
            SELECT coalesce(sequence, -1::bigint << 63), source_id COLLATE "C", source COLLATE "C", id
            FROM journeys_event WHERE tenant_id = %(tenant)s AND id = %(id)s)))
ORDER BY time DESC, coalesce(sequence, -1::bigint << 63) DESC, source_id COLLATE "C" DESC, source COLLATE "C" DESC,
    id DESC
LIMIT %(most)s
"""
_ANSWERS = """
SELECT answered_at AS at, id, jsonb_build_object('survey', survey_id, 'touchpoint', touchpoint_id,
    'channel', channel_id, 'unit', unit_id, 'scores', scores, 'texts', texts,
    'collected_by', collected_by, 'test', is_test, 'answers', answers)
FROM surveys_response
WHERE tenant_id = %(tenant)s AND customer_id = c.id
    AND (%(units)s::bigint[] IS NULL OR unit_id = ANY(%(units)s)) AND answered_at <= %(time)s
    AND audience = 'customer'
    AND ({before} OR (answered_at = %(time)s AND {same} AND id < %(id)s))
ORDER BY answered_at DESC, id DESC LIMIT %(most)s
"""
_PROMISES = """
SELECT at, id, facts FROM (
    SELECT coalesce(CASE WHEN status = 'broken' THEN due_at ELSE closed_at END, opened_at) AS at, id,
        jsonb_build_object('rule', rule_id, 'status', status, 'reason', reason, 'opened', opened_at, 'due', due_at,
            'closed', closed_at, 'touchpoint', touchpoint_id, 'channel', channel_id, 'unit', unit_id) AS facts
    FROM promises_promiseoutcome
    WHERE tenant_id = %(tenant)s AND customer_id = c.id
    AND (%(units)s::bigint[] IS NULL OR unit_id = ANY(%(units)s)) AND status <> 'pending'
) outcome
WHERE at <= %(time)s AND ({before} OR (at = %(time)s AND {same} AND id < %(id)s))
ORDER BY at DESC, id DESC LIMIT %(most)s
"""
_ASKS = """
SELECT due_at AS at, id, jsonb_build_object('survey', survey_id, 'method', method, 'state', state, 'sent', sent_at,
    'touchpoint', touchpoint_id)
FROM surveys_invitation
WHERE tenant_id = %(tenant)s AND customer_id = c.id
    AND (%(units)s::bigint[] IS NULL OR unit_id = ANY(%(units)s)) AND due_at <= %(time)s
    AND state NOT IN ('planned', 'skipped')
    AND ({before} OR (due_at = %(time)s AND {same} AND id < %(id)s))
ORDER BY due_at DESC, id DESC LIMIT %(most)s
"""
# Their ids are numbers: as the others' here, so that one mark does for all kinds.
_FOLLOW_UPS = """
SELECT opened_at AS at, lpad(to_hex(id), 32, '0')::uuid AS id, jsonb_build_object('follow_up', id, 'cause', cause,
    'state', state, 'owner', owner_id, 'fixed', fixed, 'closed', coalesce(confirmed_at, solved_at, closed_at),
    'touchpoint', touchpoint_id, 'channel', channel_id, 'unit', unit_id)
FROM surveys_followup
WHERE tenant_id = %(tenant)s AND customer_id = c.id
    AND (%(units)s::bigint[] IS NULL OR unit_id = ANY(%(units)s)) AND opened_at <= %(time)s
    AND ({before} OR (opened_at = %(time)s AND {same} AND lpad(to_hex(id), 32, '0')::uuid < %(id)s))
ORDER BY opened_at DESC, surveys_followup.id DESC LIMIT %(most)s
"""
# The newest of each customer, then of them all: one index look-up for each.
_OF_ALL = """
SELECT told.* FROM unnest(%(customers)s::uuid[]) AS c (id) CROSS JOIN LATERAL ({of_one}) told
ORDER BY at DESC{order}, id DESC LIMIT %(most)s
"""
# Within one moment: from the newest.
_KINDS = {FOLLOW_UP: _FOLLOW_UPS, ASK: _ASKS, ANSWER: _ANSWERS, PROMISE: _PROMISES, EVENT: _EVENTS}
_TIMES = {FOLLOW_UP: "opened_at", ASK: "due_at", ANSWER: "answered_at", PROMISE: "at", EVENT: "time"}
_AHEAD = timedelta(days=2)  # events are taken in up to a day ahead
_RANK = {kind: place for place, kind in enumerate(_KINDS)}


def load_timeline_of_many(customer_ids: Sequence[UUID], *, before: Mark | None = None, most: int = PAGE) -> Page:
    """A page of several customers of the active tenant together, as `load_timeline` reads it of one."""
    return _load(list(customer_ids), before=before, units=(), most=most)


def load_timeline(
    customer_id: UUID, *, before: Mark | None = None, units: Sequence[int] = (), most: int = PAGE
) -> Page:
    """A page of the active tenant's customer, in five queries; `before` is where the page before it ended.

    `units` are those to which the reader is limited, empty = all.
    """
    return _load([customer_id], before=before, units=units, most=most)


def _load(customer_ids: list[UUID], *, before: Mark | None, units: Sequence[int], most: int) -> Page:
    entries = []
    with connection.cursor() as cursor:
        for kind in _KINDS:
            statement, values = _statement(kind, customer_ids, before, most)
            cursor.execute(statement, values | {"units": list(units) or None})
            entries += [
                Entry(time, kind, id_, msgspec.json.decode(facts)) for time, id_, facts, *_order in cursor.fetchall()
            ]
    # Kinds come in their order and entries of a kind in that of their query: a stable sort keeps both.
    entries.sort(key=lambda entry: entry.time, reverse=True)
    shown = entries[:most]
    more = len(entries) > most
    return Page(shown, Mark(shown[-1].time, shown[-1].kind, shown[-1].id) if more else None)


def _statement(kind: str, customer_ids: list[UUID], before: Mark | None, most: int) -> tuple[str, dict[str, Any]]:
    mark = before or Mark(timezone.now() + _AHEAD, EVENT, UUID(int=0))
    here, there = _RANK[kind], _RANK[mark.kind]
    column = _TIMES[kind]
    # Of the mark's own moment: kinds that sort before it are over, its own goes on, those after it are still to come.
    earlier = f"{column} <= %(time)s" if here > there or before is None else f"{column} < %(time)s"
    of_one = _KINDS[kind].format(before=earlier, same="true" if here == there else "false")
    order = ", sequence DESC, source_id DESC, source DESC" if kind == EVENT else ""
    statement = _OF_ALL.format(of_one=of_one, order=order)
    return statement, {
        "tenant": active_tenant_id(),
        "customers": customer_ids,
        "time": mark.time,
        "id": mark.id,
        "most": most + 1,
    }
