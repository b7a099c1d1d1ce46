"""Which instances of a rule there are: SQL over all stored events of the subjects, in their own order.

Order is (time, sequence with none first, source id, source): a total order that does not depend on arrival.
Texts are compared byte by byte, so that every database orders alike. Every query here goes through
event_by_correlation (tenant, correlation, time) or event_by_customer (tenant, customer_id, time).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from journeys.keepers import ERASED
from promises.judging.measure import OWN_EVENTS, Measure

_ORDER = 'time, sequence NULLS FIRST, source_id COLLATE "C", source COLLATE "C"'
_BACKWARDS = 'time DESC, sequence DESC NULLS LAST, source_id COLLATE "C" DESC, source COLLATE "C" DESC'


@dataclass
class Touched:
    """What a claim's events touch of one rule: subjects and, where each event is an instance, those events."""

    subjects: set[str] = field(default_factory=set)
    event_ids: set[UUID] = field(default_factory=set)


@dataclass(frozen=True)
class Instance:
    """One instance as the events tell it, with the properties its rule reads, as texts.

    `said` are dimension values from its events, `known` those of its customer.
    """

    subject: str
    opened_by: UUID
    closed_by: UUID | None
    opened_at: datetime
    closing_time: datetime | None
    customer_id: UUID | None
    touchpoint_id: int | None
    channel_id: int | None
    unit_id: int | None
    due: str | None
    closed: str | None
    excluded: str | None
    tested: dict[str, str | None]
    said: dict[str, str]
    known: dict[str, str]


def touched(*, tenant_id: int, event_ids: Sequence[UUID], measures: Sequence[Measure]) -> dict[Measure, Touched]:
    """The rules these events touch; reads the events once, and only those of a type some rule names."""
    by_type: dict[str, list[Measure]] = defaultdict(list)
    any_type = [measure for measure in measures if measure.any_type]
    for measure in measures:
        if not measure.any_type:
            for type_ in measure.types:
                by_type[type_].append(measure)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id, type, correlation, customer_id::text FROM journeys_event
            WHERE tenant_id = %s AND id = ANY(%s::uuid[]) AND (%s OR type = ANY(%s)) AND NOT starts_with(type, %s)
                AND NOT starts_with(source_id, %s)
            """,
            [tenant_id, list(event_ids), bool(any_type), list(by_type), OWN_EVENTS, ERASED],
        )
        rows = cursor.fetchall()
    found: dict[Measure, Touched] = {}
    for event_id, type_, correlation, customer_id in rows:
        for measure in (*by_type.get(type_, ()), *any_type):
            subject = correlation if measure.by_case else customer_id
            if subject:
                part = found.setdefault(measure, Touched())
                part.subjects.add(subject)
                if measure.single:
                    part.event_ids.add(event_id)
    return found


def instances(*, tenant_id: int, measure: Measure, part: Touched, dimensions: Sequence[str]) -> list[Instance]:
    """The instances of a rule of these subjects, from all of their stored events."""
    names = [condition.property for condition in measure.conditions]
    with connection.cursor() as cursor:
        cursor.execute(
            _DETAILS.format(pairs=_pairs(measure)),
            {
                "tenant": tenant_id,
                "subjects": list(part.subjects),
                "events": list(part.event_ids),
                "opening": measure.opening_type or measure.closing_type,
                "closing": measure.closing_type,
                # NULL where the rule names none: an event may well have a property called "".
                "due": measure.due_property or None,
                "closed": measure.closed_property or None,
                "excluded": measure.excluded_property or None,
                "tested": names,
                "dimensions": list(dimensions),
                "own": OWN_EVENTS,
            },
        )
        return list(_read(cursor.fetchall(), names, dimensions))


def _read(rows: Iterable[tuple[Any, ...]], names: Sequence[str], dimensions: Sequence[str]) -> Iterator[Instance]:
    for *facts, tested, said, known in rows:
        texts = (
            dict(zip(names, tested, strict=True)),
            {name: text for name, text in zip(dimensions, said, strict=True) if text},
            {name: text for name, text in zip(dimensions, known, strict=True) if text},
        )
        yield Instance(*[*facts, *texts])


def _pairs(measure: Measure) -> str:
    if measure.single:
        return _SINGLE
    if not measure.deadline:
        return _LAST_OF_CASE
    if measure.by_case:
        return _CASE.format(closing=_REPEATED if measure.any_type else _FIRST_CLOSING)
    return _TURNS


# Each yields (subject, opened_by, closed_by). LATERAL ... LIMIT 1 keeps it at one index look-up per subject
# whatever the planner believes of the table. Under row-level security an index serves only conditions that are
# leakproof all through: COALESCE and casts from text are not (CASE is), and would read the whole tenant instead.
_SINGLE = """
SELECT customer_id::text, id, id FROM journeys_event
WHERE tenant_id = %(tenant)s AND id = ANY(%(events)s::uuid[]) AND type = %(opening)s AND customer_id IS NOT NULL
"""

_LAST_OF_CASE = f"""
SELECT s.subject, o.id, c.id FROM unnest(%(subjects)s::text[]) AS s(subject)
CROSS JOIN LATERAL (
    SELECT id FROM journeys_event
    WHERE tenant_id = %(tenant)s AND correlation = s.subject AND correlation <> '' AND type = %(closing)s
    ORDER BY {_ORDER} LIMIT 1) o
CROSS JOIN LATERAL (
    SELECT id FROM journeys_event
    WHERE tenant_id = %(tenant)s AND correlation = s.subject AND correlation <> '' AND type = %(closing)s
    ORDER BY {_BACKWARDS} LIMIT 1) c
"""

_CASE = f"""
SELECT s.subject, o.id, c.id FROM unnest(%(subjects)s::text[]) AS s(subject)
CROSS JOIN LATERAL (
    SELECT id, time, sequence FROM journeys_event
    WHERE tenant_id = %(tenant)s AND correlation = s.subject AND correlation <> '' AND type = %(opening)s
    ORDER BY {_ORDER} LIMIT 1) o
LEFT JOIN LATERAL ({{closing}}) c ON true
"""

# "At or after" goes by the time and, where both have one, the sequence: a source id says nothing about which
# of two events of the same minute came first.
_AFTER_OPENING = """
    tenant_id = %(tenant)s AND correlation = s.subject AND correlation <> '' AND e.time >= o.time
    AND (e.time, coalesce(e.sequence, o.sequence, 0)) >= (o.time, coalesce(o.sequence, e.sequence, 0))
"""
_FIRST_CLOSING = f"""
    SELECT id FROM journeys_event e WHERE {_AFTER_OPENING} AND type = %(closing)s ORDER BY {_ORDER} LIMIT 1
"""
_REPEATED = f"""
    SELECT id FROM journeys_event e WHERE {_AFTER_OPENING} AND NOT starts_with(type, %(own)s)
        AND jsonb_exists(properties, %(closed)s)
    ORDER BY {_BACKWARDS} LIMIT 1
"""

_TURNS = f"""
SELECT subject, id, next FROM (
    SELECT subject, type, id, lead(id) OVER (PARTITION BY subject ORDER BY {_ORDER}) AS next FROM (
        SELECT s.subject::text, e.*, lag(type) OVER (PARTITION BY s.subject ORDER BY {_ORDER}) AS before
        FROM unnest(%(subjects)s::uuid[]) AS s(subject)
        CROSS JOIN LATERAL (
            SELECT id, type, time, sequence, source_id, source FROM journeys_event
            WHERE tenant_id = %(tenant)s AND customer_id = s.subject AND type IN (%(opening)s, %(closing)s)
            OFFSET 0) e
    ) seen
    WHERE (type = %(opening)s AND before IS DISTINCT FROM type) OR (type = %(closing)s AND before = %(opening)s)
) turns WHERE type = %(opening)s
"""

_DETAILS = """
WITH pair(subject, opened_by, closed_by) AS MATERIALIZED ({pairs})
SELECT p.subject, p.opened_by, p.closed_by, o.time, c.time,
    coalesce(c.customer_id, o.customer_id), coalesce(c.touchpoint_id, o.touchpoint_id),
    coalesce(c.channel_id, o.channel_id), coalesce(c.unit_id, o.unit_id),
    o.properties ->> %(due)s::text, c.properties ->> %(closed)s::text,
    coalesce(c.properties ->> %(excluded)s::text, o.properties ->> %(excluded)s::text),
    ARRAY(SELECT c.properties ->> name FROM unnest(%(tested)s::text[]) WITH ORDINALITY AS t(name, n) ORDER BY n),
    ARRAY(SELECT left(coalesce(c.properties ->> name, o.properties ->> name), 200)
          FROM unnest(%(dimensions)s::text[]) WITH ORDINALITY AS t(name, n) ORDER BY n),
    ARRAY(SELECT left(k.dimensions ->> name, 200)
          FROM unnest(%(dimensions)s::text[]) WITH ORDINALITY AS t(name, n) ORDER BY n)
FROM pair p
CROSS JOIN LATERAL (SELECT * FROM journeys_event WHERE tenant_id = %(tenant)s AND id = p.opened_by LIMIT 1) o
LEFT JOIN LATERAL (SELECT * FROM journeys_event WHERE tenant_id = %(tenant)s AND id = p.closed_by LIMIT 1) c ON true
LEFT JOIN LATERAL (
    SELECT dimensions FROM journeys_customer
    WHERE tenant_id = %(tenant)s
        AND id = CASE WHEN c.customer_id IS NULL THEN o.customer_id ELSE c.customer_id END LIMIT 1) k ON true
"""
