"""Posting what waits: endpoints side by side, each in its own order, a failing one waiting for itself alone."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone, translation

from cxplatform.deliveries.models import Webhook, WebhookDelivery
from cxplatform.deliveries.webhooks.outside import NotTaken, Refused, post
from cxplatform.deliveries.webhooks.signing import signature
from cxplatform.tenancy.context import activate, active_tenant_id

log = structlog.get_logger(__name__)

TRIED_FOR = timedelta(days=1)
KEPT = timedelta(days=30)
SIDE_BY_SIDE = 16
_EACH = 50
_LEASE = timedelta(minutes=15)  # longer than a whole round of one endpoint
_PAUSES = [timedelta(seconds=s) for s in (5, 30, 120, 600, 1_800, 3_600, 7_200)]
_GONE = 410
_TROUBLE = (408, 429, _GONE)


@dataclass(frozen=True)
class _Result:
    delivery: WebhookDelivery
    status: int | None
    error: str = ""

    @property
    def of_endpoint(self) -> bool:
        """Whether the endpoint is in trouble, rather than this delivery alone not to its liking."""
        return bool(self.error) and (self.status is None or self.status >= 500 or self.status in _TROUBLE)


def waiting() -> QuerySet[Webhook]:
    """Endpoints of the active tenant with something to post now."""
    now = timezone.now()
    # Uses delivery_waiting.
    due = WebhookDelivery.objects.filter(webhook_id=OuterRef("pk"), sent_at=None, given_up_at=None, not_before__lte=now)
    found: QuerySet[Webhook] = Webhook.objects.in_use().filter(Exists(due), paused=False, waits_until__lte=now)
    return found


def deliver_due(tenant_id: int) -> int:
    """Post a round of what waits for one tenant's endpoints; how many were taken. Call outside any transaction.

    What is claimed is leased, and the lease commits before anything is posted: a killed worker's deliveries are
    posted again, under the same id.
    """
    with activate(tenant_id):
        claimed = [(endpoint, rows) for endpoint in waiting() if (rows := _claim(endpoint))]
    if not claimed:
        return 0
    with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
        rounds = list(threads.map(lambda pair: _post_all(*pair), claimed))
    with activate(tenant_id):
        for (endpoint, rows), results in zip(claimed, rounds, strict=True):
            _settle(endpoint, rows, results)
    return sum(not result.error for results in rounds for result in results)


def again(*, delivery_ids: Sequence[UUID]) -> int:
    """Put deliveries of the active tenant back in line, whatever became of them; how many."""
    from cxplatform.deliveries.tasks import send_webhooks

    found = WebhookDelivery.objects.filter(id__in=list(delivery_ids), webhook__archived_at=None)
    Webhook.objects.filter(pk__in=found.values("webhook_id")).update(waits_until=timezone.now())
    now = timezone.now()
    many: int = found.update(sent_at=None, given_up_at=None, not_before=now, created_at=now, error="", status=None)
    if many:
        send_webhooks.after_commit(active_tenant_id())
    return many


def forget() -> None:
    """Delete the active tenant's deliveries that are older than 30 days."""
    WebhookDelivery.objects.filter(created_at__lt=timezone.now() - KEPT).delete()


def _claim(endpoint: Webhook) -> list[WebhookDelivery]:
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE deliveries_webhookdelivery SET attempts = attempts + 1, not_before = %(lease)s
            WHERE tenant_id = %(tenant)s AND id IN (
                SELECT id FROM deliveries_webhookdelivery
                WHERE tenant_id = %(tenant)s AND webhook_id = %(webhook)s AND sent_at IS NULL AND given_up_at IS NULL
                    AND not_before <= %(now)s
                ORDER BY not_before, id LIMIT %(most)s FOR UPDATE SKIP LOCKED
            )
            RETURNING id
            """,
            {"tenant": endpoint.tenant_id, "webhook": endpoint.pk, "now": now, "lease": now + _LEASE, "most": _EACH},
        )
        ids = [id_ for (id_,) in cursor.fetchall()]
    return list(WebhookDelivery.objects.filter(id__in=ids).order_by("created_at", "id"))


def _post_all(endpoint: Webhook, rows: Sequence[WebhookDelivery]) -> list[_Result]:
    """Post in order, up to the first that shows the endpoint in trouble. Runs beside others: touches no database."""
    results = []
    # What is written down of errors is English, as what the network says is.
    with translation.override("en"):
        for row in rows:
            results.append(_post(endpoint, row))
            if results[-1].of_endpoint:
                break
    return results


def _post(endpoint: Webhook, row: WebhookDelivery) -> _Result:
    now = timezone.now()
    body, stamp = row.body.encode(), int(now.timestamp())
    secrets = [endpoint.secret]
    if endpoint.previous and endpoint.previous_until and endpoint.previous_until > now:
        secrets.append(endpoint.previous)
    headers = {
        "content-type": "application/json",
        "user-agent": "cxplatform",
        "webhook-id": str(row.id),
        "webhook-timestamp": str(stamp),
        "webhook-signature": " ".join(
            signature(secret=secret, id=str(row.id), timestamp=stamp, body=body) for secret in secrets
        ),
    }
    try:
        answer = post(endpoint.url, body=body, headers=headers)
    except (NotTaken, Refused) as error:
        return _Result(row, getattr(error, "status", None), str(error)[:300] or type(error).__name__)
    return _Result(row, answer.status)


def _settle(endpoint: Webhook, rows: Sequence[WebhookDelivery], results: Sequence[_Result]) -> None:
    """Write down what became of a round; what was claimed and not tried goes back in line as it was."""
    now = timezone.now()
    for result in results:
        row = result.delivery
        change: dict[str, Any] = {"status": result.status, "error": result.error}
        if not result.error:
            change["sent_at"] = now
        elif row.created_at < now - TRIED_FOR:
            change["given_up_at"] = now
        else:
            change["not_before"] = now if result.of_endpoint else now + _pause(row.attempts)
        WebhookDelivery.objects.filter(id=row.id).update(**change)
    for row in rows[len(results) :]:
        WebhookDelivery.objects.filter(id=row.id).update(attempts=row.attempts - 1, not_before=now)
    _note(endpoint, next((result for result in results if result.of_endpoint), None))


def _note(endpoint: Webhook, trouble: _Result | None) -> None:
    """How the endpoint does. Where it fails, what has waited for it longer than a day is given up all at once."""
    now = timezone.now()
    health = Webhook.objects.filter(pk=endpoint.pk)
    if trouble is None:
        if endpoint.failures:
            health.update(failures=0, failing_since=None)
        return
    log.warning("webhook not taken", webhook=endpoint.pk, status=trouble.status, failures=endpoint.failures + 1)
    health.update(
        failures=endpoint.failures + 1,
        failing_since=endpoint.failing_since or now,
        waits_until=now + _pause(endpoint.failures + 1),
    )
    if trouble.status == _GONE:
        # The receiver says that it is gone for good: nothing is posted until somebody looks.
        health.update(paused=True)
    WebhookDelivery.objects.filter(
        webhook=endpoint, sent_at=None, given_up_at=None, created_at__lt=now - TRIED_FOR
    ).update(given_up_at=now)


def _pause(failures: int) -> timedelta:
    return _PAUSES[min(failures, len(_PAUSES)) - 1]
