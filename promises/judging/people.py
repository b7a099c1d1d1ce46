"""What this room keeps of a person: what became of promises made to them."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from cxplatform.tenancy.models import Tenant
from journeys.exporting import rows
from journeys.keepers import ERASED, Erasing, Keeper, Merging
from promises.judging.announce import announce
from promises.judging.instances import Touched
from promises.judging.measure import Measure
from promises.judging.outcomes import judged_rules, measures_of, rejudge
from promises.judging.rebuild import touch
from promises.models import PromiseOutcome

# Under the name of the one who stays before they are judged anew: a promise that was broken is not broken twice.
_MOVE = """
UPDATE promises_promiseoutcome SET customer_id = %(stays)s,
    subject = CASE WHEN subject = %(gone)s::text THEN %(stays)s::text ELSE subject END
WHERE tenant_id = %(tenant)s AND customer_id = %(gone)s
"""


def merge(merging: Merging) -> None:
    """Outcomes move; promises by customer are judged anew, as what followed what is another story now."""
    values: dict[str, Any] = {"tenant": merging.tenant_id, "stays": merging.stays, "gone": merging.gone}
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, values)
    tenant = Tenant.objects.get(pk=merging.tenant_id)
    for measure in measures_of(list(judged_rules()), tenant):
        if not measure.by_case and not measure.single:
            announce(rejudge(tenant, measure, touch([(str(merging.stays), None)])))


# What is decided stays, under a name no event has: a rebuild passes it over. What is not will never be.
_FORGET = """
UPDATE promises_promiseoutcome SET customer_id = %(ghost)s, reason = '',
    subject = CASE WHEN subject = %(customer)s::text THEN %(erased)s || %(ghost)s::text
        WHEN subject = opened_by::text THEN %(erased)s || subject
        ELSE coalesce(%(cases)s::jsonb ->> subject, subject) END
WHERE tenant_id = %(tenant)s AND customer_id = %(customer)s
"""
_CASES = """
UPDATE promises_promiseoutcome SET subject = %(cases)s::jsonb ->> subject
WHERE tenant_id = %(tenant)s AND rule_id = ANY(%(rules)s) AND subject = ANY(%(own)s)
"""
# Of rules by which each event stands for itself: those of cases that are the person's name no customer, perhaps.
_EACH = """
UPDATE promises_promiseoutcome o SET subject = %(erased)s || o.subject
FROM journeys_event e
WHERE e.tenant_id = %(tenant)s AND e.correlation = ANY(%(renamed)s) AND e.correlation <> ''
    AND o.tenant_id = %(tenant)s AND o.rule_id = ANY(%(rules)s) AND o.subject = e.id::text
    AND o.customer_id IS DISTINCT FROM %(ghost)s
"""
_END = """
UPDATE promises_promiseoutcome SET status = 'excluded', reason = 'customer erased'
WHERE tenant_id = %(tenant)s AND customer_id = %(ghost)s AND status = 'pending' AND starts_with(subject, %(erased)s)
"""


def erase(erasing: Erasing) -> None:
    values: dict[str, Any] = {
        "tenant": erasing.tenant_id,
        "customer": erasing.customer_id,
        "ghost": erasing.ghost,
        "erased": ERASED,
        "cases": msgspec.json.encode(erasing.cases).decode(),
        "own": list(erasing.cases),
        "renamed": list(erasing.cases.values()),
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM promises_rule WHERE tenant_id = %(tenant)s", values)
        values["rules"] = [id_ for (id_,) in cursor.fetchall()]
        cursor.execute(_FORGET, values)
        cursor.execute(_CASES, values)
        cursor.execute(_EACH, values)
        cursor.execute(_END, values)
    if erasing.shared:
        tenant = Tenant.objects.get(pk=erasing.tenant_id)
        for measure in _by_case(tenant):
            announce(rejudge(tenant, measure, Touched(set(erasing.shared))))


def _by_case(tenant: Tenant) -> Iterator[Measure]:
    return (measure for measure in measures_of(list(judged_rules()), tenant) if measure.by_case)


def export(customer_id: UUID) -> dict[str, Any]:
    found = PromiseOutcome.objects.filter(customer_id=customer_id)
    return {"promises": rows(found, "counted", "counted_day", "from_customer")}


KEEPER = Keeper(merge, erase, export)
