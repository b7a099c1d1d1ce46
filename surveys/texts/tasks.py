"""Telling what texts are about, in bulk and apart from counting."""

import time

from django.utils import timezone

from cxplatform.celery import app
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.tasks import PlatformTask
from surveys.models import Teller

# What has been learnt takes seconds to load, and a worker that has loaded it may be over its memory afterwards.
_TURN_SECONDS = 20.0


@app.task(base=PlatformTask)
def tell(tenant_id: int) -> None:
    """Tell a tenant's texts for a while; another task follows while there are more."""
    from surveys.texts import tell as telling

    end = time.monotonic() + _TURN_SECONDS
    while more := telling.tell(tenant_id):
        if time.monotonic() > end:
            break
    if more:
        tell.delay(tenant_id)


@app.task(base=PlatformTask)
def train(tenant_id: int) -> None:
    """Learn what a tenant's people taught and its scores tell, and tell its texts anew."""
    from surveys.texts import training

    if training.train(tenant_id):
        tell.delay(tenant_id)


@app.task(base=PlatformTask)
def sweep() -> None:
    """Find the tenants whose texts wait for being told, whoever failed to ring, and those with something to learn."""
    from surveys.texts import tell as telling
    from surveys.texts import training

    for tenant in Tenant.objects.order_by("pk"):
        with activate(tenant.pk):
            waiting = telling.waiting()
            teller = Teller.objects.defer("weights").first()
            learning = teller is not None and training.due(teller, tenant=tenant, now=timezone.now())
        if learning:
            train.delay(tenant.pk)
        elif waiting:
            tell.delay(tenant.pk)
