"""Who a visitor of a company's page is, as the company's own server says: a short-lived JWT (RFC 7519, HS256).

The secret is not stored: it is derived from the house's own, the widget's key and a number that grows when the
secret is changed.
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

import msgspec
from django.conf import settings

from surveys.doors.widget_settings import settings_of
from surveys.models import Widget

LONGEST_LIFE = 7 * 24 * 3600
_LONGEST_TOKEN = 4_096


@dataclass(frozen=True)
class Identity:
    """The customer number, or a code of `wordings_doors.NAMELESS` that says why not; both empty = no token."""

    customer: str = ""
    problem: str = ""


def secret_of(widget: Widget) -> str:
    """The secret that the company's server signs with: 43 signs of base64url."""
    text = f"widget-identity:{widget.key}:{settings_of(widget).secret_number}"
    return _encode(hmac.digest(settings.SECRET_KEY.encode(), text.encode(), "sha256"))


def identify(widget: Widget, token: str | None, *, now: float) -> Identity:
    """Who `token` names at `now` (seconds since 1970). Whatever is wrong with it, the visitor is anonymous."""
    if not token:
        return Identity()
    head, _, signature = token.rpartition(".")
    try:
        header, claims = (msgspec.json.decode(_decode(part)) for part in head.split("."))
        signed = _decode(signature)
    except (ValueError, binascii.Error, msgspec.DecodeError, UnicodeError, RecursionError):
        return Identity(problem="unreadable")
    if len(token) > _LONGEST_TOKEN or not isinstance(header, dict) or not isinstance(claims, dict):
        return Identity(problem="unreadable")
    # The header could ask for "none" or another algorithm: ours is the only one there is.
    if header.get("alg") != "HS256":
        return Identity(problem="unreadable")
    expected = hmac.digest(secret_of(widget).encode(), head.encode(), hashlib.sha256)
    if not hmac.compare_digest(expected, signed):
        return Identity(problem="forged")
    return _claimed(claims, now)


def _claimed(claims: dict[str, Any], now: float) -> Identity:
    expires, customer = claims.get("exp"), claims.get("sub")
    if isinstance(expires, bool) or not isinstance(expires, int | float):
        return Identity(problem="endless")
    if expires <= now:
        return Identity(problem="expired")
    if expires > now + LONGEST_LIFE:
        return Identity(problem="endless")
    if not isinstance(customer, str) or not customer.strip() or len(customer) > 200 or "\x00" in customer:
        return Identity(problem="nobody")
    return Identity(customer=customer)


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
