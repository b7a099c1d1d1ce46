"""Erasing a person: who they were goes, that it happened stays, so that counts and a rebuild of them are equal."""

from typing import Any
from uuid import UUID, uuid4

import msgspec
from django.db import connection
from django.utils import timezone

from cxplatform.deliveries import messages
from cxplatform.pipeline import locks, pulse
from cxplatform.stats.metrics import METRICS
from cxplatform.tenancy.context import active_tenant_id
from journeys.keepers import ERASED, Erasing, keepers
from journeys.models import Customer, Dimension, Journey, RuleFiring
from journeys.paths.recount import recount
from journeys.people import note

# Of the properties of an event stays what is counted: declared dimensions, what journeys are told apart by, what
# brought the customer, and the score of an answer.
_SOURCES = ("utm_source", "source")
_OF_ANSWERS = ("survey", "test")


def erase(customer: Customer) -> None:
    """Erase a customer of the active tenant, and the numbers merged into them. It cannot be undone.

    Nothing stored leads from the number, the id or an address to what is left: times, touchpoints, scores and
    frozen dimensions under an id that is nobody's. An event of the same number that comes later is a new customer's.
    Raises Customer.DoesNotExist of one who was erased or merged while this waited for its turn.
    """
    tenant_id = active_tenant_id()
    locks.wait(tenant_id)
    row = Customer.objects.select_for_update().get(id=customer.id, merged_into_id=None, erased_at=None)
    cases, shared = _cases(tenant_id, row.id)
    erasing = Erasing(
        tenant_id=tenant_id,
        customer_id=row.id,
        ghost=uuid4(),  # not a time-ordered one, which would say when they were erased
        addresses=tuple(filter(None, (row.email, row.phone))),
        cases=_renamed(cases),
        shared=tuple(shared),
    )
    counted = set(Dimension.objects.in_use().values_list("slug", flat=True))
    Customer.objects.create(
        id=erasing.ghost,
        external_id=f"{ERASED}{erasing.ghost}",
        dimensions={slug: value for slug, value in row.dimensions.items() if slug in counted},
        erased_at=timezone.now(),
    )
    for keeper in keepers():
        keeper.erase(erasing)
    Customer.objects.filter(merged_into_id=row.id).delete()
    Customer.objects.filter(id=row.id).delete()
    note("erased", row.id)
    pulse.beat()


def _renamed(cases: list[str]) -> dict[str, str]:
    """Other names in the same order: of cases begun at once the name says whose an answer is (paths/scores.py)."""
    return dict(zip(sorted(cases), sorted(f"{ERASED}{uuid4()}" for _ in cases), strict=True))


def _cases(tenant_id: int, customer_id: UUID) -> tuple[list[str], list[str]]:
    """The cases of a customer's events: theirs alone, and those that name somebody else too."""
    with connection.cursor() as cursor:
        cursor.execute(_CASES, {"tenant": tenant_id, "customer": customer_id})
        rows = cursor.fetchall()
    return [case for case, shared in rows if not shared], [case for case, shared in rows if shared]


_CASES = """
SELECT case_of.correlation, EXISTS (
    SELECT FROM journeys_event e
    WHERE e.tenant_id = %(tenant)s AND e.correlation = case_of.correlation AND e.correlation <> ''
        AND e.customer_id <> %(customer)s)
FROM (
    SELECT DISTINCT correlation FROM journeys_event
    WHERE tenant_id = %(tenant)s AND customer_id = %(customer)s AND correlation <> ''
) case_of
"""

# Ids that senders gave go as well; what stands there keeps the order that they made among events of one moment.
_EVENTS = """
WITH theirs AS (
    SELECT id, row_number() OVER (
        ORDER BY time, sequence NULLS FIRST, source_id COLLATE "C", source COLLATE "C") AS place
    FROM (
        SELECT id, time, sequence, source_id, source FROM journeys_event
        WHERE tenant_id = %(tenant)s AND customer_id = %(customer)s
        UNION
        SELECT id, time, sequence, source_id, source FROM journeys_event
        WHERE tenant_id = %(tenant)s AND correlation = ANY(%(own)s) AND correlation <> ''
    ) every
)
UPDATE journeys_event e SET
    customer_id = CASE WHEN e.customer_id IS NULL THEN NULL ELSE %(ghost)s::uuid END,
    correlation = coalesce(%(cases)s::jsonb ->> e.correlation, e.correlation),
    source_id = %(erased)s || lpad(theirs.place::text, 10, '0'),
    properties = (
        SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(e.properties)
        WHERE jsonb_typeof(value) IN ('string', 'number', 'boolean') AND (key = ANY(%(kept)s)
            OR (e.type = 'survey.answered' AND split_part(key, ':', 1) = ANY(%(scores)s))))
FROM theirs WHERE e.tenant_id = %(tenant)s AND e.id = theirs.id
"""
_PASSAGES = """
UPDATE journeys_passage SET
    customer_id = CASE WHEN customer_id = %(customer)s THEN %(ghost)s::uuid ELSE customer_id END,
    subject = CASE WHEN trace_by = 'customer' THEN %(ghost)s::text
        ELSE coalesce(%(cases)s::jsonb ->> subject, subject) END
WHERE tenant_id = %(tenant)s AND id = ANY(ARRAY(
    SELECT id FROM journeys_passage WHERE tenant_id = %(tenant)s AND customer_id = %(customer)s
    UNION
    SELECT id FROM journeys_passage
    WHERE tenant_id = %(tenant)s AND trace_by = 'correlation' AND subject = ANY(%(own)s)))
"""


def forget(erasing: Erasing) -> None:
    """This room's part: events and passages. Only where others share a case are they made anew: its name stays, so that
    its place among the customer's own has changed."""
    values: dict[str, Any] = {
        "tenant": erasing.tenant_id,
        "customer": erasing.customer_id,
        "ghost": erasing.ghost,
        "erased": ERASED,
        "own": list(erasing.cases),
        "cases": msgspec.json.encode(erasing.cases).decode(),
        "kept": [*_kept()],
        "scores": sorted({of.key for of in METRICS.values()}),
    }
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, values)
        cursor.execute(_PASSAGES, values)
    fired = RuleFiring.objects.filter(customer_id=erasing.customer_id)
    messages.erase(about=list(fired.values_list("id", flat=True)))
    fired.update(customer_id=None, subject="")
    RuleFiring.objects.filter(subject__in=[*erasing.cases]).update(subject="")
    if erasing.shared:
        recount(correlations=[*erasing.shared, *erasing.cases.values()])


def _kept() -> set[str]:
    slugs = Dimension.objects.in_use().values_list("slug", flat=True)
    conditions = Journey.objects.exclude(condition_property="").values_list("condition_property", flat=True)
    return {*slugs, *conditions, *_SOURCES, *_OF_ANSWERS}
