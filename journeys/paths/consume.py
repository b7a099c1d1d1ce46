"""The pipeline's consumer that keeps passages and their counts."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from cxplatform.pipeline.consumers import Claim
from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Tenant
from journeys.paths.recount import recount, retrace, retrace_near
from journeys.paths.traces import MATTERS, parameters
from journeys.paths.tracing import Reading, measures_anything, read

NAME = "journeys.paths"

_TOUCHED = f"""
SELECT correlation, customer_id, time FROM journeys_event
WHERE tenant_id = %(tenant)s AND id = ANY(%(ids)s::uuid[]) AND {MATTERS}
"""


def consume(claim: Claim) -> None:
    """Make the passages anew that a claim's events are of; one query where no journey is measured."""
    if not measures_anything():
        return
    reading = read(Tenant.objects.get(pk=claim.tenant_id), event_ids=claim.event_ids)
    touched = _touched(reading, claim.event_ids)
    if not touched:
        return
    for tracing in reading.tracings:
        if tracing.by_case:
            retrace(reading, tracing, [correlation for correlation, _, _ in touched if correlation])
        else:
            events = [(str(customer), moment) for _, customer, moment in touched if customer]
            retrace_near(reading, tracing, events)


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


def _touched(reading: Reading, event_ids: list[UUID]) -> list[tuple[str, UUID | None, datetime]]:
    """(correlation, customer, time) of those events that matter."""
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, parameters(reading) | {"ids": event_ids})
        return list(cursor.fetchall())
