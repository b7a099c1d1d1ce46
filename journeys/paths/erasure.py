"""A person erased: what they went through stays counted, and leads to nobody any more."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from cxplatform.tenancy.context import active_tenant_id
from journeys.models import Journey
from journeys.paths.recount import recount

# Uses passage_by_subject; LATERAL ... LIMIT 1 keeps it at one look-up for each subject.
_BLANK = """
UPDATE journeys_passage SET subject = '', customer_id = NULL
WHERE tenant_id = (SELECT %(tenant)s::bigint) AND trace_by = %(by)s AND subject = ANY(ARRAY(
    SELECT s.subject FROM unnest(%(subjects)s::{type}[]) AS g(id), LATERAL (SELECT g.id::text AS subject) s
    LEFT JOIN LATERAL (
        SELECT id FROM journeys_event
        WHERE tenant_id = (SELECT %(tenant)s::bigint) AND {column} = g.id AND {there} LIMIT 1
    ) left_over ON true
    WHERE left_over.id IS NULL))
"""


def forget(*, correlations: Sequence[str] = (), customer_ids: Sequence[UUID] = ()) -> None:
    """Let the passages of erased persons of the active tenant belong to nobody.

    Called in the transaction that took customer and correlation from their events, which holds
    `cxplatform.pipeline.locks`. Passages of which no event is left to read keep what was counted of them, also in
    a rebuild; a case that other people have events of is read anew from those.
    """
    tenant_id = active_tenant_id()
    with connection.cursor() as cursor:
        for by, subjects, parts in (
            (Journey.TraceBy.CORRELATION, correlations, _CASE),
            (Journey.TraceBy.CUSTOMER, customer_ids, _CUSTOMER),
        ):
            values: dict[str, Any] = {"tenant": tenant_id, "by": by, "subjects": [str(subject) for subject in subjects]}
            cursor.execute(_BLANK.format(**parts), values)
    recount(correlations=correlations, customer_ids=customer_ids)


_CASE = {"type": "text", "column": "correlation", "there": "correlation <> ''"}
_CUSTOMER = {"type": "uuid", "column": "customer_id", "there": "customer_id IS NOT NULL"}
