"""Time alone ends passages: find those nothing happened to for long enough, and move the counts."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from cxplatform.pipeline import locks, pulse
from cxplatform.tenancy.models import Tenant
from journeys.models import Passage
from journeys.paths import counting, scratch
from journeys.paths.tracing import zone_of_counts

BATCH = 5_000

_OVER = """
INSERT INTO path_move
SELECT -1, * FROM journeys_passage
WHERE tenant_id = (SELECT %(tenant)s::bigint) AND NOT ended AND over_at < %(now)s ORDER BY over_at LIMIT %(limit)s
"""
_END = """
UPDATE journeys_passage SET ended = true
WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = ANY(ARRAY(SELECT id FROM path_move))
"""
_ENDED = """
INSERT INTO path_move
SELECT 1, * FROM journeys_passage
WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = ANY(ARRAY(SELECT id FROM path_move))
"""


def anything_over(*, now: datetime | None = None) -> bool:
    """Whether passages of the active tenant are over that count as open; uses passage_open."""
    return bool(Passage.objects.filter(ended=False, over_at__lt=now or timezone.now()).exists())


def sweep(tenant: Tenant, *, now: datetime | None = None, limit: int = BATCH) -> int:
    """End a batch of the active tenant's passages that are over; how many there were.

    Waits for the worker that is counting: both move the same rows.
    """
    locks.wait(tenant.pk)
    values: dict[str, Any] = {"tenant": tenant.pk, "now": now or timezone.now(), "limit": limit}
    with connection.cursor() as cursor:
        scratch.clear(cursor)
        cursor.execute(_OVER, values)
        ended = int(cursor.rowcount)
        if ended:
            cursor.execute(_END, values)
            cursor.execute(_ENDED, values)
            counting.count(cursor, tenant_id=tenant.pk, zone=zone_of_counts(tenant))
            pulse.beat()
    return ended
