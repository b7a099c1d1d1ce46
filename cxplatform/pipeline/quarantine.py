"""Events that a consumer could not take in: set apart with the reason, replayed when it is mended."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.formats import date_format
from django.utils.timezone import localtime

from cxplatform.ids import uuid7
from cxplatform.pipeline import queue
from cxplatform.pipeline.models import QuarantinedEvent
from cxplatform.tenancy import audit
from cxplatform.tenancy.models import AuditEntry


def put(event_ids: Sequence[UUID], *, consumer: str, error: str) -> None:
    """Set events of the active tenant apart; one that failed again gets its new reason."""
    QuarantinedEvent.objects.bulk_create(
        [
            QuarantinedEvent(id=uuid7(), event_id=event_id, consumer=consumer, error=error.replace("\x00", "")[:4000])
            for event_id in event_ids
        ],
        update_conflicts=True,
        unique_fields=["tenant", "event_id"],
        update_fields=["consumer", "error", "replayed_at"],
    )


def waiting() -> QuerySet[QuarantinedEvent]:
    """Those set apart and not sent again since, newest first."""
    return QuarantinedEvent.objects.filter(replayed_at=None).order_by("-id")


def replay(event_ids: Sequence[UUID]) -> int:
    """Queue quarantined events of the active tenant again; how many there were."""
    found = list(waiting().filter(event_id__in=event_ids))
    for row in found:
        before = audit.state(row)
        audit.record("replayed", row, before=before, event=str(row.event_id))
    QuarantinedEvent.objects.filter(event_id__in=[row.event_id for row in found]).update(replayed_at=Now())
    queue.enqueue([row.event_id for row in found])
    return len(found)


def called(entries: Sequence[AuditEntry]) -> Mapping[UUID, str]:
    """What the history calls events in quarantine: when each was set apart."""
    at = dict(
        QuarantinedEvent.objects.filter(id__in=[entry.object_id for entry in entries]).values_list(
            "id", "quarantined_at"
        )
    )
    told = {entry.id: at.get(UUID(entry.object_id)) for entry in entries}
    return {
        id: date_format(localtime(moment), "SHORT_DATETIME_FORMAT") if moment else "" for id, moment in told.items()
    }
