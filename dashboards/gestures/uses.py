"""The pipeline's consumer `dashboards.gestures`: an event of the type "gesture.<slug>" is one use, counted once."""

from typing import Any
from uuid import UUID

from django.db import connection

from cxplatform.pipeline.consumers import Claim
from dashboards.models import GestureUse
from journeys.claimed import claimed
from journeys.exporting import rows
from journeys.keepers import Erasing, Keeper, Merging

NAME = "dashboards.gestures"
PREFIX = "gesture."
_LONGEST = 100

_INTO = """
INSERT INTO dashboards_gestureuse (tenant_id, event_id, gesture, at, customer_id, touchpoint_id)
SELECT tenant_id, id, left(substr(type, %(after)s), %(longest)s), time, customer_id, touchpoint_id
FROM journeys_event
WHERE tenant_id = (SELECT %(tenant)s::bigint) AND type ^@ %(prefix)s
    AND coalesce(lower(properties ->> 'test') NOT IN ('true', '1'), true)
"""


def consume(claim: Claim) -> None:
    """One statement where a claim holds a gesture, none elsewhere."""
    if any(name.startswith(PREFIX) for name in claimed(claim).types):
        _take(claim.tenant_id, " AND id = ANY(%(ids)s::uuid[]) ON CONFLICT DO NOTHING", ids=claim.ids)


def rebuild(tenant_id: int) -> int:
    """Take in what is missing; uses are facts by the event's id, so none is ever there twice."""
    return _take(tenant_id, " ON CONFLICT DO NOTHING", ids="{}")


def _take(tenant_id: int, which: str, *, ids: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            _INTO + which,
            {"tenant": tenant_id, "prefix": PREFIX, "after": len(PREFIX) + 1, "longest": _LONGEST, "ids": ids},
        )
        return int(cursor.rowcount)


def merge(merging: Merging) -> None:
    GestureUse.objects.filter(customer_id=merging.gone).update(customer_id=merging.stays)


def erase(erasing: Erasing) -> None:
    GestureUse.objects.filter(customer_id=erasing.customer_id).update(customer_id=erasing.ghost)


def export(customer_id: UUID) -> dict[str, Any]:
    return {"gestures": rows(GestureUse.objects.filter(customer_id=customer_id))}


KEEPER = Keeper(merge, erase, export)
