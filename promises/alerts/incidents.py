"""Incidents as people read them: the promise, since when, what burns, who is on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from cxplatform.tenancy.models import User
from promises.alerts.tell import said
from promises.models import Alert, Promise

SHOWN = timedelta(days=90)


@dataclass(frozen=True)
class Incident:
    """One incident with its promise; `said` are its two windows in words. `ended_at` None = it stands."""

    id: int
    promise: Promise
    target: float
    began_at: datetime
    ended_at: datetime | None
    said: tuple[str, ...]
    seen_by: str


def standing() -> tuple[Incident, ...]:
    """Those of the active tenant that stand, the newest first; uses alert_open_once."""
    return _read(Alert.objects.filter(resolved_at=None))


def ended() -> tuple[Incident, ...]:
    """Those of the active tenant that ended in the last 90 days, the newest first."""
    return _read(Alert.objects.filter(resolved_at__gte=timezone.now() - SHOWN).order_by("-resolved_at")[:100])


def mark_seen(*, alert_id: int, user: User) -> bool:
    """Note who is on a standing incident of the active tenant, the first to say so; False when there is none such."""
    found = Alert.objects.filter(pk=alert_id, resolved_at=None)
    if not found.exists():
        return False
    found.filter(seen_by=None).update(seen_by=user)
    return True


def _read(alerts: Iterable[Alert]) -> tuple[Incident, ...]:
    rows = alerts.select_related("rule__promise", "seen_by")  # type: ignore[attr-defined]
    return tuple(
        Incident(
            id=alert.pk,
            promise=alert.rule.promise,
            target=float(alert.rule.target),
            began_at=alert.opened_at,
            ended_at=alert.resolved_at,
            said=tuple(said(each) for each in alert.windows),
            seen_by=str(alert.seen_by or ""),
        )
        for alert in rows
    )
