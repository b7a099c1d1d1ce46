"""Posting what waits: endpoints side by side, each in its own order, a failing one waiting for itself alone.

Posting is waiting, so it is done in threads of the worker's process, and a worker goes on with other work while an
endpoint hangs. An endpoint is one thread's at a time by a lease that commits before anything is posted: what a killed
worker had taken is posted again when its lease has ended, under the same id.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import structlog
from django.db import connection
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone, translation

from cxplatform.deliveries.models import Webhook, WebhookDelivery
from cxplatform.deliveries.webhooks import chat
from cxplatform.deliveries.webhooks.in_order import lock_in_order
from cxplatform.deliveries.webhooks.outside import NotTaken, Refused, post
from cxplatform.deliveries.webhooks.signing import signature
from cxplatform.tenancy.context import activate, active_tenant_id
from cxplatform.tenancy.models import Tenant

log = structlog.get_logger(__name__)

TRIED_FOR = timedelta(days=1)
KEPT = timedelta(days=30)
SIDE_BY_SIDE = 64
_AILING = SIDE_BY_SIDE // 2  # of these, for endpoints that failed last time: the others never wait for them
_EACH = 25  # known to be sent only when a round is over: what a killed worker may tell twice
_ROUND = 10  # seconds after which an endpoint's round ends, whatever is left of it
LEASE = timedelta(seconds=50)  # longer than a round, one post more, and a look-up of a name that hangs
_PAUSES = [timedelta(seconds=s) for s in (5, 30, 120, 600, 1_800, 3_600, 7_200)]
_GONE = 410
# Answers that tell of the endpoint and not of the one delivery: no entry, no such place, busy, gone.
_TROUBLE = (401, 403, 404, 405, 408, 429, _GONE)
# Threads write down what became of their posts through few connections: a database has not many.
_database = threading.BoundedSemaphore(2)
_under_way: set[Future[int]] = set()
_busy_with_ailing = threading.BoundedSemaphore(_AILING)


@dataclass(frozen=True)
class _Result:
    delivery: WebhookDelivery
    status: int | None
    error: str = ""
    after: timedelta | None = None

    @property
    def of_endpoint(self) -> bool:
        """Whether the endpoint is in trouble, rather than this delivery alone not to its liking."""
        return bool(self.error) and (self.status is None or self.status >= 500 or self.status in _TROUBLE)


@dataclass(frozen=True)
class _Claim:
    """An endpoint that is ours until `until`, and what it is to be told, in order: each with the bytes to post."""

    endpoint: Webhook
    until: datetime
    rows: Sequence[tuple[WebhookDelivery, bytes]]


def waiting() -> QuerySet[Webhook]:
    """Endpoints of the active tenant with something to post now, that nobody posts to."""
    now = timezone.now()
    # Uses delivery_waiting.
    due = WebhookDelivery.objects.filter(webhook_id=OuterRef("pk"), sent_at=None, given_up_at=None, not_before__lte=now)
    free = Webhook.objects.in_use().filter(paused=False, waits_until__lte=now, busy_until__lte=now)
    found: QuerySet[Webhook] = free.filter(Exists(due))
    return found


def deliver_due(tenant_id: int, *, patience: float | None = None) -> int:
    """Post what waits for one tenant's endpoints; how many were taken meanwhile. Call outside any transaction.

    Returns when all is posted or, with `patience`, after so many seconds: what is under way goes on without us.
    """
    with activate(tenant_id):
        many = min(waiting().count(), SIDE_BY_SIDE)
    begun = [_threads().submit(_work, tenant_id) for _ in range(many)]
    _under_way.update(begun)
    done: set[Future[int]] = wait(begun, timeout=patience).done
    _under_way.difference_update([each for each in _under_way if each.done()])
    return sum(each.result() for each in done)


def finish() -> None:
    """Wait for what is under way in this process."""
    wait(set(_under_way))


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="webhooks")


def _work(tenant_id: int) -> int:
    """Serve one endpoint after another until none waits; how many deliveries were taken."""
    taken = 0
    try:
        while True:
            ailing = _busy_with_ailing.acquire(blocking=False)
            try:
                with _in_database(tenant_id):
                    claim = _claim(ailing=ailing)
                if claim is None:
                    return taken
                if ailing and not claim.endpoint.failures:
                    _busy_with_ailing.release()
                    ailing = False
                results = _post_all(claim)
            finally:
                if ailing:
                    _busy_with_ailing.release()
            with _in_database(tenant_id):
                _settle(claim, results)
            taken += sum(not result.error for result in results)
    except Exception:
        log.exception("webhooks not posted", tenant=tenant_id)
        raise


@contextmanager
def _in_database(tenant_id: int) -> Iterator[None]:
    with _database:
        try:
            with activate(tenant_id):
                yield
        finally:
            connection.close()


def again(*, delivery_ids: Sequence[UUID]) -> int:
    """Put deliveries of the active tenant back in line, whatever became of them; how many."""
    from cxplatform.deliveries.tasks import send_webhooks

    found = WebhookDelivery.objects.filter(id__in=list(delivery_ids), webhook__archived_at=None)
    lock_in_order(found)
    Webhook.objects.filter(pk__in=found.values("webhook_id")).update(waits_until=timezone.now())
    now = timezone.now()
    many: int = found.update(sent_at=None, given_up_at=None, not_before=now, created_at=now, error="", status=None)
    if many:
        send_webhooks.after_commit(active_tenant_id())
    return many


def forget() -> None:
    """Delete the active tenant's deliveries that are older than 30 days."""
    WebhookDelivery.objects.filter(created_at__lt=timezone.now() - KEPT).delete()


def _claim(*, ailing: bool) -> _Claim | None:
    """Take the endpoint of the active tenant that has waited longest, well ones before ailing ones, with a round."""
    until = timezone.now() + LEASE
    free = waiting() if ailing else waiting().filter(failures=0)
    endpoint = free.order_by("failures", "busy_until").select_for_update(skip_locked=True, of=("self",)).first()
    if endpoint is None:
        return None
    Webhook.objects.filter(pk=endpoint.pk).update(busy_until=until)
    rows = WebhookDelivery.objects.filter(
        webhook=endpoint, sent_at=None, given_up_at=None, not_before__lte=timezone.now()
    )
    tenant = Tenant.objects.get(pk=active_tenant_id())
    told = [(row, chat.message(endpoint, row.body, tenant)) for row in rows.order_by("not_before", "id")[:_EACH]]
    return _Claim(endpoint, until, told)


def _post_all(claim: _Claim) -> list[_Result]:
    """Post in order, up to the first that shows the endpoint in trouble. Runs beside others: touches no database."""
    results: list[_Result] = []
    ends = time.monotonic() + _ROUND
    # What is written down of errors is English, as what the network says is.
    with translation.override("en"):
        for row, body in claim.rows:
            results.append(_post(claim.endpoint, row, body))
            if results[-1].of_endpoint or time.monotonic() > ends:
                break
    return results


def _post(endpoint: Webhook, row: WebhookDelivery, body: bytes) -> _Result:
    now = timezone.now()
    headers = {"content-type": "application/json", "user-agent": "cxplatform"}
    if not endpoint.is_chat:
        headers |= _signed(endpoint, str(row.id), body, now)
    try:
        answer = post(endpoint.url, body=body, headers=headers)
    except (NotTaken, Refused) as error:
        said = (str(error) or type(error).__name__).replace(endpoint.url, endpoint.place)[:300]
        return _Result(row, getattr(error, "status", None), said, getattr(error, "after", None))
    return _Result(row, answer.status)


def _signed(endpoint: Webhook, id: str, body: bytes, now: datetime) -> dict[str, str]:
    stamp = int(now.timestamp())
    secrets = [endpoint.secret]
    if endpoint.previous and endpoint.previous_until and endpoint.previous_until > now:
        secrets.append(endpoint.previous)
    return {
        "webhook-id": id,
        "webhook-timestamp": str(stamp),
        "webhook-signature": " ".join(signature(secret=each, id=id, timestamp=stamp, body=body) for each in secrets),
    }


def _settle(claim: _Claim, results: Sequence[_Result]) -> None:
    """Write down what became of a round and let the endpoint go; what was not tried stays in line as it was."""
    now, endpoint = timezone.now(), claim.endpoint
    lock_in_order(WebhookDelivery.objects.filter(id__in=[result.delivery.id for result in results]))
    # Told again by hand meanwhile, or taken for another after our lease: never taken back.
    open_ = WebhookDelivery.objects.filter(sent_at=None)
    taken: dict[int | None, list[UUID]] = {}
    for result in results:
        if not result.error:
            taken.setdefault(result.status, []).append(result.delivery.id)
    for status, ids in taken.items():
        open_.filter(id__in=ids).update(
            sent_at=now, given_up_at=None, status=status, error="", attempts=F("attempts") + 1
        )
    for result in results:
        if result.error:
            row = result.delivery
            change: dict[str, Any] = {"status": result.status, "error": result.error, "attempts": row.attempts + 1}
            if row.created_at < now - TRIED_FOR:
                change["given_up_at"] = now
            elif not result.of_endpoint:
                change["not_before"] = now + _pause(row.attempts + 1)
            open_.filter(id=row.id).update(**change)
    _note(endpoint, next((result for result in results if result.of_endpoint), None))
    Webhook.objects.filter(pk=endpoint.pk, busy_until=claim.until).update(busy_until=now)


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
        waits_until=now + max(_pause(endpoint.failures + 1), trouble.after or timedelta(0)),
    )
    if trouble.status == _GONE:
        # The receiver says that it is gone for good: nothing is posted until somebody looks.
        health.update(paused=True)
    WebhookDelivery.objects.filter(
        webhook=endpoint, sent_at=None, given_up_at=None, created_at__lt=now - TRIED_FOR
    ).update(given_up_at=now)


def _pause(failures: int) -> timedelta:
    return _PAUSES[min(failures, len(_PAUSES)) - 1]
