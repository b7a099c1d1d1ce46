"""Time alone breaks promises: find what has fallen due, break what nobody closed, count it all."""

from datetime import datetime

from django.utils import timezone

from cxplatform.pipeline import locks, pulse
from cxplatform.tenancy.models import Tenant
from promises.judging.announce import announce
from promises.judging.counting import count_due
from promises.models import PromiseOutcome

BATCH = 5_000


def anything_due(*, now: datetime | None = None) -> bool:
    """Whether the active tenant has outcomes to count; uses outcome_due."""
    return PromiseOutcome.objects.filter(counted="", due_at__lt=now or timezone.now()).exists()


def sweep(tenant: Tenant, *, now: datetime | None = None, limit: int = BATCH) -> int:
    """Count a batch of the active tenant's outcomes that have fallen due; how many there were.

    Waits for the worker that is counting: both move the same rows.
    """
    locks.wait(tenant.pk)
    changes = count_due(tenant_id=tenant.pk, now=now or timezone.now(), zone=tenant.timezone, limit=limit)
    announce(changes)
    if changes:
        pulse.beat()
    return len(changes)
