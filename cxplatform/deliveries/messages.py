"""E-mails and text messages to customers: written with the change that causes them, sent after commit, until they go.

The same promises as mail to staff (`outbox`), behind row-level security: everything here runs in the active tenant.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import formataddr, parseaddr
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from cxplatform.deliveries import sms
from cxplatform.deliveries.models import OutgoingMessage
from cxplatform.deliveries.outbox import KEPT, WAITS
from cxplatform.tenancy.context import activate, active_tenant_id

log = structlog.get_logger(__name__)

_SENDING = timedelta(minutes=2)  # longer than the servers' time-outs


@dataclass(frozen=True, kw_only=True)
class Message:
    """One e-mail or text message. `sender` is the name it comes from; the address is the installation's.

    It waits until `not_before`; None is at once.
    """

    by: str
    to: str
    text: str
    about: UUID | None = None
    sender: str = ""
    subject: str = ""
    html: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    not_before: datetime | None = None


def enqueue(messages: Sequence[Message]) -> None:
    """Put messages into the surrounding transaction: rolled back, they were never written."""
    from cxplatform.deliveries.tasks import send_messages

    OutgoingMessage.objects.bulk_create(
        [
            OutgoingMessage(
                by=message.by,
                about=message.about,
                to=message.to,
                sender=_line(message.sender)[:200],
                subject=_line(message.subject)[:300],
                text=message.text,
                html=message.html,
                headers={name: _line(value) for name, value in message.headers.items()},
                **({"not_before": message.not_before} if message.not_before else {}),
            )
            for message in messages
        ],
        batch_size=500,
    )
    if messages:
        send_messages.after_commit(active_tenant_id())


def waiting() -> QuerySet[OutgoingMessage]:
    """Messages of the active tenant whose time has come. Uses message_waiting."""
    found: QuerySet[OutgoingMessage] = OutgoingMessage.objects.filter(
        sent_at=None, given_up_at=None, not_before__lte=timezone.now()
    )
    return found


def deliver_due(tenant_id: int, *, most: int = 200) -> int:
    """Send up to `most` messages whose time has come; how many went. Call outside any transaction.

    Each claim is a lease that commits before its message is sent, so that no transaction waits for a server and a
    killed worker's message is tried again.
    """
    sent = 0
    for _ in range(most):
        with activate(tenant_id):
            message = _claim()
        if message is None:
            break
        try:
            _send(message)
        except Exception as error:
            with activate(tenant_id):
                _failed(message, error)
            continue
        with activate(tenant_id):
            _sent(message)
        sent += 1
    return sent


def withdraw(about: Collection[UUID]) -> int:
    """Give up the active tenant's unsent messages about these, and forget what they said; how many.

    One that a server is being handed at this moment still goes.
    """
    if not about:
        return 0
    # Uses message_about.
    return OutgoingMessage.objects.filter(about__in=list(about), sent_at=None, given_up_at=None).update(  # type: ignore[no-any-return]
        given_up_at=timezone.now(), to="", text="", html="", headers={}, error=""
    )


def forget() -> None:
    """Delete the active tenant's messages that are older than 30 days."""
    OutgoingMessage.objects.filter(created_at__lt=timezone.now() - KEPT).delete()


def leaves(by: str) -> bool:
    """Whether messages of this kind leave the machine."""
    return settings.MAIL_LEAVES if by == OutgoingMessage.By.EMAIL else bool(sms.configured())


def _claim() -> OutgoingMessage | None:
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE deliveries_outgoingmessage SET attempts = attempts + 1, not_before = %s
            WHERE tenant_id = %s AND id = (
                SELECT id FROM deliveries_outgoingmessage
                WHERE tenant_id = %s AND sent_at IS NULL AND given_up_at IS NULL AND not_before <= %s
                ORDER BY not_before LIMIT 1 FOR UPDATE SKIP LOCKED
            )
            RETURNING id
            """,
            [now + _SENDING, active_tenant_id(), active_tenant_id(), now],
        )
        claimed = cursor.fetchone()
    return OutgoingMessage.objects.get(id=claimed[0]) if claimed else None


def _send(message: OutgoingMessage) -> None:
    if message.by == OutgoingMessage.By.SMS:
        sms.send(to=message.to, text=message.text, id=str(message.id))
        return
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        to=[message.to],
        from_email=formataddr((message.sender, address)) if message.sender else None,
        headers=message.headers,
        connection=get_connection(settings.DELIVERY_BACKEND),
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    mail.send()


def _sent(message: OutgoingMessage) -> None:
    change = {"sent_at": timezone.now(), "error": ""}
    if leaves(message.by):
        # What was sent is forgotten at once: it holds a personal link.
        change |= {"text": "", "html": "", "headers": {}, "to": ""}
    OutgoingMessage.objects.filter(id=message.id).update(**change)


def _failed(message: OutgoingMessage, error: Exception) -> None:
    wait = WAITS[message.attempts - 1] if message.attempts <= len(WAITS) else None
    log.warning(
        "message not sent",
        message=str(message.id),
        by=message.by,
        attempt=message.attempts,
        error=type(error).__name__,
        given_up=not wait,
    )
    now = timezone.now()
    change = {"not_before": now + wait} if wait else {"given_up_at": now, "text": "", "html": "", "headers": {}}
    OutgoingMessage.objects.filter(id=message.id).update(error=f"{type(error).__name__}: {error}"[:1000], **change)


def _line(text: str) -> str:
    return " ".join(text.split())


def erase(*, about: Sequence[UUID], addresses: Sequence[str] = ()) -> None:
    """Empty the active tenant's messages about these or to these addresses; what has not gone out never will."""
    found = OutgoingMessage.objects.filter(Q(about__in=about) | Q(to__in=addresses))
    found.filter(sent_at=None, given_up_at=None).update(given_up_at=timezone.now())
    found.update(to="", subject="", text="", html="", headers={}, error="")
