"""What was stored before a journey was drawn, or its settings changed, is read anew: its past is there at once.

A new version of a design changes only passages that began since; everything else is read from the beginning.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from cxplatform.pipeline import locks, pulse
from cxplatform.tenancy.models import Tenant
from journeys.models import Passage, PathHistory
from journeys.paths import pending
from journeys.paths.rebuild import count_again, drop_strangers
from journeys.paths.recount import retrace
from journeys.paths.settled import Eras, digest, eras
from journeys.paths.tracing import Reading, measures_anything, read

# Of events in one transaction, in which nothing else of the tenant is counted: some seconds.
STEP = 20_000
_NOBODY = UUID(int=0)


def unread(tenant: Tenant) -> bool:
    """Whether the active tenant's past is still to be read as its journeys are now."""
    history = PathHistory.objects.first()
    if not measures_anything() and (history is None or not Passage.objects.exists()):
        return False
    if history is None or not history.finished or history.zone != tenant.timezone:
        return True
    reading = read(tenant, dating=False)
    return history.measured != digest(reading) or history.eras != eras(reading)


def read_past(tenant: Tenant) -> bool:
    """Read the next part of the active tenant's past anew; whether there is more.

    Where it stopped stands in the transaction of the passages themselves, so it goes on after a crash, and two
    workers at once only take turns.
    """
    locks.wait(tenant.pk)
    history, _ = PathHistory.objects.get_or_create(defaults={"measured": "", "zone": tenant.timezone})
    reading = read(tenant)
    _restart(history, reading)
    if history.zone != tenant.timezone:
        history.zone = tenant.timezone
        history.save()
        reading = read(tenant)
        count_again(reading)
    if not history.finished:
        history.finished = not _step(history, reading)
    history.save()
    pulse.beat()
    return not history.finished


def _restart(history: PathHistory, reading: Reading) -> None:
    """Begin anew where something changed since; parts already read in vain are few and come again."""
    measured, versions = digest(reading), eras(reading)
    if history.measured != measured:
        history.after, history.since, history.finished = None, None, False
    elif history.eras != versions:
        since = _parted(history.eras, versions)
        if not history.finished:
            since = min(since, history.since) if since and history.since else None
        history.after, history.since, history.finished = None, since, False
    history.measured, history.eras = measured, versions


def _parted(before: Eras, after: Eras) -> datetime | None:
    """The moment from which on versions differ; None when from the beginning."""
    moments = []
    for journey in before.keys() | after.keys():
        one, other = before.get(journey, []), after.get(journey, [])
        if one != other:
            same = next(
                (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
            )
            moments += [part[same][0] for part in (one, other) if len(part) > same]
    first = min(moments, default="")
    return datetime.fromisoformat(first) if first else None


def _step(history: PathHistory, reading: Reading) -> bool:
    """Read a part; whether there is more."""
    if drop_strangers(reading, limit=STEP):
        return True
    with connection.cursor() as cursor:
        values: dict[str, Any] = {
            "tenant": reading.tenant_id,
            "after": history.after or _NOBODY,
            "since": history.since,
            "limit": STEP,
        }
        cursor.execute(_LAST.format(part=_EVENTS if history.since is None else _PASSAGES), values)
        count, last = cursor.fetchone()
        if not count:
            return False
        for tracing in reading.tracings:
            if history.since is None:
                query = _SUBJECTS.format(**(_BY_CASE if tracing.by_case else _BY_CUSTOMER))
            else:
                query = _OF_PASSAGES
            cursor.execute(query, values | {"last": last, "by": tracing.by, "gap": tracing.gap_hours})
            retrace(reading, tracing, _typed([row[0] for row in cursor.fetchall()], by_case=tracing.by_case))
    pending.settle(reading)
    history.after = last
    return bool(count == STEP)


def _typed(subjects: Sequence[Any], *, by_case: bool) -> list[Any]:
    return list(subjects) if by_case else [UUID(str(subject)) for subject in subjects]


_LAST = "SELECT count(*), (array_agg(id ORDER BY id DESC))[1] FROM ({part}) part"
_EVENTS = """
SELECT id FROM journeys_event
WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id > %(after)s ORDER BY id LIMIT %(limit)s
"""
_PASSAGES = """
SELECT id FROM journeys_passage
WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id > %(after)s AND started_at >= %(since)s ORDER BY id LIMIT %(limit)s
"""
# A subject is read with its first event; LATERAL ... LIMIT 1 keeps that at one look-up each.
_SUBJECTS = """
SELECT s.subject FROM (
    SELECT DISTINCT {column} AS subject FROM journeys_event
    WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id > %(after)s AND id <= %(last)s AND {there}
) s
LEFT JOIN LATERAL (
    SELECT id FROM journeys_event
    WHERE tenant_id = (SELECT %(tenant)s::bigint) AND {column} = s.subject AND {there} AND id <= %(after)s LIMIT 1
) before ON true
WHERE before.id IS NULL
"""
_BY_CASE = {"column": "correlation", "there": "correlation <> ''"}
_BY_CUSTOMER = {"column": "customer_id", "there": "customer_id IS NOT NULL"}
_OF_PASSAGES = """
SELECT DISTINCT subject FROM journeys_passage
WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id > %(after)s AND id <= %(last)s AND started_at >= %(since)s
    AND trace_by = %(by)s AND gap_hours = %(gap)s AND subject <> ''
"""
