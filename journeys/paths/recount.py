"""Passages made anew from events, and the counts with them."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.utils import timezone

from cxplatform.pipeline import pulse
from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Tenant
from journeys.models import Event, Journey, Passage
from journeys.paths import pending, scratch, segments
from journeys.paths.assign import assign
from journeys.paths.scores import any_answers, rescore, rescore_changed
from journeys.paths.store import reach, store
from journeys.paths.traces import trace
from journeys.paths.tracing import Reading, Tracing, read

BATCH = 5_000  # a claim's events may all be of others: each part has a dozen statements that are planned anew

T = TypeVar("T")


def recount(*, correlations: Sequence[str] = (), customer_ids: Sequence[UUID] = ()) -> None:
    """Make the passages of these cases and customers anew from their events, also where no event is left.

    For the active tenant, in the caller's transaction, which holds `cxplatform.pipeline.locks`: customers merged,
    touchpoints mapped backwards, persons erased.
    """
    reading = read(Tenant.objects.get(pk=active_tenant_id()))
    for tracing in reading.tracings:
        cases = {*correlations, *_cases_of(customer_ids)} if tracing.by_case else ()
        retrace(reading, tracing, sorted(cases) if tracing.by_case else customer_ids)
        if any_answers():
            rescore(reading, tracing, passage_ids=_passages_of(tracing, correlations, customer_ids))
    pending.settle(reading)
    pulse.beat()


def retrace(reading: Reading, tracing: Tracing, subjects: Sequence[Any], *, counting: bool = True) -> int:
    """Make all passages of these subjects (correlations, ids of customers) anew; how many rows were not right.

    The caller lets `pending` settle the counts. Without `counting` it scores and counts all passages after.
    """
    return sum(_retrace(reading, tracing, part, counting) for part in batches(sorted(set(subjects))))


def retrace_near(reading: Reading, tracing: Tracing, event_ids: Sequence[UUID]) -> None:
    """Make those passages of customers anew that these events make, lengthen, join or say something of.

    The caller lets `pending` settle the counts.
    """
    for part in batches(event_ids):
        with connection.cursor() as cursor:
            scratch.clear(cursor)
            segments.near(cursor, reading=reading, tracing=tracing, event_ids=part)
            trace(cursor, reading=reading, tracing=tracing)
            _make(cursor, reading, tracing)


def batches(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def _retrace(reading: Reading, tracing: Tracing, subjects: Sequence[Any], counting: bool) -> int:
    with connection.cursor() as cursor:
        scratch.clear(cursor)
        if not tracing.by_case:
            segments.all_of(cursor, reading=reading, tracing=tracing, customer_ids=subjects)
        given = [str(subject) for subject in subjects]
        trace(cursor, reading=reading, tracing=tracing, subjects=given)
        reach(cursor, tracing=tracing, tenant_id=reading.tenant_id, subjects=given)
        return _make(cursor, reading, tracing, counting=counting)


def _make(cursor: Any, reading: Reading, tracing: Tracing, *, counting: bool = True) -> int:
    """Make what is stored in `path_move` what `path_trace` says; how many rows were not right."""
    now = timezone.now()
    assign(cursor, tracing=tracing, now=now)
    changed = store(cursor, reading=reading, tracing=tracing, now=now)
    if changed and counting:
        pending.note_later(cursor)
        if any_answers():
            rescore_changed(cursor, reading=reading, tracing=tracing)
    return changed


def _cases_of(customer_ids: Sequence[UUID]) -> list[str]:
    """Cases these customers have events of, or passages."""
    if not customer_ids:
        return []
    events = Event.objects.filter(customer_id__in=customer_ids).exclude(correlation="")
    passages = Passage.objects.filter(customer_id__in=customer_ids, trace_by=Journey.TraceBy.CORRELATION)
    found = events.values_list("correlation", flat=True).union(passages.values_list("subject", flat=True))
    return [case for case in found if case]


def _passages_of(tracing: Tracing, correlations: Sequence[str], customer_ids: Sequence[UUID]) -> list[UUID]:
    """Passages made in this way alone: another way gives answers to others."""
    made = Passage.objects.filter(trace_by=tracing.by, gap_hours=tracing.gap_hours)
    by_case = made.filter(subject__in=correlations if tracing.by_case else ())
    by_customer = made.filter(customer_id__in=customer_ids)
    return list(by_case.values_list("id", flat=True).union(by_customer.values_list("id", flat=True)))
