"""What is planned for later is looked at again before it goes: much may have happened since it was decided."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from cxplatform.tenancy.context import active_tenant_id
from surveys.asking import ledger, reasons
from surveys.asking.contact import METHODS, Person, rest
from surveys.asking.policy import Policy, policy_of
from surveys.models import Invitation

AHEAD = timedelta(minutes=10)
"""How long before its time an ask is looked at; longer than the pause between two looks."""
_OLD = timedelta(hours=12)
_BATCH = 5_000

# Uses invitation_planned (tenant, due_at). An ask decided shortly before its time stands as it was decided.
_DUE = """
SELECT i.id, i.customer_id, i.method, s.kind, i.due_at FROM surveys_invitation i
JOIN surveys_survey s ON s.tenant_id = i.tenant_id AND s.id = i.survey_id
WHERE i.tenant_id = %s AND i.state = 'planned' AND i.due_at <= %s
    AND i.decided_at < i.due_at - make_interval(secs => %s)
    AND i.customer_id IS NOT NULL
ORDER BY i.due_at LIMIT %s
"""


def recheck(*, now: datetime) -> int:
    """Skip planned asks of the active tenant whose person refused, answered or left meanwhile; how many.

    Another ask that is near does not matter here: this one held its place since it was decided.
    """
    if not _due(now):
        return 0
    ledger.take_turn()
    rows = _due(now)
    if not rows:
        return 0
    in_use = ledger.rules_in_use()
    rules = {kind: replace(policy_of(kind, in_use), every=timedelta(0)) for kind in {row[3] for row in rows}}
    since = now - ledger.LONGEST_LIFE - max(policy.longest for policy in rules.values())
    people = ledger.read_people({row[1] for row in rows}, since=since)
    found: dict[str, list[object]] = {}
    for id_, customer_id, method, kind, due_at in rows:
        reason = _obstacle(people.get(customer_id), method, kind, rules[kind], due_at)
        if reason:
            found.setdefault(reason, []).append(id_)
    # All of them first, in the order of their ids (cxplatform.pipeline.locks).
    held = Invitation.objects.filter(id__in=[id_ for ids in found.values() for id_ in ids])
    list(held.select_for_update().order_by("id").values_list("id", flat=True))
    for reason, ids in found.items():
        waiting = Invitation.objects.filter(id__in=ids, state=Invitation.State.PLANNED)
        waiting.update(state=Invitation.State.SKIPPED, reason=reason, address="")
    return sum(map(len, found.values()))


def _due(now: datetime) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [active_tenant_id(), now + AHEAD, _OLD.total_seconds(), _BATCH])
        return list(cursor.fetchall())


def _obstacle(person: Person | None, method: str, kind: str, policy: Policy, due_at: datetime) -> str:
    if person is None or person.erased:
        return reasons.ERASED
    if method in person.unwanted or person.unwanted >= METHODS:
        return reasons.OPTED_OUT
    return rest(person.past, kind=kind, policy=policy, due_at=due_at)[0]
