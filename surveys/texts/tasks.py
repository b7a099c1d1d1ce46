"""Telling what texts are about, in bulk and apart from counting."""

from cxplatform.celery import app
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.tasks import PlatformTask


@app.task(base=PlatformTask)
def tell(tenant_id: int) -> None:
    """Tell a batch of a tenant's texts; another task follows while there are more."""
    from surveys.texts import tell as telling

    if telling.tell(tenant_id):
        tell.delay(tenant_id)


@app.task(base=PlatformTask)
def sweep() -> None:
    """Find the tenants whose texts wait for being told, whoever failed to ring."""
    from surveys.texts import tell as telling

    for tenant_id in Tenant.objects.order_by("pk").values_list("pk", flat=True):
        with activate(tenant_id):
            waiting = telling.waiting()
        if waiting:
            tell.delay(tenant_id)
