"""Addresses that nobody can make but us: what they say, signed, as letters and digits of base64url."""

import base64
import binascii
import hmac

from django.conf import settings
from django.utils.crypto import salted_hmac

_SIGNATURE = 12  # bytes: 96 bits


def seal(salt: str, said: bytes) -> str:
    """The token that says this; the same for the same."""
    return _text(said + sign(salt, said, length=_SIGNATURE))


def unseal(salt: str, token: str, *, length: int) -> bytes | None:
    """The `length` bytes a token says, or None where it is not one of ours."""
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except (UnicodeEncodeError, binascii.Error, ValueError):
        return None
    said, signature = raw[:-_SIGNATURE], raw[-_SIGNATURE:]
    if len(said) != length or _text(raw) != token:
        return None
    return said if is_signed(salt, said, signature) else None


def sign(salt: str, said: bytes, *, length: int) -> bytes:
    """A signature of so many bytes."""
    return _digest(salt, said, settings.SECRET_KEY)[:length]


def is_signed(salt: str, said: bytes, signature: bytes) -> bool:
    """Whether the signature is ours; one by a key of before is."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(hmac.compare_digest(signature, _digest(salt, said, key)[: len(signature)]) for key in keys)


def _digest(salt: str, said: bytes, key: str | bytes) -> bytes:
    return salted_hmac(salt, said, secret=key, algorithm="sha256").digest()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
