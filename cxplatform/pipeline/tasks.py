"""The worker's side of the queue."""

from cxplatform.celery import app
from cxplatform.pipeline import claim, queue
from cxplatform.pipeline.models import QueueRow
from cxplatform.tenancy.tasks import PlatformTask

# After this long a busy tenant goes to the end of the line, so that others get their turn.
_TURN_SECONDS = 10.0


@app.task(base=PlatformTask)
def drain(tenant_id: int) -> None:
    """Count what waits for a tenant."""
    drained = claim.drain(tenant_id, seconds=_TURN_SECONDS, patient=True)
    if drained.more:
        drain.delay(tenant_id)
    elif drained.busy:
        # The other worker may have looked at the queue just before the write that woke this one.
        queue.wake(tenant_id)


@app.task(base=PlatformTask)
def sweep() -> None:
    """Find every waiting row, whoever failed to ring."""
    for tenant_id in QueueRow.objects.values_list("tenant_id", flat=True).distinct():
        drain.delay(tenant_id)
