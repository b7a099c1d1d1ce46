"""The token of a personal link: names the tenant and the invitation, and is signed, so that nobody can make one."""

import base64
import binascii
import hmac
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

_SALT = "surveys.personal"
_SIGNATURE = 12  # bytes: 96 bits


@dataclass(frozen=True)
class Personal:
    """What a token says."""

    tenant_id: int
    invitation_id: UUID


def token_of(tenant_id: int, invitation_id: UUID) -> str:
    """43 letters and digits of base64url. The same for the same invitation, so a reminder has the same link."""
    said = tenant_id.to_bytes(4, "big") + invitation_id.bytes
    return _text(said + _sign(said, settings.SECRET_KEY))


def read_token(token: str) -> Personal | None:
    """What a token says, or None where it is not one of ours."""
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii") + b"=")
    except (UnicodeEncodeError, binascii.Error, ValueError):
        return None
    said, signature = raw[:-_SIGNATURE], raw[-_SIGNATURE:]
    if len(said) != 20 or _text(raw) != token:
        return None
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if not any(hmac.compare_digest(signature, _sign(said, key)) for key in keys):
        return None
    return Personal(int.from_bytes(said[:4], "big"), UUID(bytes=said[4:]))


def address_of(tenant_id: int, invitation_id: UUID) -> str:
    """The personal link in full."""
    return f"{settings.PUBLIC_URL}/a/{token_of(tenant_id, invitation_id)}"


def _sign(said: bytes, key: str | bytes) -> bytes:
    return salted_hmac(_SALT, said, secret=key, algorithm="sha256").digest()[:_SIGNATURE]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
