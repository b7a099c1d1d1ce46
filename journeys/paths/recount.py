"""Passages made anew from events, and the counts with them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.utils import timezone

from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Tenant
from journeys.paths import counting, scratch, segments
from journeys.paths.assign import assign
from journeys.paths.store import reach, store
from journeys.paths.traces import trace
from journeys.paths.tracing import Reading, Tracing, read

BATCH = 2_000

T = TypeVar("T")


def recount(*, correlations: Sequence[str] = (), customer_ids: Sequence[UUID] = ()) -> None:
    """Make the passages of these cases and customers anew from their events, also where no event is left.

    For the active tenant, in the caller's transaction, which holds `cxplatform.pipeline.locks`: customers merged,
    touchpoints mapped backwards, persons erased.
    """
    reading = read(Tenant.objects.get(pk=active_tenant_id()))
    for tracing in reading.tracings:
        retrace(reading, tracing, correlations if tracing.by_case else customer_ids)


def retrace(reading: Reading, tracing: Tracing, subjects: Sequence[Any]) -> int:
    """Make all passages of these subjects (correlations, ids of customers) anew; how many rows were not right."""
    return sum(_retrace(reading, tracing, part) for part in batches(sorted(set(subjects))))


def retrace_near(reading: Reading, tracing: Tracing, events: Sequence[tuple[str, datetime]]) -> None:
    """Make those passages of customers anew that events (customer's id, time) make, lengthen or join."""
    for part in batches(sorted(set(events))):
        with connection.cursor() as cursor:
            scratch.clear(cursor)
            segments.near(cursor, tracing=tracing, tenant_id=reading.tenant_id, events=part)
            _make(cursor, reading, tracing, sorted({customer for customer, _ in part}), whole=False)


def batches(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def _retrace(reading: Reading, tracing: Tracing, subjects: Sequence[Any]) -> int:
    with connection.cursor() as cursor:
        scratch.clear(cursor)
        if not tracing.by_case:
            segments.all_of(cursor, reading=reading, tracing=tracing, customer_ids=subjects)
        return _make(cursor, reading, tracing, [str(subject) for subject in subjects], whole=True)


def _make(cursor: Any, reading: Reading, tracing: Tracing, subjects: Sequence[str], *, whole: bool) -> int:
    trace(cursor, reading=reading, tracing=tracing, subjects=subjects)
    reach(cursor, tracing=tracing, tenant_id=reading.tenant_id, subjects=subjects, whole=whole)
    assign(cursor, tracing=tracing)
    changed = store(cursor, reading=reading, tracing=tracing, now=timezone.now())
    if changed:
        counting.count(cursor, tenant_id=reading.tenant_id, zone=reading.zone)
    return changed
