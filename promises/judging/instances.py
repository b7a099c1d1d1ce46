"""Which instances of a rule there are, from all stored events of the subjects in their own order."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from cxplatform.ids import as_array
from journeys.keepers import ERASED
from promises.judging.measure import OWN_EVENTS, Answers, Measure
from promises.judging.pairs import between, pairs


@dataclass
class Touched:
    """What a claim's events touch of one rule: subjects and, where each event is an instance, those events.

    Of a rule by calendar periods, subjects are judged from those events on, or only what opened `since`.
    Ids are texts here and in what is judged: making UUIDs of them took half of the time of judging.
    """

    subjects: set[str] = field(default_factory=set)
    event_ids: set[str] = field(default_factory=set)
    since: datetime | None = None


@dataclass(frozen=True)
class Mark:
    """What happened between opening and closing; `offer` is what it says of a solution."""

    time: datetime
    type: str
    offer: str | None


@dataclass(frozen=True)
class Instance:
    """One instance as the events tell it, with the properties its rule reads, as texts.

    `first` is the opening event's value of two that must be equal. `tested` is read of the closing event, `given` of
    it or else the opening one. `said` are dimension values from its events, `known` those of its customer.
    """

    subject: str
    opened_by: str
    closed_by: str | None
    opened_at: datetime
    closing_time: datetime | None
    customer_id: str | None
    touchpoint_id: int | None
    channel_id: int | None
    unit_id: int | None
    due: str | None
    closed: str | None
    excluded: str | None
    first: str | None
    tested: dict[str, str | None]
    given: dict[str, str | None]
    said: dict[str, str]
    known: dict[str, str]
    marks: tuple[Mark, ...] = ()


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
            SELECT id::text, type, correlation, customer_id::text FROM journeys_event
            WHERE tenant_id = %s AND id = ANY(%s::uuid[]) AND (%s OR type = ANY(%s)) AND NOT starts_with(type, %s)
                AND NOT starts_with(source_id, %s)
            """,
            [tenant_id, as_array(event_ids), bool(any_type), list(by_type), OWN_EVENTS, ERASED],
        )
        rows = cursor.fetchall()
    found: dict[Measure, Touched] = {}
    for event_id, type_, correlation, customer_id in rows:
        for measure in (*by_type.get(type_, ()), *any_type):
            subject = correlation if measure.by_case else event_id if measure.by_event else customer_id
            if subject:
                part = found.setdefault(measure, Touched())
                part.subjects.add(subject)
                if measure.single or measure.periodic:
                    part.event_ids.add(event_id)
    return found


def instances(*, tenant_id: int, measure: Measure, part: Touched, dimensions: Sequence[str]) -> list[Instance]:
    """The instances of a rule of these subjects, from all of their stored events."""
    tested, given, equal = _tested(measure), _given(measure), measure.equal
    answers = measure.answers or Answers()
    with connection.cursor() as cursor:
        cursor.execute(
            _details(measure, given),
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
                "first": equal.first if equal and measure.opening_type else None,
                "tested": tested,
                "given": given,
                "survey": answers.survey,
                "touchpoint": answers.touchpoint_id,
                "marks": list(measure.marks),
                "solution": measure.solution_property or None,
                "from": measure.valid_from,
                "until": measure.valid_until,
                "dimensions": list(dimensions),
                "own": OWN_EVENTS,
            },
        )
        return list(_read(cursor.fetchall(), tested, given, dimensions))


def _tested(measure: Measure) -> list[str]:
    """Properties read of the closing event."""
    names = [condition.property for condition in measure.conditions]
    if measure.equal:
        names += [measure.equal.second] if measure.opening_type else [measure.equal.first, measure.equal.second]
    return names


def _given(measure: Measure) -> list[str]:
    """Properties that may excuse an instance."""
    return sorted({condition.property for excuse in measure.excuses for condition in excuse.test})


def _read(
    rows: Iterable[tuple[Any, ...]], tested: Sequence[str], given: Sequence[str], dimensions: Sequence[str]
) -> Iterator[Instance]:
    for *facts, of_closing, of_either, said, known, times, types, offers in rows:
        read = (
            dict(zip(tested, of_closing, strict=True)),
            dict(zip(given, of_either, strict=True)) if given else {},
            {name: text for name, text in zip(dimensions, said, strict=True) if text},
            {name: text for name, text in zip(dimensions, known, strict=True) if text},
            tuple(map(Mark, times, types, offers)) if times else (),
        )
        yield Instance(*[*facts, *read])


def _details(measure: Measure, given: Sequence[str]) -> str:
    marks = between(measure)
    valid = ["o.time >= %(from)s"] * bool(measure.valid_from) + ["o.time < %(until)s"] * bool(measure.valid_until)
    return _DETAILS.format(
        pairs=pairs(measure),
        given=_GIVEN if given else "NULL",
        marks=marks,
        marked="m.times, m.types, m.offers" if marks else "NULL, NULL, NULL",
        valid=f"WHERE {' AND '.join(valid)}" if valid else "",
    )


_GIVEN = """ARRAY(SELECT coalesce(c.properties ->> name, o.properties ->> name)
          FROM unnest(%(given)s::text[]) WITH ORDINALITY AS t(name, n) ORDER BY n)"""

_DETAILS = """
WITH pair(subject, opened_by, closed_by) AS MATERIALIZED ({pairs})
SELECT p.subject, p.opened_by::text, p.closed_by::text, o.time, c.time,
    coalesce(c.customer_id, o.customer_id)::text, coalesce(c.touchpoint_id, o.touchpoint_id),
    coalesce(c.channel_id, o.channel_id), coalesce(c.unit_id, o.unit_id),
    o.properties ->> %(due)s::text, c.properties ->> %(closed)s::text,
    coalesce(c.properties ->> %(excluded)s::text, o.properties ->> %(excluded)s::text),
    o.properties ->> %(first)s::text,
    ARRAY(SELECT c.properties ->> name FROM unnest(%(tested)s::text[]) WITH ORDINALITY AS t(name, n) ORDER BY n),
    {given},
    ARRAY(SELECT left(coalesce(c.properties ->> name, o.properties ->> name), 200)
          FROM unnest(%(dimensions)s::text[]) WITH ORDINALITY AS t(name, n) ORDER BY n),
    ARRAY(SELECT left(k.dimensions ->> name, 200)
          FROM unnest(%(dimensions)s::text[]) WITH ORDINALITY AS t(name, n) ORDER BY n),
    {marked}
FROM pair p
CROSS JOIN LATERAL (SELECT * FROM journeys_event WHERE tenant_id = %(tenant)s AND id = p.opened_by LIMIT 1) o
LEFT JOIN LATERAL (SELECT * FROM journeys_event WHERE tenant_id = %(tenant)s AND id = p.closed_by LIMIT 1) c ON true
LEFT JOIN LATERAL (
    SELECT dimensions FROM journeys_customer
    WHERE tenant_id = %(tenant)s
        AND id = CASE WHEN c.customer_id IS NULL THEN o.customer_id ELSE c.customer_id END LIMIT 1) k ON true
{marks}
{valid}
"""
