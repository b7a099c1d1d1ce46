"""The pipeline's consumer that keeps passages and their counts."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from cxplatform.pipeline.consumers import Claim
from cxplatform.tenancy.context import active_tenant_id
from journeys.claimed import claimed
from journeys.paths import pending
from journeys.paths.recount import recount, retrace, retrace_near
from journeys.paths.remembered import reading_now
from journeys.paths.scores import rescore
from journeys.paths.settled import settled
from journeys.paths.tracing import measures_anything

NAME = "journeys.paths"


def consume(claim: Claim) -> None:
    """Make the passages anew that a claim's events are of; one query where no journey is measured."""
    reading = reading_now(claim.event_ids)
    if not reading.tracings:
        return
    events = claimed(claim)
    matter = [kind for kind in events.kinds if reading.types.matters(kind.type, placed=kind.placed)]
    cases = list({case for kind in matter for case in kind.cases})
    answers = events.answers
    customers = {customer for kind in matter for customer in kind.customers}
    if not cases and not customers and not answers:
        return
    for tracing in reading.tracings:
        if tracing.by_case:
            retrace(reading, tracing, cases)
        elif customers and settled(reading):
            retrace_near(reading, tracing, claim.event_ids)
        else:  # what is stored of these customers may not be all there is yet
            retrace(reading, tracing, [UUID(customer) for customer in customers])
        if answers:
            rescore(reading, tracing, event_ids=[UUID(answer) for answer in answers])
    pending.settle(reading)


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
