"""The address that a reply to a message goes to: it names the follow-up and who was written to, and is signed.

Mail programs may write an address in small letters, so its token is of base32, which has no capitals to lose.
"""

import base64
import binascii
import re
from dataclasses import dataclass

from django.conf import settings

from surveys.doors.tokens import is_signed, sign

_SALT = "surveys.replies"
_CUSTOMER, _STAFF = 0, 1
_SIGNATURE = 10  # bytes: 80 bits


@dataclass(frozen=True)
class Addressee:
    """Whom a message about a follow-up was written to: its customer, or a member of staff by their user id."""

    tenant_id: int
    follow_up_id: int
    user_id: int | None = None


def reply_address(to: Addressee) -> str:
    """Where a reply goes, such as replies+<token>@example.fi; empty where this installation takes no replies."""
    if not settings.MAIL_REPLIES_ADDRESS:
        return ""
    name, _, domain = settings.MAIL_REPLIES_ADDRESS.rpartition("@")
    return f"{name}+{_token(to)}@{domain}"


def read_address(address: str) -> Addressee | None:
    """Whom the message replied to was written to, or None where this is no address of ours."""
    name, _, _domain = address.strip().lower().rpartition("@")
    token = name.rpartition("+")[2]
    if not re.fullmatch(r"[a-z2-7]{20,80}", token):
        return None
    try:
        raw = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except (binascii.Error, ValueError):
        return None
    said, signature = raw[:-_SIGNATURE], raw[-_SIGNATURE:]
    if len(said) != 17 or not is_signed(_SALT, said, signature):
        return None
    user_id = int.from_bytes(said[13:], "big")
    return Addressee(
        int.from_bytes(said[:4], "big"),
        int.from_bytes(said[4:12], "big"),
        user_id if said[12] == _STAFF else None,
    )


def _token(to: Addressee) -> str:
    kind = _CUSTOMER if to.user_id is None else _STAFF
    said = to.tenant_id.to_bytes(4, "big") + to.follow_up_id.to_bytes(8, "big") + bytes([kind])
    said += (to.user_id or 0).to_bytes(4, "big")
    return base64.b32encode(said + sign(_SALT, said, length=_SIGNATURE)).decode().rstrip("=").lower()
