"""Text messages by a provider's HTTP interface: a generic one (JSON, bearer token) and Twilio's.

Generic: POST {"id", "to", "from", "text"} to SMS_URL; the same id again is the same message. Twilio: see
https://www.twilio.com/docs/messaging/api/message-resource and /docs/usage/security (signatures).
"""

import base64
import hmac
import json
import urllib.error
import urllib.request
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

import structlog
from django.conf import settings

log = structlog.get_logger(__name__)

_TIMEOUT = 20
_LONGEST_ANSWER = 64_000  # bytes; nothing in it is used
_TWILIO = "https://api.twilio.com"


class NotTaken(RuntimeError):
    """The provider did not take the message; the text says what it answered."""


class _Stay(urllib.request.HTTPRedirectHandler):
    """Following a redirect would turn the POST into a GET without its message and give the token to another host."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_opener = urllib.request.build_opener(_Stay)


def configured() -> bool:
    """Whether there is a provider: without one messages stay on this machine, in the outbox."""
    return settings.SMS_PROVIDER == "twilio" or bool(settings.SMS_URL)


def send(*, to: str, text: str, id: str) -> None:
    """Hand one message to the provider. Raises `NotTaken`, or an error of the network."""
    if not configured():
        log.info("text message kept in the outbox", message=id)
        return
    request = _twilio(to, text) if settings.SMS_PROVIDER == "twilio" else _generic(to, text, id)
    try:
        with _opener.open(request, timeout=_TIMEOUT) as answer:
            answer.read(_LONGEST_ANSWER)
    except urllib.error.HTTPError as error:
        with error:
            said = error.read(500).decode("utf-8", "replace")
        raise NotTaken(f"{error.code}: {said}") from None


def twilio_signature(*, url: str, fields: Iterable[tuple[str, str]], token: str) -> str:
    """What Twilio writes in X-Twilio-Signature over the address it called and the form it sent."""
    said = url + "".join(f"{name}{value}" for name, value in sorted(fields))
    return base64.b64encode(hmac.new(token.encode(), said.encode(), "sha1").digest()).decode()


def signed_by_twilio(*, url: str, fields: Iterable[tuple[str, str]], signature: str) -> bool:
    expected = twilio_signature(url=url, fields=fields, token=settings.SMS_TOKEN)
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))


def _generic(to: str, text: str, id: str) -> urllib.request.Request:
    body: dict[str, Any] = {"id": id, "to": to, "from": settings.SMS_FROM, "text": text}
    headers = {"Content-Type": "application/json"}
    if settings.SMS_TOKEN:
        headers["Authorization"] = f"Bearer {settings.SMS_TOKEN}"
    return urllib.request.Request(settings.SMS_URL, json.dumps(body).encode(), headers)  # noqa: S310


def _twilio(to: str, text: str) -> urllib.request.Request:
    address = f"{settings.SMS_URL or _TWILIO}/2010-04-01/Accounts/{settings.SMS_ACCOUNT}/Messages.json"
    login = base64.b64encode(f"{settings.SMS_ACCOUNT}:{settings.SMS_TOKEN}".encode()).decode()
    form = urlencode({"To": to, "From": settings.SMS_FROM, "Body": text}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": f"Basic {login}"}
    return urllib.request.Request(address, form, headers)  # noqa: S310
