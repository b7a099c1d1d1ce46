"""Rounds are begun, planned asks looked at again, and reminders chosen, once a minute."""

from django.utils import timezone

from cxplatform.celery import app
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.tasks import PlatformTask, TenantTask
from surveys.asking import invite, recheck, remind, rounds


@app.task(base=PlatformTask)
def contact() -> None:
    """Send the tasks of every tenant that has something to do."""
    for tenant_id in Tenant.objects.order_by("pk").values_list("pk", flat=True):
        now = timezone.now()
        with activate(tenant_id):
            recheck.recheck(now=now)
        # Apart, as the turn to decide that a recheck takes is held until its transaction ends.
        with activate(tenant_id):
            waiting = rounds.due(now=now)
            reminded = remind.to_remind(now=now)
            if reminded:
                invite.remind(reminded)
        for round_id in waiting:
            ask_round.delay(tenant_id, round_id)


@app.task(base=TenantTask)
def ask_round(tenant_id: int, round_id: int) -> None:
    """Ask the next people of a round; another task follows while there are more."""
    if rounds.step(round_id, now=timezone.now()):
        ask_round.after_commit(tenant_id, round_id)
