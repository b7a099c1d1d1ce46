"""All counts of a tenant made anew from raw rows, in one transaction, while no worker counts for it."""

from cxplatform.pipeline import locks, pulse
from cxplatform.pipeline.consumers import consumers
from cxplatform.tenancy.context import activate


def rebuild(tenant_id: int) -> dict[str, int]:
    """Per consumer, how many count rows differed from the raw rows; all zero when the pipeline was right.

    Waits for the worker that is counting. What still waits in the queue is counted by the rebuild as well, and
    not again when a worker comes to it: consumers count differences to what is counted already.
    """
    with activate(tenant_id):
        locks.wait(tenant_id)
        differences = {c.name: c.rebuild(tenant_id) for c in consumers() if c.rebuild}
        pulse.beat()
    return differences
