"""Corrections of what was counted: taken out and put back in one transaction, never edited in the rollups."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from cxplatform.pipeline import locks, pulse
from cxplatform.tenancy.context import active_tenant_id
from journeys.paths.scores import rescore_answers
from surveys import encounters, rollups
from surveys.models import Response
from surveys.submission import Place
from surveys.texts import verbatims

_MARK = """
WITH marked AS (
    UPDATE surveys_response SET is_test = true
    WHERE tenant_id = %(tenant)s AND id = ANY(%(ids)s::uuid[]) AND NOT is_test RETURNING id
),
told AS (
    UPDATE journeys_event SET properties = properties || '{"test": true}'
    WHERE tenant_id = %(tenant)s AND id IN (SELECT id FROM marked)
)
SELECT id FROM marked
"""
_MOVE = """
WITH moved AS (
    UPDATE surveys_response SET touchpoint_id = %(touchpoint)s, channel_id = %(channel)s, unit_id = %(unit)s
    WHERE tenant_id = %(tenant)s AND id = ANY(%(ids)s::uuid[]) RETURNING id
),
told AS (
    UPDATE journeys_event SET touchpoint_id = %(touchpoint)s, channel_id = %(channel)s, unit_id = %(unit)s
    WHERE tenant_id = %(tenant)s AND id IN (SELECT id FROM moved)
)
SELECT id FROM moved
"""


def remove_test_answers(response_ids: Sequence[UUID]) -> int:
    """Declare answers of the active tenant tests: they stay to be seen and count nowhere. How many there were."""
    tenant_id = active_tenant_id()
    locks.wait(tenant_id)
    with connection.cursor() as cursor:
        cursor.execute(_MARK, {"tenant": tenant_id, "ids": list(response_ids)})
        marked = [id_ for (id_,) in cursor.fetchall()]
    _count(marked)
    return len(marked)


def move_responses(response_ids: Sequence[UUID], *, to: Place) -> int:
    """Let answers of the active tenant belong to another touchpoint, channel and unit. How many there were."""
    tenant_id = active_tenant_id()
    locks.wait(tenant_id)
    ids = list(response_ids)
    rollups.uncount(ids)
    with connection.cursor() as cursor:
        cursor.execute(
            _MOVE,
            {
                "tenant": tenant_id,
                "ids": ids,
                "touchpoint": to.touchpoint_id,
                "channel": to.channel_id,
                "unit": to.unit_id,
            },
        )
        moved = [id_ for (id_,) in cursor.fetchall()]
    _count(moved)
    return len(moved)


_FOLLOW = """
UPDATE surveys_response r
SET touchpoint_id = e.touchpoint_id, channel_id = e.channel_id, unit_id = e.unit_id
FROM unnest(%(ids)s::uuid[]) AS moved (id)
CROSS JOIN LATERAL (
    SELECT id, touchpoint_id, channel_id, unit_id FROM journeys_event
    WHERE tenant_id = %(tenant)s AND id = moved.id LIMIT 1
) e
WHERE r.tenant_id = %(tenant)s AND r.id = e.id
"""


def follow_events(event_ids: Sequence[UUID]) -> None:
    """Let answers of the active tenant belong where their events do now, and count them there.

    The caller holds the tenant's turn, and took them out of the counts (`rollups.uncount`) before the events moved.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW, {"tenant": active_tenant_id(), "ids": list(event_ids)})
    rollups.count(event_ids)
    verbatims.bring(event_ids)


def _count(response_ids: Sequence[UUID]) -> None:
    if response_ids:
        rollups.count(response_ids)
        verbatims.bring(response_ids)
        customers = Response.objects.filter(id__in=response_ids, customer_id__isnull=False)
        encounters.count(list(customers.values_list("customer_id", flat=True).distinct()))
        rescore_answers(response_ids)
        pulse.beat()
