"""A long history counted at once, while nobody waits for it: each room by itself, side by side.

A worker counts some thousand events after the other, one room after the other. Of a new company's years that is the
same count rows written again by every claim, and a processor that looks on.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import structlog
from django.db import DEFAULT_DB_ALIAS, connection, connections

from cxplatform.pipeline import locks, pulse
from cxplatform.pipeline.consumers import Claim, Consumer, consumers
from cxplatform.tenancy.context import activate

EVENTS_AT_ONCE = 110_000

log = structlog.get_logger(__name__)


@contextmanager
def kept_from_workers(tenant_id: int) -> Iterator[None]:
    """Hold the tenant's turn to count, on a connection of its own, so that the caller can commit what is to be counted.

    Workers who are woken meanwhile leave again, and what is left in the queue afterwards is theirs.
    """
    holder = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        holder.set_autocommit(False)
        locks.wait(tenant_id, through=holder)
        yield
        holder.rollback()  # lets go at once; a connection that is closed does some time after
    finally:
        holder.close()


def count(tenant_id: int) -> int:
    """Count what waits for a tenant; the number of events. For who keeps the workers off and is in no transaction.

    The events are to be of customers none of whom was merged into another. Rooms tell each other things by events
    alone, so each counts on a connection and in transactions of its own, and the queue is emptied last. Whoever is
    killed in between counts the same again, which changes nothing (see `consumers.register`). Where a room fails, all
    stays in the queue for `claim.drain`, which finds the bad event.
    """
    with activate(tenant_id), connection.cursor() as cursor:
        cursor.execute("SELECT id, event_ids FROM pipeline_queuerow WHERE tenant_id = %s ORDER BY id", [tenant_id])
        rows = cursor.fetchall()
    event_ids = [event_id for _, ids in rows for event_id in ids]
    if not event_ids:
        return 0
    parts = range(0, len(event_ids), EVENTS_AT_ONCE)
    claims = [Claim(tenant_id, event_ids[start : start + EVENTS_AT_ONCE]) for start in parts]
    try:
        with ThreadPoolExecutor() as pool:
            for counted in [pool.submit(_count, room, claims) for room in _rooms()]:
                counted.result()
    except Exception as error:
        log.warning("history left to claims", tenant=tenant_id, error=type(error).__name__)
        return 0
    with activate(tenant_id), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM pipeline_queuerow WHERE tenant_id = %s AND id = ANY(%s)", [tenant_id, [id_ for id_, _ in rows]]
        )
        pulse.beat()
    return len(event_ids)


def _rooms() -> list[list[Consumer]]:
    """The consumers by the room they are of, in their order."""
    rooms = defaultdict(list)
    for consumer in consumers():
        rooms[consumer.name.split(".")[0]].append(consumer)
    return list(rooms.values())


def _count(room: Sequence[Consumer], claims: Sequence[Claim]) -> None:
    try:
        for claim in claims:
            with activate(claim.tenant_id):
                for consumer in room:
                    consumer.consume(claim)
    finally:
        connection.close()  # of this thread
