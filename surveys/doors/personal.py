"""The token of a personal link: names the tenant and the invitation, and is signed, so that nobody can make one."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from surveys.doors.tokens import seal, unseal

_SALT = "surveys.personal"


@dataclass(frozen=True)
class Personal:
    """What a token says."""

    tenant_id: int
    invitation_id: UUID


def token_of(tenant_id: int, invitation_id: UUID) -> str:
    """43 letters and digits of base64url. The same for the same invitation, so a reminder has the same link."""
    return seal(_SALT, tenant_id.to_bytes(4, "big") + invitation_id.bytes)


def read_token(token: str) -> Personal | None:
    """What a token says, or None where it is not one of ours."""
    said = unseal(_SALT, token, length=20)
    return Personal(int.from_bytes(said[:4], "big"), UUID(bytes=said[4:])) if said else None


def address_of(tenant_id: int, invitation_id: UUID) -> str:
    """The personal link in full."""
    return f"{settings.PUBLIC_URL}/a/{token_of(tenant_id, invitation_id)}"
