import time
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from cxplatform.celery import app
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.tasks import PlatformTask, TenantTask
from journeys import remapping
from journeys.importing import uploads
from journeys.models import EventKey
from journeys.paths import history, months
from journeys.paths import sweep as over

_TURN_SECONDS = 10.0


@app.task(base=PlatformTask)
def forget_event_keys() -> None:
    """Drop deduplication keys past their time; events themselves stay."""
    horizon = timezone.now() - timedelta(days=settings.EVENT_KEY_DAYS)
    for tenant_id in Tenant.objects.values_list("pk", flat=True):
        with activate(tenant_id):
            EventKey.objects.filter(seen_at__lt=horizon).delete()


@app.task(base=PlatformTask)
def bring_in(tenant_id: int, upload_id: int) -> None:
    """Run an uploaded file to its end; it opens the tenant batch by batch."""
    uploads.bring_in(tenant_id, upload_id)


@app.task(base=PlatformTask)
def sweep_uploads() -> None:
    """Start uploads again whose wake-up or worker was lost, and drop files over a day old."""
    for tenant_id in Tenant.objects.values_list("pk", flat=True):
        with activate(tenant_id):
            uploads.forget()
            for upload_id in uploads.lost():
                bring_in.after_commit(tenant_id, upload_id)


@app.task(base=PlatformTask)
def sweep_paths() -> None:
    """Send a task to each tenant with passages that are over and count as open, or with a past not read yet."""
    for tenant_id in Tenant.objects.order_by("pk").values_list("pk", flat=True):
        with activate(tenant_id):
            waiting = over.anything_due()
            unread = history.unread(Tenant.objects.get(pk=tenant_id))
        if waiting:
            end_passages.delay(tenant_id)
        if unread:
            read_past.delay(tenant_id)


@app.task(base=TenantTask)
def end_passages(tenant_id: int) -> None:
    """End one batch of a tenant's passages; a full batch is followed by another."""
    if over.sweep(Tenant.objects.get(pk=tenant_id)) == over.BATCH:
        end_passages.after_commit(tenant_id)


@app.task(base=PlatformTask)
def sweep_months() -> None:
    """Have months that are quiet summed up, tenant by tenant."""
    for tenant_id in Tenant.objects.order_by("pk").values_list("pk", flat=True):
        sum_up_months.delay(tenant_id)


@app.task(base=TenantTask)
def sum_up_months(tenant_id: int) -> None:
    """Sum up one month of a tenant's journeys; it is followed by the next."""
    if months.sum_up(Tenant.objects.get(pk=tenant_id)):
        sum_up_months.after_commit(tenant_id)


@app.task(base=PlatformTask)
def apply_meanings(tenant_id: int, run_id: int) -> None:
    """Go on with meanings applied backwards, some seconds at a time so that others get their turn."""
    end = time.monotonic() + _TURN_SECONDS
    outcome = remapping.MORE
    while outcome == remapping.MORE and time.monotonic() < end:
        outcome = remapping.apply(tenant_id, run_id)
    if outcome != remapping.DONE:
        apply_meanings.apply_async((tenant_id, run_id), countdown=1 if outcome == remapping.WAIT else 0)


@app.task(base=PlatformTask)
def sweep_meanings() -> None:
    """Go on with those whose wake-up or worker was lost."""
    for tenant_id in Tenant.objects.values_list("pk", flat=True):
        with activate(tenant_id):
            for run_id in remapping.lost():
                apply_meanings.after_commit(tenant_id, run_id)


@app.task(base=TenantTask)
def read_past(tenant_id: int) -> None:
    """Read a part of a tenant's past as its journeys are now, and go on with the next."""
    if history.read_past(Tenant.objects.get(pk=tenant_id)):
        read_past.after_commit(tenant_id)
