"""The demo company's sign-in, shown on the front page of a machine that runs everything itself."""

from dataclasses import asdict, dataclass

import msgspec
from django.conf import settings

from cxplatform.tenancy.models import User


@dataclass(frozen=True)
class SignIn:
    email: str
    password: str


def publish(sign_in: SignIn) -> None:
    """Called by the command that makes the demo company: keeps the sign-in beside the data."""
    settings.DATA.mkdir(parents=True, exist_ok=True)
    file = settings.DATA / "demo_sign_in"
    file.touch(mode=0o600)
    file.write_bytes(msgspec.json.encode(asdict(sign_in)))


def published() -> SignIn | None:
    """The demo's sign-in; None on a server (own DATABASE_URL), or when there is no demo company."""
    file = settings.DATA / "demo_sign_in"
    if not settings.EMBEDDED or not file.exists():
        return None
    sign_in = msgspec.json.decode(file.read_bytes(), type=SignIn)
    return sign_in if User.objects.filter(email=sign_in.email).exists() else None
