"""Replies fetched from a mailbox by IMAP: each unread mail is taken and marked as read; none is removed."""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import unquote, urlsplit

import structlog
from django.conf import settings

from surveys.replies.reading import LARGEST
from surveys.replies.take import take

log = structlog.get_logger(__name__)

MOST = 100
"""Mails taken in one go; the others wait a minute."""
_TIMEOUT = 20.0


def fetch() -> int:
    """Take the unread mails of MAIL_REPLIES_URL's mailbox; how many. A mailbox that does not answer is tried again
    by the next call, and so is a mail that could not be taken."""
    if not settings.MAIL_REPLIES_URL:
        return 0
    try:
        with _mailbox() as mailbox:
            return sum(1 for number in _unread(mailbox) if _try(mailbox, number))
    except (OSError, imaplib.IMAP4.error) as error:
        log.warning("mailbox not read", error=type(error).__name__)  # its text may hold the address and the user
        return 0


@contextmanager
def _mailbox() -> Iterator[imaplib.IMAP4]:
    parts = urlsplit(settings.MAIL_REPLIES_URL)
    host = parts.hostname or "localhost"
    if parts.scheme == "imaps":
        mailbox: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            host, parts.port or 993, ssl_context=ssl.create_default_context(), timeout=_TIMEOUT
        )
    else:
        mailbox = imaplib.IMAP4(host, parts.port or 143, timeout=_TIMEOUT)
        if "STARTTLS" in mailbox.capabilities:
            mailbox.starttls(ssl.create_default_context())
    try:
        mailbox.login(unquote(parts.username or ""), unquote(parts.password or ""))
        folder = unquote(parts.path.strip("/")) or "INBOX"
        status, said = mailbox.select(f'"{folder}"')
        if status != "OK":
            raise imaplib.IMAP4.error(f"no folder: {said!r}")
        yield mailbox
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            mailbox.logout()


def _unread(mailbox: imaplib.IMAP4) -> list[str]:
    _status, found = mailbox.uid("SEARCH", "UNSEEN")
    return [number.decode() for number in (found[0] or b"").split()][:MOST]


def _try(mailbox: imaplib.IMAP4, number: str) -> bool:
    """Take one mail. One that cannot be taken stays unread and keeps no other waiting."""
    try:
        return _take(mailbox, number)
    except (OSError, imaplib.IMAP4.error):
        raise  # the mailbox's trouble, not the mail's
    except Exception as error:
        log.error("mail not taken", error=type(error).__name__)  # its text may quote what somebody wrote
        return False


def _take(mailbox: imaplib.IMAP4, number: str) -> bool:
    _status, answer = mailbox.uid("FETCH", number, f"(BODY.PEEK[]<0.{LARGEST + 1}>)")
    raw = next((part[1] for part in answer if isinstance(part, tuple)), b"")
    if not raw:
        return False  # gone meanwhile
    take(raw)
    mailbox.uid("STORE", number, "+FLAGS", r"(\Seen)")
    return True
