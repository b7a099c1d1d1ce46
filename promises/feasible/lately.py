"""What happened lately that a rule, stored or not, would have judged: found as the pipeline finds it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from cxplatform.tenancy.models import Tenant
from journeys.keepers import ERASED
from promises.judging.instances import Instance, Touched, instances
from promises.judging.judge import Judged, judge
from promises.judging.measure import Measure
from promises.judging.outcomes import judged_now, standing

DAYS = 90
MOST_LOOKED_AT = 1_000_000
MOST = 8_000
_BATCH = 5_000


@dataclass(frozen=True)
class Window:
    """The time looked at, and by units or not; about `most` opening events are looked at, in a million events at most.

    Where there are more, they are taken from every day of the window alike: of the latest alone none would have
    fallen due.
    """

    tenant: Tenant
    now: datetime
    unit_ids: frozenset[int] = frozenset()
    days: int = DAYS
    most: int = MOST

    @property
    def since(self) -> datetime:
        return self.now - timedelta(days=self.days)

    def holds(self, judged: Judged) -> bool:
        return self.since <= judged.opened_at <= self.now and (not self.unit_ids or judged.unit_id in self.unit_ids)


@dataclass(frozen=True)
class Lately:
    """What became of what opened in the window, in that order.

    `partial`: there was more than is looked at, and this is a part of it.
    """

    judged: tuple[Judged, ...]
    partial: bool


def lately(measure: Measure, window: Window) -> Lately:
    """What a rule would have judged in the window; nothing is stored."""
    part, partial = touched_in(measure, window)
    found = [
        judged
        for some in _batches(part, measure)
        for judged in judged_now(window.tenant, measure, some, now=window.now)
        if window.holds(judged)
    ]
    return Lately(tuple(sorted(found, key=_opened)), partial)


def told(measure: Measure, window: Window) -> tuple[list[tuple[Instance, Judged]], bool]:
    """As `lately`, of a rule that is not judged by periods, with what the events tell of each; and whether partial."""
    part, partial = touched_in(measure, window)
    found: list[tuple[Instance, Judged]] = []
    for some in _batches(part, measure):
        rows = instances(tenant_id=window.tenant.pk, measure=measure, part=some, dimensions=())
        by_hand = standing(rule_id=measure.rule_id, subjects=some.subjects)
        judged = judge(measure, rows, now=window.now, zone=window.tenant.zone, by_hand=by_hand)
        found += [pair for pair in zip(rows, judged, strict=True) if window.holds(pair[1])]
    return sorted(found, key=lambda pair: _opened(pair[1])), partial


def first_id(moment: datetime) -> UUID:
    """The least id an event that arrived at `moment` could have: what happened since has arrived since."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def touched_in(measure: Measure, window: Window) -> tuple[Touched, bool]:
    """The subjects of what opened in the window, and whether there were more.

    Of a rule by calendar periods what began long ago still opens an instance in each: its subjects are those of the
    latest million events.
    """
    subject = "correlation" if measure.by_case else "id::text" if measure.by_event else "customer_id::text"
    since = datetime(1970, 1, 1, tzinfo=UTC) if measure.periodic else window.since
    values: dict[str, Any] = {
        "tenant": window.tenant.pk,
        "first": first_id(since),
        "types": list(measure.own_types) if measure.periodic else [measure.opening_type or measure.closing_type],
        "since": since,
        "now": window.now,
        "erased": ERASED,
        "looked": MOST_LOOKED_AT,
        "most": window.most,
    }
    with connection.cursor() as cursor:
        cursor.execute(_OPENED.format(subject=subject), values)
        rows = cursor.fetchall()
        cursor.execute(_MORE, values)
        partial = len(rows) == window.most or cursor.fetchone() is not None
        if partial and not measure.periodic:
            cursor.execute(_DAILY.format(subject=subject), values | _slices(window))
            rows = [*cursor.fetchall(), *rows][: window.most]
    subjects = {row[0] for row in rows}
    if measure.periodic:
        return Touched(subjects, since=window.since), partial
    return Touched(subjects, {row[1] for row in rows}), partial


def _slices(window: Window) -> dict[str, Any]:
    """The days of the window by the ids of their first events, with what each may be asked for."""
    days = [window.since + timedelta(days=day) for day in range(window.days + 1)]
    return {
        "from": [str(first_id(day)) for day in days[:-1]],
        "to": [str(first_id(day)) for day in days[1:]],
        "looked": MOST_LOOKED_AT // window.days,
        "most": -(-window.most // window.days),
    }


def _batches(part: Touched, measure: Measure) -> Iterator[Touched]:
    if measure.single:
        for events in _cut(sorted(part.event_ids)):
            yield Touched(part.subjects, set(events))
    else:
        for subjects in _cut(sorted(part.subjects)):
            yield Touched(set(subjects), since=part.since)


def _cut(rows: Sequence[str]) -> Iterator[Sequence[str]]:
    return (rows[at : at + _BATCH] for at in range(0, len(rows), _BATCH))


def _opened(judged: Judged) -> tuple[datetime, str]:
    return judged.opened_at, judged.subject


# By the primary key: what happened in these days has arrived in them, so older ids need not be read.
_OPENED = """
SELECT subject, id FROM (
    SELECT id::text, id AS at, type, time, {subject} AS subject, source_id FROM journeys_event
    WHERE tenant_id = %(tenant)s AND id >= %(first)s ORDER BY journeys_event.id DESC LIMIT %(looked)s
) latest
WHERE type = ANY(%(types)s) AND time >= %(since)s AND time <= %(now)s AND subject <> ''
    AND NOT starts_with(source_id, %(erased)s)
ORDER BY at DESC LIMIT %(most)s
"""
_DAILY = """
SELECT o.subject, o.id FROM unnest(%(from)s::uuid[], %(to)s::uuid[]) AS day (first, after)
CROSS JOIN LATERAL (
    SELECT subject, id FROM (
        SELECT id::text, type, time, {subject} AS subject, source_id FROM journeys_event
        WHERE tenant_id = %(tenant)s AND journeys_event.id >= day.first AND journeys_event.id < day.after
        ORDER BY journeys_event.id LIMIT %(looked)s
    ) begun
    WHERE type = ANY(%(types)s) AND time >= %(since)s AND time <= %(now)s AND subject <> ''
        AND NOT starts_with(source_id, %(erased)s)
    LIMIT %(most)s) o
"""
_MORE = """
SELECT 1 FROM journeys_event WHERE tenant_id = %(tenant)s AND id >= %(first)s OFFSET %(looked)s LIMIT 1
"""
