"""Counting: claim queue rows, let every consumer take their events in, all in one transaction.

The claim is part of that transaction, so a worker killed at any point leaves the rows as they were. One
worker counts for a tenant at a time; others leave at once.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, connection

from cxplatform.pipeline import locks, pulse, quarantine, queue
from cxplatform.pipeline.consumers import Claim, consumers
from cxplatform.tenancy.context import activate

EVENTS_PER_CLAIM = 5_000
# Of a deep backlog, such as a history brought in, all at once: most events of a claim meet the same counts, and four
# times as many cost a fifth less each. What comes in steadily does not wait for so large a claim to end.
DEEP = 20_000

T = TypeVar("T")
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Drained:
    """What one visit to a tenant's queue did: events counted, and why it ended."""

    events: int
    busy: bool = False  # another worker is counting for this tenant
    more: bool = False  # the time allowed ran out before the queue did


class ConsumerFailed(Exception):
    """A consumer could not take a claim in; the whole transaction is rolled back."""

    def __init__(self, consumer: str, error: Exception) -> None:
        super().__init__(f"{type(error).__name__}: {error}")
        self.consumer = consumer


def drain(tenant_id: int, *, seconds: float | None = None, patient: bool = False) -> Drained:
    """Count what waits for a tenant, claim after claim, until nothing does or the time is over.

    The `patient` also end with a claim that took all there was: what came in meanwhile has rung for itself, and
    gathers until it is answered. A claim costs as much for one event as for a hundred.
    """
    end = None if seconds is None else time.monotonic() + seconds
    events = 0
    while True:
        try:
            counted = _count(tenant_id)
        except locks.Busy:
            return Drained(events, busy=True)
        except ConsumerFailed:
            counted = _settle(tenant_id, _next_rows(tenant_id))
        if not counted:
            return Drained(events)
        events += counted
        if patient and counted <= EVENTS_PER_CLAIM - queue.PER_ROW:
            return Drained(events)
        if end is not None and time.monotonic() > end:
            return Drained(events, more=True)


def _count(tenant_id: int, row_ids: Sequence[int] | None = None) -> int:
    """Count the oldest rows, or these, in one transaction; the number of events they held."""
    with activate(tenant_id):
        locks.take(tenant_id)
        event_ids = _take(tenant_id, _next_rows(tenant_id) if row_ids is None else row_ids)
        if event_ids:
            claim = Claim(tenant_id, event_ids)
            for consumer in consumers():
                try:
                    consumer.consume(claim)
                except (OperationalError, InterfaceError):
                    raise  # the database's trouble, not the events': the task tries again
                except Exception as error:
                    raise ConsumerFailed(consumer.name, error) from error
            pulse.beat()
    return len(event_ids)


# A row holds one event (an answer) or up to 500 (a batch), and a claim costs as much for one as for hundreds:
# it takes rows until their events are many. Uses queue_by_tenant (tenant_id, id).
_NEXT_ROWS = """
SELECT id FROM (
    SELECT id, cardinality(event_ids) AS n, sum(cardinality(event_ids)) OVER (ORDER BY id) AS events,
        sum(cardinality(event_ids)) OVER () AS waiting
    FROM (SELECT id, event_ids FROM pipeline_queuerow WHERE tenant_id = %s ORDER BY id LIMIT %s) oldest
) summed WHERE events <= CASE WHEN waiting < %s THEN %s ELSE %s END OR events = n ORDER BY id
"""


def _next_rows(tenant_id: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_ROWS, [tenant_id, EVENTS_PER_CLAIM, DEEP, EVENTS_PER_CLAIM, DEEP])
        return [row_id for (row_id,) in cursor.fetchall()]


def _take(tenant_id: int, row_ids: Sequence[int]) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM pipeline_queuerow WHERE tenant_id = %s AND id = ANY(%s) RETURNING event_ids",
            [tenant_id, list(row_ids)],
        )
        return [event_id for (event_ids,) in cursor.fetchall() for event_id in event_ids]


def _settle(tenant_id: int, row_ids: Sequence[int]) -> int:
    """Count rows of a claim that failed, halving what fails until the bad event stands alone."""
    try:
        return _count(tenant_id, row_ids)
    except ConsumerFailed as failure:
        if len(row_ids) > 1:
            return sum(_settle(tenant_id, half) for half in _halves(row_ids))
        with activate(tenant_id):
            locks.take(tenant_id)
            event_ids = _take(tenant_id, row_ids)
            if len(event_ids) > 1:
                halves = [_put_back(tenant_id, part) for part in _halves(event_ids)]
            else:
                quarantine.put(event_ids, consumer=failure.consumer, error=str(failure))
                log.error("event quarantined", tenant=tenant_id, consumer=failure.consumer, error=_class(failure))
                return len(event_ids)
    return sum(_settle(tenant_id, [half]) for half in halves)


def _halves(whole: Sequence[T]) -> tuple[Sequence[T], Sequence[T]]:
    middle = len(whole) // 2
    return whole[:middle], whole[middle:]


def _put_back(tenant_id: int, event_ids: Sequence[UUID]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO pipeline_queuerow (tenant_id, event_ids) VALUES (%s, %s::uuid[]) RETURNING id",
            [tenant_id, list(event_ids)],
        )
        return int(cursor.fetchone()[0])


def _class(failure: ConsumerFailed) -> str:
    """The kind of error only: its text may quote a customer's data, and logs hold none."""
    return type(failure.__cause__).__name__
