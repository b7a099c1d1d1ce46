"""What the events of a subject say over time: from when until when something was promised, open or in stock.

Read from the last event before a moment on, so that a new event costs no more where years are stored. Every query
here goes through event_by_correlation (tenant, correlation, time) or event_by_customer (tenant, customer_id, time).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.db import connection

from journeys.conditions import verdict
from promises.judging.instances import Touched
from promises.judging.judge import excuse
from promises.judging.measure import Measure
from promises.judging.pairs import BACKWARDS, ORDER


class Stretch(NamedTuple):
    """A time over which nothing changed, half-open; `end` None = it goes on. `good` None = not known, for `why`."""

    start: datetime
    end: datetime | None
    good: bool | None
    why: str = ""


class Moment(NamedTuple):
    """One event of a subject: whether it began what is promised, whether it is one of those asked for."""

    time: datetime
    id: str
    opens: bool
    contact: bool
    why: str


@dataclass
class Story:
    """One subject: its stretches, which do not overlap, and its events but those that ended something, in order."""

    subject: str
    stretches: list[Stretch] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)


def earliest(*, tenant_id: int, event_ids: Iterable[Any]) -> datetime | None:
    """The time of the first of these events."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(time) FROM journeys_event WHERE tenant_id = %s AND id = ANY(%s::uuid[])",
            [tenant_id, list(event_ids)],
        )
        return cursor.fetchone()[0]


def stories(*, tenant_id: int, measure: Measure, part: Touched) -> Iterator[Story]:
    """What these subjects' events say from `part.since` on (None = from the first); nothing of those that have none."""
    asked = measure.asked
    names = sorted(_read_of(measure))
    marks = [type_ for type_ in (*asked.openers, asked.ending_type) if type_]
    with connection.cursor() as cursor:
        cursor.execute(
            _statement(measure),
            {
                "tenant": tenant_id,
                "subjects": list(part.subjects),
                "marks": marks,
                "types": [*marks, measure.closing_type],
                "since": part.since or "-infinity",
                "zone": asked.zone,
                "excluded": measure.excluded_property or None,
                "names": names,
            },
        )
        rows = cursor.fetchall()
    tell = _states if asked.states else _cadence
    for subject, events in groupby(rows, key=lambda row: row[0]):
        story = tell(subject, events, measure, names)
        if story.stretches:
            yield story


def _read_of(measure: Measure) -> set[str]:
    tests = (measure.conditions, *(excuse.test for excuse in measure.excuses))
    return {condition.property for test in tests for condition in test}


def _cadence(subject: str, events: Iterable[tuple[Any, ...]], measure: Measure, names: Sequence[str]) -> Story:
    """From each opening to the ending after it; another opening meanwhile changes nothing."""
    asked = measure.asked
    story = Story(subject)
    since: datetime | None = None
    for _subject, id_, type_, time, excluded, texts in events:
        if type_ == asked.ending_type:
            if since is not None and since < time:
                story.stretches.append(Stretch(since, time, True))
            since = None
            continue
        opens = type_ in asked.openers
        if opens and since is None:
            since = time
        why = excuse(measure, excluded, dict(zip(names, texts, strict=True)))
        story.moments.append(Moment(time, id_, opens, type_ == measure.closing_type, why))
    if since is not None:
        story.stretches.append(Stretch(since, None, True))
    return story


def _states(subject: str, events: Iterable[tuple[Any, ...]], measure: Measure, names: Sequence[str]) -> Story:
    """From each event that tells the state to the next one; what it does not tell readably is not known."""
    asked = measure.asked
    story = Story(subject)
    current: Stretch | None = None
    for _subject, id_, type_, time, excluded, texts in events:
        if current and current.start < time:
            story.stretches.append(current._replace(end=time))
        current = None
        if type_ != asked.ending_type:
            given = dict(zip(names, texts, strict=True))
            result = verdict(measure.conditions, given)
            why = excuse(measure, excluded, given) or (result if isinstance(result, str) else "")
            current = Stretch(time, None, None if why else bool(result), why)
            story.moments.append(Moment(time, id_, True, True, why))
    if current:
        story.stretches.append(current)
    return story


# The last mark before the window says how things stood when it began; all the rest lies in it.
_TOLD = f"""
SELECT s.subject::text, e.id, e.type, e.time, e.sequence, e.source_id, e.source,
    e.properties ->> %(excluded)s::text AS excluded,
    ARRAY(SELECT e.properties ->> name FROM unnest(%(names)s::text[]) WITH ORDINALITY AS t(name, n) ORDER BY n) AS texts
FROM unnest(%(subjects)s::{{type}}[]) AS s(subject)
CROSS JOIN LATERAL (
    (SELECT * FROM journeys_event
     WHERE tenant_id = %(tenant)s AND {{of}} AND type = ANY(%(marks)s) AND time < %(since)s::timestamptz
     ORDER BY {BACKWARDS} LIMIT 1)
    UNION ALL
    (SELECT * FROM journeys_event
     WHERE tenant_id = %(tenant)s AND {{of}} AND type = ANY(%(types)s) AND time >= %(since)s::timestamptz)
) e
"""
_EACH = f"SELECT subject, id::text, type, time, excluded, texts FROM ({_TOLD}) e ORDER BY subject, {ORDER}"
# Of a state that is told again and again only its changes are read, and the last of each day, which a period may end
# with: a shelf that reports every minute has 43,000 events a month.
_CHANGES = f"""
SELECT subject, id::text, type, time, excluded, texts FROM (
    SELECT *, (lag(type) OVER told, lag(excluded) OVER told, lag(texts) OVER told)
        IS DISTINCT FROM (type, excluded, texts)
        OR (lead(day) OVER told, lead(type) OVER told) IS DISTINCT FROM (day, type) AS telling
    FROM (SELECT *, (time AT TIME ZONE %(zone)s)::date AS day FROM ({_TOLD}) e) dated
    WINDOW told AS (PARTITION BY subject ORDER BY {ORDER})
) e WHERE telling ORDER BY subject, {ORDER}
"""


def _statement(measure: Measure) -> str:
    statement = _CHANGES if measure.asked.states else _EACH
    if measure.by_case:
        return statement.format(type="text", of="correlation = s.subject AND correlation <> ''")
    return statement.format(type="uuid", of="customer_id = s.subject")
