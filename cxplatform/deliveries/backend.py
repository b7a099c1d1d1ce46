"""Django's mail backend of this program: whatever sends mail, sends it through the outbox.

So the rooms below this one, and third-party packages, need not know the outbox. The server mail goes to is
`DELIVERY_BACKEND`.
"""

from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from cxplatform.deliveries import outbox
from cxplatform.tenancy.context import NoActiveTenant, active_tenant_id


class OutboxBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Enqueue each message once per recipient, so that no recipient sees the others."""
        for message in email_messages:
            html = next((str(part[0]) for part in _alternatives(message) if part[1] == "text/html"), "")
            for to in message.recipients():
                outbox.enqueue(
                    to=to, subject=str(message.subject), text=str(message.body), html=html, tenant_id=_tenant()
                )
        return len(email_messages)


def _alternatives(message: EmailMessage) -> list[Any]:
    return getattr(message, "alternatives", None) or []


def _tenant() -> int | None:
    try:
        return active_tenant_id()
    except NoActiveTenant:
        return None
