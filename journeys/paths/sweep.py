"""Time alone ends passages: find those nothing happened to for long enough, hold them against their designs, and move
the counts."""

from datetime import datetime
from typing import Any

import msgspec
from django.db import connection
from django.utils import timezone

from cxplatform.pipeline import locks, pulse
from cxplatform.tenancy.models import Tenant
from journeys.models import Passage
from journeys.paths import counting, scratch
from journeys.paths.tracing import zone_of_counts
from journeys.paths.variants import Way, columns, hold, variant_digest

BATCH = 5_000

_DUE = """
INSERT INTO path_move
SELECT -1, * FROM journeys_passage
WHERE tenant_id = (SELECT %(tenant)s::bigint) AND NOT ended AND wake_at < %(now)s ORDER BY wake_at LIMIT %(limit)s
"""
# Something happened since they were to be looked at: they sleep on, held against no design yet. Those of an
# installation older than that rule all wake after its upgrade, and lose what they were found to be.
_LATER = """
UPDATE journeys_passage SET wake_at = over_at, fitness = NULL, skipped = '{}', repeated = '{}', undesigned = '{}'
WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = ANY(ARRAY(SELECT id FROM path_move WHERE over_at >= %(now)s))
"""
_OVER = "DELETE FROM path_move WHERE over_at >= %(now)s"
_WAYS = "SELECT DISTINCT journey_id, version_id, touchpoint_ids FROM path_move"
_END = """
WITH fit AS MATERIALIZED (
    SELECT m.id, f.* FROM path_move m
    LEFT JOIN jsonb_to_recordset(%(fits)s::jsonb) AS f (
        version_id bigint, variant uuid, fitness float8, skipped bigint[], repeated bigint[], undesigned bigint[])
    ON f.version_id = m.version_id AND f.variant = m.variant
)
UPDATE journeys_passage p
SET ended = true, fitness = fit.fitness, skipped = coalesce(fit.skipped, '{}'),
    repeated = coalesce(fit.repeated, '{}'), undesigned = coalesce(fit.undesigned, '{}')
FROM fit
WHERE p.tenant_id = (SELECT %(tenant)s::bigint) AND p.id = ANY(ARRAY(SELECT id FROM path_move)) AND p.id = fit.id
"""
_ENDED = """
INSERT INTO path_move
SELECT 1, * FROM journeys_passage
WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = ANY(ARRAY(SELECT id FROM path_move))
"""


def anything_due(*, now: datetime | None = None) -> bool:
    """Whether it is time to look at passages of the active tenant that count as open; uses passage_due."""
    return bool(Passage.objects.filter(ended=False, wake_at__lt=now or timezone.now()).exists())


def sweep(tenant: Tenant, *, now: datetime | None = None, limit: int = BATCH) -> int:
    """Look at a batch of the active tenant's passages that may be over and end those that are; how many were looked at.

    Waits for the worker that is counting: both move the same rows.
    """
    locks.wait(tenant.pk)
    values: dict[str, Any] = {"tenant": tenant.pk, "now": now or timezone.now(), "limit": limit}
    with connection.cursor() as cursor:
        scratch.clear(cursor)
        cursor.execute(_DUE, values)
        due = int(cursor.rowcount)
        cursor.execute(_LATER, values)
        later = int(cursor.rowcount)
        if later:
            cursor.execute(_OVER, values)
        if due > later:
            cursor.execute(_END, values | {"fits": _fits(cursor)})
            cursor.execute(_ENDED, values)
            counting.count(cursor, tenant_id=tenant.pk, zone=zone_of_counts(tenant))
            pulse.beat()
    return due


def _fits(cursor: Any) -> str:
    """How the ways of `path_move` go with their designs, as JSON."""
    cursor.execute(_WAYS)
    ways = [Way(journey, version, tuple(touchpoint_ids)) for journey, version, touchpoint_ids in cursor.fetchall()]
    rows = [
        {
            "version_id": way.version_id,
            "variant": variant_digest(way.journey_id, way.touchpoint_ids),
            **columns(fit),
        }
        for way, fit in hold(cursor, ways).items()
    ]
    return msgspec.json.encode(rows).decode()
