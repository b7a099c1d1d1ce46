"""What falls due is counted within seconds of its time."""

from cxplatform.celery import app
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.tasks import PlatformTask, TenantTask
from promises.alerts import tell
from promises.alerts import watch as budgets
from promises.board import scores
from promises.judging import history
from promises.judging import sweep as due


@app.task(base=PlatformTask)
def sweep() -> None:
    """Send a task to each tenant with something due, or with a rule that has not judged its past yet."""
    for tenant_id in Tenant.objects.order_by("pk").values_list("pk", flat=True):
        with activate(tenant_id):
            waiting = due.anything_due()
            unjudged = history.unjudged(Tenant.objects.get(pk=tenant_id))
        if waiting:
            sweep_tenant.delay(tenant_id)
        for rule_id in unjudged:
            judge_past.delay(tenant_id, rule_id)


@app.task(base=TenantTask)
def sweep_tenant(tenant_id: int) -> None:
    """Count one batch of a tenant; a full batch is followed by another."""
    if due.sweep(Tenant.objects.get(pk=tenant_id)) == due.BATCH:
        sweep_tenant.after_commit(tenant_id)


@app.task(base=TenantTask)
def judge_past(tenant_id: int, rule_id: int) -> None:
    """Judge a part of what is stored by a new or changed rule, and go on with the next."""
    if history.judge_past(Tenant.objects.get(pk=tenant_id), rule_id):
        judge_past.after_commit(tenant_id, rule_id)


@app.task(base=PlatformTask)
def watch() -> None:
    """Send a task to each tenant that has promises to watch."""
    for tenant_id in Tenant.objects.order_by("pk").values_list("pk", flat=True):
        with activate(tenant_id):
            watched = budgets.anything_to_watch()
        if watched:
            watch_tenant.delay(tenant_id)


@app.task(base=TenantTask)
def watch_tenant(tenant_id: int) -> None:
    """Open and close a tenant's incidents and tell of them, in one transaction: told once, or tried again."""
    tenant = Tenant.objects.get(pk=tenant_id)
    tell.tell(tenant, budgets.watch(tenant))
    tell.digest(tenant)


@app.task(base=PlatformTask)
def weigh() -> None:
    """Send a task for each rule whose scores of broken against kept were not counted for a while."""
    for tenant_id in Tenant.objects.order_by("pk").values_list("pk", flat=True):
        with activate(tenant_id):
            stale = scores.stale_rules()
        for rule_id in stale:
            weigh_rule.delay(tenant_id, rule_id)


@app.task(base=TenantTask)
def weigh_rule(tenant_id: int, rule_id: int) -> None:
    """Count what customers say where a promise broke against where it was kept."""
    scores.count_scores(rule_id)
