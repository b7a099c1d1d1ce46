"""Time alone breaks promises: find what has fallen due, break what nobody closed, count it all."""

from datetime import datetime

from django.utils import timezone

from cxplatform.pipeline import locks, pulse
from cxplatform.tenancy.models import Tenant
from journeys.keepers import ERASED
from promises.judging.announce import announce
from promises.judging.counting import count_due, due
from promises.judging.instances import Touched
from promises.judging.outcomes import judged_rules, measures_of, rejudge
from promises.models import PromiseOutcome

# In one transaction, in which nothing else of the tenant is counted: about half a second.
BATCH = 2_500


def anything_due(*, now: datetime | None = None) -> bool:
    """Whether the active tenant has outcomes to count; uses outcome_due."""
    return PromiseOutcome.objects.filter(counted="", due_at__lt=now or timezone.now()).exists()


def sweep(tenant: Tenant, *, now: datetime | None = None, limit: int = BATCH) -> int:
    """Count a batch of the active tenant's outcomes that have fallen due; how many there were.

    Where a calendar period is over, the next one begins. Waits for the worker that is counting: both move the same
    rows.
    """
    locks.wait(tenant.pk)
    now = now or timezone.now()
    fallen = due(tenant_id=tenant.pk, now=now, limit=limit)
    if not fallen:
        return 0
    rolling = {each.rule_id: each for each in measures_of(list(judged_rules()), tenant) if each.periodic}
    periods: dict[int, Touched] = {}
    others = []
    for outcome_id, rule_id, subject, opened_at in fallen:
        # What an erased person left is decided, and nothing follows from it.
        if rule_id not in rolling or subject.startswith(ERASED):
            others.append(outcome_id)
            continue
        part = periods.setdefault(rule_id, Touched(since=opened_at))
        part.subjects.add(subject)
        part.since = min(part.since or opened_at, opened_at)
    changes = count_due(tenant_id=tenant.pk, outcome_ids=others, zone=tenant.timezone)
    for rule_id, part in periods.items():
        changes += rejudge(tenant, rolling[rule_id], part, now=now)
    announce(changes)
    if changes:
        pulse.beat()
    return len(fallen)
