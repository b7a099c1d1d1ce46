"""What is waiting to be counted, and the knock on a worker's door."""

import time
from collections.abc import Sequence
from uuid import UUID

import kombu.exceptions
import redis
import structlog
from django.conf import settings
from django.db import connection, transaction

from cxplatform.ids import as_array
from cxplatform.tenancy.context import active_tenant_id

PER_ROW = 500
QUIET_MS = 400
"""What a write may wait for others before it is counted: a page that asks once a second shows it within two."""
_PAUSE_AFTER_FAILURE = 1.0

log = structlog.get_logger(__name__)


def enqueue(event_ids: Sequence[UUID]) -> None:
    """Queue stored events in the active tenant's transaction, one row per 500, and wake a worker on commit."""
    if not event_ids:
        return
    tenant_id = active_tenant_id()
    with connection.cursor() as cursor:
        for start in range(0, len(event_ids), PER_ROW):
            cursor.execute(
                "INSERT INTO pipeline_queuerow (tenant_id, event_ids) VALUES (%s, %s::uuid[])",
                [tenant_id, as_array(event_ids[start : start + PER_ROW])],
            )
    wake_on_commit()


def wake_on_commit() -> None:
    """For writers that queue within a statement of their own."""
    tenant_id = active_tenant_id()
    transaction.on_commit(lambda: wake(tenant_id), robust=True)


class _Doorbell:
    """Rings at most once per tenant and `QUIET_MS`; keeps still for a moment after the broker was not there."""

    def __init__(self) -> None:
        self.client = redis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=0.3, socket_timeout=0.3, retry=None
        )
        self.silent_until = 0.0
        self.rung_until: dict[int, float] = {}

    def ring(self, tenant_id: int) -> None:
        now = time.monotonic()
        if now < self.silent_until or now < self.rung_until.get(tenant_id, 0.0):
            return
        from cxplatform.pipeline.tasks import drain

        try:
            if self.client.set(f"cx:wake:{tenant_id}", 1, nx=True, px=QUIET_MS):
                # Run when the quiet time is over: writes that were kept from ringing in it are seen too.
                drain.apply_async((tenant_id,), countdown=QUIET_MS / 1000)
                self.rung_until[tenant_id] = now + QUIET_MS / 1000
        except (redis.RedisError, kombu.exceptions.OperationalError, OSError) as error:
            self.silent_until = time.monotonic() + _PAUSE_AFTER_FAILURE
            log.warning("no wake-up", reason=type(error).__name__)


_doorbell: _Doorbell | None = None


def wake(tenant_id: int) -> None:
    """Tell a worker that something waits. Losing this loses time only: the sweep finds every row."""
    global _doorbell
    if _doorbell is None:
        _doorbell = _Doorbell()
    _doorbell.ring(tenant_id)


def lag() -> tuple[int, float]:
    """Rows waiting, and seconds the oldest has waited, over all tenants."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(enqueued_at)), 0)"
            " FROM pipeline_queuerow"
        )
        rows, seconds = cursor.fetchone()
    return rows, max(0.0, float(seconds))
