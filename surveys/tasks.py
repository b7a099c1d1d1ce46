"""Rounds are begun and asks planned, sent when they fall due, reminded of, closed when their time is over, counted."""

from django.utils import timezone

from cxplatform.celery import app
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.tasks import PlatformTask, TenantTask
from surveys.asking import counts, invite, recheck, remind, rounds
from surveys.models import Invitation
from surveys.replies import fetching


@app.task(base=PlatformTask)
def send_due() -> None:
    """Send a task to each tenant with something due."""
    for tenant_id in Tenant.objects.order_by("pk").values_list("pk", flat=True):
        with activate(tenant_id):
            # Uses invitation_planned.
            planned = Invitation.objects.filter(state=Invitation.State.PLANNED, method__in=invite.TAKEN_UP)
            waiting = planned.filter(due_at__lte=timezone.now(), expires_at__gt=timezone.now()).exists()
        if waiting:
            send_tenant.delay(tenant_id)


@app.task(base=TenantTask)
def send_tenant(tenant_id: int) -> None:
    """Send one batch of a tenant; a full batch is followed by another."""
    if invite.send_due(tenant_id) == invite.BATCH:
        send_tenant.after_commit(tenant_id)


@app.task(base=PlatformTask)
def expire() -> None:
    for tenant_id in Tenant.objects.order_by("pk").values_list("pk", flat=True):
        with activate(tenant_id):
            invite.expire(tenant_id)


@app.task(base=PlatformTask)
def count_asks() -> None:
    """Count what became of asks outside the pipeline: sent, opened, refused, expired."""
    for tenant_id in Tenant.objects.order_by("pk").values_list("pk", flat=True):
        with activate(tenant_id):
            counts.count_all(tenant_id)


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


@app.task(base=PlatformTask)
def fetch_replies() -> None:
    """Take the replies that wait in the mailbox; nothing where there is none."""
    fetching.fetch()
