"""What pages cannot work out while somebody waits."""

from datetime import date

from django.utils import timezone

from cxplatform.celery import app
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.tasks import PlatformTask, TenantTask
from dashboards.chair import mail
from dashboards.days import keep as keeping
from dashboards.digests import send as sending
from dashboards.insights import look as looking


@app.task(base=PlatformTask)
def look() -> None:
    """Send a task for each kind of finding that is due in a company."""
    for tenant in Tenant.objects.order_by("pk"):
        with activate(tenant.pk):
            kinds = looking.due(tenant=tenant, now=timezone.now())
        for kind in kinds:
            look_for.delay(tenant.pk, kind)


@app.task(base=TenantTask)
def look_for(tenant_id: int, kind: str) -> None:
    """Look for one kind of finding in one company."""
    looking.look(tenant=Tenant.objects.get(pk=tenant_id), kind=kind)


@app.task(base=PlatformTask)
def digests() -> None:
    """Send a task to each company with a digest to write."""
    for tenant in Tenant.objects.order_by("pk"):
        with activate(tenant.pk):
            waiting = sending.due(tenant)
        if waiting:
            send_digests.delay(tenant.pk)


@app.task(base=TenantTask)
def send_digests(tenant_id: int) -> None:
    """Write one company's digests."""
    sending.send_due(Tenant.objects.get(pk=tenant_id))


@app.task(base=PlatformTask)
def tell_cases() -> None:
    """Send a task to each company in whose morning somebody waits for the day's case."""
    for tenant in Tenant.objects.order_by("pk"):
        now = timezone.now()
        with activate(tenant.pk):
            waiting = mail.due(tenant, now=now)
        if waiting:
            tell_case.delay(tenant.pk)


@app.task(base=TenantTask)
def tell_case(tenant_id: int) -> None:
    """Choose a company's case of the day and send it to its leaders."""
    mail.send(Tenant.objects.get(pk=tenant_id))


@app.task(base=PlatformTask)
def keep_days() -> None:
    """Send a task for each company whose day has ended and is not kept yet."""
    for tenant in Tenant.objects.order_by("pk"):
        with activate(tenant.pk):
            day = keeping.missing(tenant)
        if day:
            keep_day.delay(tenant.pk, day.isoformat())


@app.task(base=TenantTask)
def keep_day(tenant_id: int, day: str) -> None:
    """Keep what the leadership page said of one company's day."""
    keeping.keep(tenant=Tenant.objects.get(pk=tenant_id), day=date.fromisoformat(day))
