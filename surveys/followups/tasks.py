"""Mail to those who answer for follow-ups is written as things happen, and as time passes."""

from collections.abc import Sequence

from django.utils import timezone

from cxplatform.celery import app
from cxplatform.tenancy.context import activate, active_tenant_id
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.tasks import PlatformTask, TenantTask
from surveys.followups import notices, stands
from surveys.followups.heard import News


def listen(news: Sequence[News]) -> None:
    """A listener: owners are written to of what happened once it is committed."""
    if notices.note(news):
        write.after_commit(active_tenant_id())


@app.task(base=TenantTask)
def write(tenant_id: int) -> None:
    notices.write_all()


@app.task(base=TenantTask)
def recount(tenant_id: int, what: str, days: int, least: int, by: str, units: Sequence[int] | None) -> None:
    """Count figures anew that somebody has just read as they stood."""
    asked = stands.Asked(what, days, least, by, None if units is None else tuple(units))
    stands.count(asked, now=timezone.now())


@app.task(base=PlatformTask)
def sweep() -> None:
    """Send a task to each tenant where somebody is to be written to."""
    for tenant_id in Tenant.objects.order_by("pk").values_list("pk", flat=True):
        with activate(tenant_id):
            found = notices.waiting(now=timezone.now())
        if found:
            write.delay(tenant_id)
