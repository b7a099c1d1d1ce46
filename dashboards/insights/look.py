"""Looking for findings, one kind at a time: what a look finds stands instead of what the one before it found."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction
from django.utils import timezone

from cxplatform.pipeline import pulse
from cxplatform.pipeline.models import QueueRow
from cxplatform.tenancy.models import Tenant
from dashboards.insights.finders import FINDERS, Finder, Found
from dashboards.models import Insight, Look

log = structlog.get_logger()

NIGHT = range(2, 5)
"""Hours of the company's clock in which nightly kinds are looked for."""
DAY = timedelta(hours=20)
BACKLOG = timedelta(seconds=15)


def due(*, tenant: Tenant, now: datetime) -> list[str]:
    """Kinds that are to be looked for now in the active tenant, those never looked for first.

    None while a backlog is being counted: of half a history everything would be found, and nothing of it be so.
    """
    if _backlog(tenant, now):
        return []
    looks = {look.kind: look for look in Look.objects.all()}
    version = pulse.version()
    kinds = [kind for kind, finder in FINDERS.items() if _due(finder, looks.get(kind), version, tenant, now)]
    return sorted(kinds, key=lambda kind: (kind in looks, kind))


def look(*, tenant: Tenant, kind: str) -> int:
    """Look for one kind in the active tenant if it is due, and keep what is found; how many. A finder that fails
    leaves the findings there were, and its reason in `Look.trouble`."""
    if not _my_turn(tenant.pk, kind) or kind not in due(tenant=tenant, now=timezone.now()):
        return 0
    began, version, trouble = time.monotonic(), pulse.version(), ""
    found: Sequence[Found] = ()
    try:
        with transaction.atomic():
            found = FINDERS[kind].find(tenant=tenant, today=timezone.localdate(timezone=tenant.zone))
            _keep(kind, found)
    except Exception as error:
        trouble = f"{type(error).__name__}: {error}"[:300]
        log.exception("look failed", tenant=tenant.pk, kind=kind)
    Look.objects.update_or_create(
        kind=kind,
        defaults={
            "looked_at": timezone.now(),
            "version": version,
            "seconds": round(time.monotonic() - began, 3),
            "trouble": trouble,
        },
    )
    return 0 if trouble else len(found)


def _backlog(tenant: Tenant, now: datetime) -> bool:
    """Whether what was written a while ago still waits to be counted; uses queue_by_tenant."""
    oldest = QueueRow.objects.filter(tenant_id=tenant.pk).order_by("id").values_list("enqueued_at", flat=True).first()
    return oldest is not None and now - oldest > BACKLOG


def _my_turn(tenant_id: int, kind: str) -> bool:
    """Whether no other worker looks for this kind; the turn ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended('dashboards.look.' || %s, %s))", [kind, tenant_id]
        )
        return bool(cursor.fetchone()[0])


def _keep(kind: str, found: Sequence[Found]) -> None:
    Insight.objects.filter(kind=kind).delete()
    Insight.objects.bulk_create(
        [
            Insight(
                kind=kind,
                rank=rank,
                journey_id=one.journey_id,
                stage_id=one.stage_id,
                touchpoint_id=one.touchpoint_id,
                data=dict(one.data),
                start=one.start,
                last=one.last,
            )
            for rank, one in enumerate(found, start=1)
        ]
    )


def _due(finder: Finder, last: Look | None, version: int, tenant: Tenant, now: datetime) -> bool:
    if last is None:
        return True
    if finder.nightly:
        return now.astimezone(tenant.zone).hour in NIGHT and now - last.looked_at >= DAY
    return now - last.looked_at >= finder.every and (last.version != version or now - last.looked_at >= DAY)
