"""An e-mail as it comes in, read into what is needed of it. Pure: no database."""

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr
from typing import Any

from surveys.replies.plain import plain_text
from surveys.replies.quoting import without_quotes

LARGEST = 10_000_000
"""Bytes of a mail that are read at most, attachments and all."""
LONGEST = 5_000
"""Signs kept of what was written."""
_LOOKED_AT = 100_000
_AUTOMATIC = ("auto-replied", "auto-generated", "auto-notified")
_BULK = ("bulk", "junk", "list", "auto_reply")


class Unreadable(ValueError):
    """What came is no mail we can read; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail: who wrote it, to which addresses, and what they wrote without what they quoted.

    `automatic` says why nobody wrote it ("" = somebody did). `shortened` is said where not all of it is here.
    """

    id: str
    sender: str
    to: tuple[str, ...]
    text: str
    automatic: str = ""
    shortened: bool = False
    attachments: int = 0


def read(raw: bytes) -> Letter:
    """Read a mail. Raises Unreadable."""
    if len(raw) > LARGEST:
        raise Unreadable(f"the mail is larger than {LARGEST:,} bytes")
    try:
        message = email.message_from_bytes(raw, policy=email.policy.default)
        return _letter(message)  # type: ignore[arg-type]
    except Unreadable:
        raise
    except (MessageError, ValueError, LookupError, AttributeError, TypeError, IndexError, RecursionError) as error:
        # The parser of the standard library meets headers it cannot make sense of in many ways.
        raise Unreadable(f"the mail cannot be read: {type(error).__name__}") from error


def _letter(message: EmailMessage) -> Letter:
    sender = parseaddr(_header(message, "From"))[1].lower()
    if "@" not in sender:
        raise Unreadable("the mail does not say who sent it")
    text, whole = _text(message)
    return Letter(
        id=_header(message, "Message-ID").strip()[:300],
        sender=sender[:254],
        to=tuple(_addresses(message)),
        text=text,
        automatic=_automatic(message, sender),
        shortened=not whole,
        attachments=sum(1 for _ in message.iter_attachments()) if message.is_multipart() else 0,
    )


def _addresses(message: EmailMessage) -> Iterator[str]:
    names = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
    headers = [str(value) for name in names for value in message.get_all(name, [])]
    yield from (address.lower() for _, address in getaddresses(headers) if "@" in address)


def _automatic(message: EmailMessage, sender: str) -> str:
    """Why nobody wrote this: RFC 3834's header, what older programs send, and what mail servers say of failures."""
    submitted = _header(message, "Auto-Submitted").lower().partition(";")[0].strip()
    if submitted.startswith(_AUTOMATIC):
        return f"Auto-Submitted: {submitted}"
    for name in ("X-Autoreply", "X-Autorespond", "X-Loop", "List-Id"):
        if message[name] is not None:
            return name
    precedence = _header(message, "Precedence").lower().strip()
    if precedence in _BULK:
        return f"Precedence: {precedence}"
    if _header(message, "Return-Path").strip() == "<>" or message.get_content_type() == "multipart/report":
        return "a report of a mail server"
    if sender.partition("@")[0] in ("mailer-daemon", "postmaster", "noreply", "no-reply"):
        return sender.partition("@")[0]
    return ""


def _text(message: EmailMessage) -> tuple[str, bool]:
    """What was written, and whether all of it is here."""
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        return "", True
    text = _content(body)[: 10 * _LOOKED_AT]
    if body.get_content_subtype() == "html":
        text = plain_text(text)
    # Half a sign, as some encodings can write one, is as unfit to be stored as a NUL is.
    text = text[:_LOOKED_AT].replace("\x00", "").encode("utf-8", "replace").decode()
    text = without_quotes(text)
    return text[:LONGEST], len(text) <= LONGEST


def _content(body: Any) -> str:
    """The text of a part; in an encoding that nobody knows, what of it is plain is still somebody's words."""
    try:
        content = body.get_content()
    except LookupError:
        content = body.get_payload(decode=True)
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else str(content)


def _header(message: EmailMessage, name: str) -> str:
    return str(message.get(name, ""))
