"""The link of an answer, or of a matter that began without one: where its giver reads what came of it.

Who came by a personal link has that one; this is for all others, such as those who answered by a QR code.
"""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from surveys.doors.personal import address_of as personal_address
from surveys.doors.tokens import seal, unseal

_SALT = "surveys.own"
_ANSWER, _MATTER = b"a", b"m"


@dataclass(frozen=True)
class Own:
    """What a token says: the tenant, and either an answer or a follow-up."""

    tenant_id: int
    response_id: UUID | None = None
    follow_up_id: int | None = None


def token_of(own: Own) -> str:
    """44 letters and digits of base64url, the same for the same."""
    if own.response_id is not None:
        said = _ANSWER + own.response_id.bytes
    else:
        said = _MATTER + (own.follow_up_id or 0).to_bytes(16, "big")
    return seal(_SALT, own.tenant_id.to_bytes(4, "big") + said)


def read_token(token: str) -> Own | None:
    """What a token says, or None where it is not one of ours."""
    said = unseal(_SALT, token, length=21)
    if said is None:
        return None
    tenant_id, kind, id_ = int.from_bytes(said[:4], "big"), said[4:5], said[5:]
    if kind == _ANSWER:
        return Own(tenant_id, response_id=UUID(bytes=id_))
    return Own(tenant_id, follow_up_id=int.from_bytes(id_, "big"))


def path_of(own: Own) -> str:
    return f"/r/{token_of(own)}"


def address_of_answer(tenant_id: int, response_id: UUID, submission_id: str) -> str:
    """The link in full by which the giver of an answer comes back to it: the personal one for who was invited."""
    name, _, invitation_id = submission_id.partition(":")
    if name == "invitation":
        return personal_address(tenant_id, UUID(invitation_id))
    return f"{settings.PUBLIC_URL}{path_of(Own(tenant_id, response_id=response_id))}"


def address_of_matter(tenant_id: int, follow_up_id: int) -> str:
    return f"{settings.PUBLIC_URL}{path_of(Own(tenant_id, follow_up_id=follow_up_id))}"
