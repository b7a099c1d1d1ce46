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

# A customer may have the id of the event that first named them: what a subject is, is for its rule to say.
# Under the name of the one who stays before they are judged anew: a promise that was broken is not broken twice.
_MOVE = """
UPDATE promises_promiseoutcome SET customer_id = %(stays)s,
    subject = CASE WHEN rule_id = ANY(%(customer_rules)s) AND subject = %(gone)s::text THEN %(stays)s::text
        ELSE subject END
WHERE tenant_id = %(tenant)s AND customer_id = %(gone)s
"""

_MOVE_EXCLUSIONS = """
UPDATE promises_exclusion SET subject = %(stays)s::text
WHERE tenant_id = %(tenant)s AND rule_id = ANY(%(customer_rules)s) AND subject = %(gone)s::text
"""


def merge(merging: Merging) -> None:
    """Outcomes move; promises by customer are judged anew, as what followed what is another story now."""
    values: dict[str, Any] = {"tenant": merging.tenant_id, "stays": merging.stays, "gone": merging.gone}
    with connection.cursor() as cursor:
        values |= _rules(cursor, values)
        cursor.execute(_MOVE, values)
        cursor.execute(_MOVE_EXCLUSIONS, values)
    tenant = Tenant.objects.get(pk=merging.tenant_id)
    for measure in measures_of(list(judged_rules()), tenant):
        if not measure.by_case and not measure.single:
            announce(rejudge(tenant, measure, touch([(str(merging.stays), None)])))


# What is decided stays, under a name no event has: a rebuild passes it over. What is not will never be.
_FORGET = """
UPDATE promises_promiseoutcome SET customer_id = %(ghost)s, reason = '',
    subject = CASE WHEN rule_id = ANY(%(event_rules)s) THEN %(erased)s || subject
        WHEN rule_id = ANY(%(customer_rules)s) THEN %(erased)s || %(ghost)s::text
        ELSE coalesce(%(cases)s::jsonb ->> subject, subject) END
WHERE tenant_id = %(tenant)s AND customer_id = %(customer)s
"""
_CASES = """
UPDATE promises_promiseoutcome SET subject = %(cases)s::jsonb ->> subject
WHERE tenant_id = %(tenant)s AND rule_id = ANY(%(case_rules)s) AND subject = ANY(%(own)s)
"""
# Of rules by which each event stands for itself: those of cases that are the person's name no customer, perhaps.
_EACH = """
UPDATE promises_promiseoutcome o SET subject = %(erased)s || o.subject
FROM journeys_event e
WHERE e.tenant_id = %(tenant)s AND e.correlation = ANY(%(renamed)s) AND e.correlation <> ''
    AND o.tenant_id = %(tenant)s AND o.rule_id = ANY(%(event_rules)s) AND o.subject = e.id::text
    AND o.customer_id IS DISTINCT FROM %(ghost)s
"""
# What staff wrote of a person goes too. Under the names the outcomes have now.
_FORGET_EXCLUSIONS = """
UPDATE promises_exclusion x SET reason = '',
    subject = CASE WHEN rule_id = ANY(%(event_rules)s) THEN %(erased)s || x.subject
        WHEN rule_id = ANY(%(customer_rules)s) THEN %(erased)s || %(ghost)s::text
        ELSE %(cases)s::jsonb ->> x.subject END
WHERE x.tenant_id = %(tenant)s AND (
    rule_id = ANY(%(customer_rules)s) AND x.subject = %(customer)s::text
    OR rule_id = ANY(%(case_rules)s) AND x.subject = ANY(%(own)s)
    OR rule_id = ANY(%(event_rules)s) AND EXISTS (
        SELECT FROM promises_promiseoutcome o
        WHERE o.tenant_id = %(tenant)s AND o.rule_id = x.rule_id AND o.subject = %(erased)s || x.subject))
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
        values |= _rules(cursor, values)
        cursor.execute(_FORGET, values)
        cursor.execute(_CASES, values)
        cursor.execute(_EACH, values)
        cursor.execute(_END, values)
        cursor.execute(_FORGET_EXCLUSIONS, values)
    if erasing.shared:
        tenant = Tenant.objects.get(pk=erasing.tenant_id)
        for measure in _by_case(tenant):
            announce(rejudge(tenant, measure, Touched(set(erasing.shared))))


def _rules(cursor: Any, values: dict[str, Any]) -> dict[str, list[int]]:
    """Ids of the active tenant's rules by what their subjects are."""
    cursor.execute("SELECT match, id FROM promises_rule WHERE tenant_id = %(tenant)s", values)
    rows = cursor.fetchall()
    names = {"case_rules": "correlation", "customer_rules": "customer", "event_rules": "event"}
    return {name: [id_ for match, id_ in rows if match == of] for name, of in names.items()}


def _by_case(tenant: Tenant) -> Iterator[Measure]:
    return (measure for measure in measures_of(list(judged_rules()), tenant) if measure.by_case)


def export(customer_id: UUID) -> dict[str, Any]:
    found = PromiseOutcome.objects.filter(customer_id=customer_id)
    return {"promises": rows(found, "counted", "counted_day", "from_customer")}


KEEPER = Keeper(merge, erase, export)
