"""Mail to staff: written with the change that causes it, sent after commit, tried again until it goes."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cxplatform.deliveries.models import OutgoingMail
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant, User

log = structlog.get_logger(__name__)

WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440)]
"""Between tries, so that about two days pass before a mail is given up."""
KEPT = timedelta(days=30)
_SENDING = timedelta(minutes=2)  # longer than the mail server's time-out
Withdrawn = Callable[[Collection[UUID]], Collection[UUID]]
_askers: dict[str, Withdrawn] = {}


def register(name: str, withdrawn: Withdrawn) -> None:
    """A room says which of these customers and answers are not to be told of any more; the tenant is active.

    It is asked when a mail goes, which may be days after it was written.
    """
    _askers[name] = withdrawn


def enqueue(
    *,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    headers: Mapping[str, str] | None = None,
    tenant_id: int | None = None,
    about: Iterable[UUID] = (),
) -> OutgoingMail:
    """Put a mail into the surrounding transaction: rolled back, it was never written.

    `about` names the customers and answers whose words stand in it, so that an erasure reaches them (`empty`).
    """
    from cxplatform.deliveries.tasks import send

    mail = OutgoingMail.objects.create(
        tenant_id=tenant_id,
        to=to,
        subject=_line(subject)[:300],
        text=text,
        html=html,
        headers={name: _line(value) for name, value in (headers or {}).items()},
        about=sorted(set(about)),
    )
    send.after_commit(mail.pk)
    return mail


def due() -> list[int]:
    """Ids of mails whose time has come, oldest first."""
    return list(
        OutgoingMail.objects.filter(sent_at=None, not_before__lte=timezone.now(), attempts__lte=len(WAITS))
        .order_by("not_before")
        .values_list("pk", flat=True)[:200]
    )


def deliver(mail_id: int) -> bool:
    """Send one mail if it is due and nobody else is sending it; False when it did not go.

    The claim is a lease and commits first: a worker killed while sending leaves a mail that is tried again
    later, once more counted, and no database transaction waits for a mail server.
    """
    mail = _claim(mail_id)
    if mail is None:
        return False
    mail = _as_may_be_told(mail)
    server = get_connection(settings.DELIVERY_BACKEND)
    message = EmailMultiAlternatives(
        subject=mail.subject, body=mail.text, to=[mail.to], headers=mail.headers, connection=server
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    try:
        message.send()
    except Exception as error:
        wait = WAITS[mail.attempts - 1] if mail.attempts <= len(WAITS) else None
        log.warning("mail not sent", mail=mail.pk, attempt=mail.attempts, error=type(error).__name__, given_up=not wait)
        OutgoingMail.objects.filter(pk=mail.pk).update(
            error=f"{type(error).__name__}: {error}"[:1000], not_before=timezone.now() + (wait or timedelta(0))
        )
        return False
    # What was sent is forgotten at once: it holds sign-in codes and invitation links.
    OutgoingMail.objects.filter(pk=mail.pk).update(
        sent_at=timezone.now(), text="", html="", headers={}, error="", about=[]
    )
    return True


def empty(*, tenant_id: int, about: Collection[UUID]) -> int:
    """Take the words of whom these ids are of out of the tenant's mails that wait, or were given up; how many mails.

    What is left says so in its reader's language: a mail that never came would be looked for.
    """
    ours = OutgoingMail.objects.filter(tenant_id=tenant_id, sent_at=None)  # few, by mail_waiting
    found = list(ours.filter(about__overlap=sorted(set(about))).select_for_update().order_by("pk"))
    tenant = Tenant.objects.get(pk=tenant_id) if found else None
    readers = User.objects.filter(email__in={mail.to for mail in found})
    languages = {reader.email: reader.language for reader in readers}
    for mail in found:
        with translation.override(languages.get(mail.to) or (tenant.language if tenant else None)):
            mail.subject = tenant.name if tenant else ""
            mail.text = _(
                "This message had words of a customer who has taken back their permission or whose data has been "
                "erased since, so they are not sent. The rest stands on the page as before."
            )
        mail.html, mail.about = "", []
    OutgoingMail.objects.bulk_update(found, ["subject", "text", "html", "about"], batch_size=500)
    return len(found)


def _as_may_be_told(mail: OutgoingMail) -> OutgoingMail:
    """The mail without the words of whom took back their permission since it was written."""
    if not mail.about or mail.tenant_id is None:
        return mail
    with activate(mail.tenant_id):
        gone = {id_ for withdrawn in _askers.values() for id_ in withdrawn(mail.about)}
        if not gone:
            return mail
        empty(tenant_id=mail.tenant_id, about=gone)
        return OutgoingMail.objects.get(pk=mail.pk)


def _claim(mail_id: int) -> OutgoingMail | None:
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE deliveries_outgoingmail SET attempts = attempts + 1, not_before = %s
            WHERE id = (
                SELECT id FROM deliveries_outgoingmail
                WHERE id = %s AND sent_at IS NULL AND not_before <= %s AND attempts <= %s
                FOR UPDATE SKIP LOCKED
            )
            """,
            [now + _SENDING, mail_id, now, len(WAITS)],
        )
        claimed = cursor.rowcount == 1
    return OutgoingMail.objects.get(pk=mail_id) if claimed else None


def _line(text: str) -> str:
    return " ".join(text.split())


def forget() -> int:
    """Delete what was sent, or given up, more than 30 days ago; the number of mails deleted."""
    return OutgoingMail.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]
