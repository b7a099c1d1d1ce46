from celery import shared_task

from cxplatform.deliveries import messages, outbox
from cxplatform.deliveries.webhooks import sending
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.tasks import PlatformTask

_ROUND = 200
_PATIENCE = 1.0  # seconds


@shared_task(base=PlatformTask)
def send(mail_id: int) -> None:
    """Send one mail now; what fails waits for the sweep."""
    outbox.deliver(mail_id)


@shared_task(base=PlatformTask)
def sweep() -> None:
    """Send every mail whose time has come: those that failed and those whose wake-up was lost."""
    for mail_id in outbox.due():
        outbox.deliver(mail_id)


@shared_task(base=PlatformTask)
def forget() -> None:
    outbox.forget()
    for tenant_id in Tenant.objects.order_by("pk").values_list("pk", flat=True):
        with activate(tenant_id):
            messages.forget()
            sending.forget()


@shared_task(base=PlatformTask)
def send_messages(tenant_id: int) -> None:
    """Send what waits for one tenant's customers; a full round is followed by another."""
    if messages.deliver_due(tenant_id, most=_ROUND) == _ROUND:
        send_messages.delay(tenant_id)


@shared_task(base=PlatformTask)
def sweep_messages() -> None:
    """Send every message to customers whose time has come, tenant by tenant."""
    for tenant_id in Tenant.objects.order_by("pk").values_list("pk", flat=True):
        with activate(tenant_id):
            due = messages.waiting().exists()
        if due:
            send_messages.delay(tenant_id)


@shared_task(base=PlatformTask)
def send_webhooks(tenant_id: int) -> None:
    """Post what waits for one tenant's endpoints; what hangs goes on beside other work."""
    sending.deliver_due(tenant_id, patience=_PATIENCE)


@shared_task(base=PlatformTask)
def sweep_webhooks() -> None:
    """Post what failed before or whose wake-up was lost, tenant by tenant."""
    for tenant_id in Tenant.objects.order_by("pk").values_list("pk", flat=True):
        with activate(tenant_id):
            due = sending.waiting().exists()
        if due:
            send_webhooks.delay(tenant_id)
