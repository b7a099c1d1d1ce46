"""Which types of events have come in, what they hold, and which cases began again: bounded looks at what is stored."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection

from cxplatform.tenancy.context import active_tenant_id
from promises.feasible.lately import MOST_LOOKED_AT, Window, first_id
from promises.judging.judge import Judged
from promises.judging.measure import OWN_EVENTS, Measure

_SAMPLE = 20_000
_MOST_TYPES = 200
_PROPERTIES_OF = 200


def never_came(types: Collection[str]) -> set[str]:
    """Those of these types that none of the active tenant's latest million events has."""
    return {type_ for (type_,) in _rows(_NEVER, {"types": list(types), "looked": MOST_LOOKED_AT})}


def types_lately() -> list[str]:
    """Types of the active tenant's latest events, the most frequent first, to choose from."""
    values = {"sample": _SAMPLE, "own": OWN_EVENTS, "most": _MOST_TYPES}
    return [type_ for (type_,) in _rows(_TYPES, values)]


def properties_of(type_: str) -> list[str]:
    """The properties of the latest events of a type, by name."""
    values = {"type": type_, "looked": MOST_LOOKED_AT, "some": _PROPERTIES_OF}
    return [name for (name,) in _rows(_PROPERTIES, values)]


def how_many(type_: str, window: Window) -> int:
    """How many events of a type the window holds, as far as it looks."""
    values = {
        "type": type_,
        "first": first_id(window.since),
        "since": window.since,
        "now": window.now,
        "looked": MOST_LOOKED_AT,
        "most": window.most,
    }
    ((n,),) = _rows(_COUNT, values)
    return int(n)


def opened_again(measure: Measure, closed: Sequence[Judged]) -> list[str]:
    """The cases of these that an opening event came for after they were closed; uses event_by_correlation."""
    values = {
        "cases": [judged.subject for judged in closed],
        "closings": [judged.closed_by for judged in closed],
        "opening": measure.opening_type,
    }
    return [case for (case,) in _rows(_AGAIN, values)] if closed else []


def _rows(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"tenant": active_tenant_id(), **values})
        return list(cursor.fetchall())


# All but the last by the primary key, newest first.
_NEVER = """
SELECT type FROM unnest(%(types)s::text[]) AS asked (type) WHERE NOT EXISTS (
    SELECT FROM (SELECT type FROM journeys_event WHERE tenant_id = %(tenant)s ORDER BY id DESC LIMIT %(looked)s) latest
    WHERE latest.type = asked.type)
"""
_TYPES = """
SELECT type FROM (SELECT type FROM journeys_event WHERE tenant_id = %(tenant)s ORDER BY id DESC LIMIT %(sample)s) latest
WHERE NOT starts_with(type, %(own)s) GROUP BY type ORDER BY count(*) DESC, type LIMIT %(most)s
"""
_PROPERTIES = """
SELECT DISTINCT jsonb_object_keys(properties) FROM (
    SELECT properties FROM (
        SELECT type, properties FROM journeys_event WHERE tenant_id = %(tenant)s ORDER BY id DESC LIMIT %(looked)s
    ) latest WHERE type = %(type)s LIMIT %(some)s) of_type
WHERE jsonb_typeof(properties) = 'object' ORDER BY 1
"""
_COUNT = """
SELECT count(*) FROM (
    SELECT FROM (
        SELECT type, time FROM journeys_event
        WHERE tenant_id = %(tenant)s AND id >= %(first)s ORDER BY id DESC LIMIT %(looked)s
    ) latest WHERE type = %(type)s AND time >= %(since)s AND time <= %(now)s LIMIT %(most)s) of_type
"""
_AGAIN = """
SELECT s.case FROM unnest(%(cases)s::text[], %(closings)s::uuid[]) AS s ("case", closing)
CROSS JOIN LATERAL (
    SELECT time, sequence FROM journeys_event WHERE tenant_id = %(tenant)s AND id = s.closing LIMIT 1) c
WHERE EXISTS (
    SELECT FROM journeys_event o WHERE o.tenant_id = %(tenant)s AND o.correlation = s.case AND o.correlation <> ''
        AND o.type = %(opening)s AND o.time > c.time)
ORDER BY 1
"""
