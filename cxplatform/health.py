"""What machines ask: is the process alive, may it serve, how much waits."""

from dataclasses import dataclass
from http import HTTPStatus

import redis
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from cxplatform.deliveries.models import OutgoingMail
from cxplatform.pipeline.queue import lag


@dataclass(frozen=True)
class Readiness:
    """What was found: seconds and rows are None where the database did not answer."""

    problems: dict[str, str]
    queue_rows: int | None
    queue_seconds: float | None
    mail_waiting: int | None


def examine() -> Readiness:
    """Ask the database as the application's role, the broker, and how old the oldest waiting row is."""
    problems: dict[str, str] = {}
    rows = seconds = mail = None
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
            if cursor.fetchone() != (False,):
                problems["database"] = "DATABASE_URL names a role that passes by row-level security."
        rows, seconds = lag()
        mail = OutgoingMail.objects.filter(sent_at=None).count()
    except (DatabaseError, InterfaceError) as error:
        problems["database"] = f"It does not answer: {type(error).__name__}. See DATABASE_URL and the database's log."
    if seconds is not None and seconds > settings.READY_QUEUE_SECONDS:
        problems["queue"] = f"Events have waited {seconds:.0f} s to be counted. Is a worker running?"
    client = redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=0.5)
    try:
        client.ping()
    except redis.RedisError as error:
        problems["broker"] = f"It does not answer: {type(error).__name__}. See REDIS_URL and the broker's log."
    finally:
        client.close()
    return Readiness(problems, rows, seconds, mail)


@require_safe
@never_cache
@transaction.non_atomic_requests
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; says nothing of what it depends on."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
@transaction.non_atomic_requests
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when it may serve, else 503 with what is wrong."""
    found = examine()
    return JsonResponse(
        {
            "status": "not ready" if found.problems else "ready",
            "problems": found.problems,
            "queue": {"rows": found.queue_rows, "seconds": found.queue_seconds},
        },
        status=HTTPStatus.SERVICE_UNAVAILABLE if found.problems else HTTPStatus.OK,
    )


@require_safe
@never_cache
@transaction.non_atomic_requests
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus. Read from the database, so that any web process gives the same figures."""
    found = examine()
    registry = CollectorRegistry()
    up = Gauge("cx_up", "Whether a part answers.", ["part"], registry=registry)
    for part in ("database", "broker"):
        up.labels(part).set(part not in found.problems)
    for name, text, value in [
        ("cx_queue_rows", "Writes waiting to be counted.", found.queue_rows),
        ("cx_queue_seconds", "Age of the oldest write waiting to be counted.", found.queue_seconds),
        ("cx_mail_waiting", "E-mails waiting to be sent.", found.mail_waiting),
    ]:
        if value is not None:
            Gauge(name, text, registry=registry).set(value)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
