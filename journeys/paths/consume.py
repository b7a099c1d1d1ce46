"""The pipeline's consumer that keeps passages and their counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection

from cxplatform.pipeline.consumers import Claim
from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Tenant
from journeys.paths.recount import recount, retrace, retrace_near
from journeys.paths.scores import rescore
from journeys.paths.segments import Moment
from journeys.paths.settled import settled
from journeys.paths.traces import IS_STEP, MATTERS, parameters
from journeys.paths.tracing import ANSWERED, Reading, measures_anything, read

NAME = "journeys.paths"

_TOUCHED = f"""
SELECT id, type = '{ANSWERED}', correlation, customer_id, time, {IS_STEP} FROM journeys_event
WHERE tenant_id = %(tenant)s AND id = ANY(%(ids)s::uuid[]) AND (type = '{ANSWERED}' OR {MATTERS})
"""


@dataclass
class _Touched:
    """What a claim's events are of: cases, moments of customers, and answers."""

    cases: set[str] = field(default_factory=set)
    moments: set[Moment] = field(default_factory=set)
    answers: list[UUID] = field(default_factory=list)


def consume(claim: Claim) -> None:
    """Make the passages anew that a claim's events are of; one query where no journey is measured."""
    if not measures_anything():
        return
    tenant = Tenant.objects.get(pk=claim.tenant_id)
    reading = read(tenant, event_ids=claim.event_ids)
    touched = _touched(reading, claim.event_ids)
    for tracing in reading.tracings:
        if tracing.by_case:
            retrace(reading, tracing, sorted(touched.cases))
        elif touched.moments and settled(reading):
            retrace_near(reading, tracing, sorted(touched.moments))
        else:  # what is stored of these customers may not be all there is yet
            retrace(reading, tracing, sorted({UUID(customer) for customer, *_ in touched.moments}))
        if touched.answers:
            rescore(reading, tracing, event_ids=touched.answers)


_SUBJECTS = """
SELECT array_agg(DISTINCT correlation) FILTER (WHERE correlation <> ''),
    array_agg(DISTINCT customer_id) FILTER (WHERE customer_id IS NOT NULL)
FROM journeys_event WHERE tenant_id = %s AND id = ANY(%s::uuid[])
"""


def reread(event_ids: Sequence[UUID]) -> None:
    """Make the passages anew that these events of the active tenant are of: they moved, or mean something else.

    The caller holds the tenant's turn to count.
    """
    if not measures_anything():
        return
    with connection.cursor() as cursor:
        cursor.execute(_SUBJECTS, [active_tenant_id(), list(event_ids)])
        correlations, customers = cursor.fetchone()
    recount(correlations=correlations or (), customer_ids=customers or ())


def _touched(reading: Reading, event_ids: list[UUID]) -> _Touched:
    touched = _Touched()
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, parameters(reading) | {"ids": event_ids})
        for event_id, answered, correlation, customer_id, moment, is_step in cursor.fetchall():
            if answered:
                touched.answers.append(event_id)
                continue
            if correlation:
                touched.cases.add(correlation)
            if customer_id:
                touched.moments.add((str(customer_id), moment, is_step))
    return touched
