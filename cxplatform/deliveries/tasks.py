from celery import shared_task

from cxplatform.deliveries import outbox
from cxplatform.tenancy.tasks import PlatformTask


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
