"""Making, finding and ending links."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.core import signing
from django.db.models import F
from django.utils import timezone

from cxplatform.tenancy import audit
from cxplatform.tenancy.models import Tenant, User
from dashboards.models import ShareLink

_SALT = "dashboards.sharing"
UNLOCKED_SECONDS = 12 * 3600


def make(
    *,
    tenant: Tenant,
    kind: str,
    name: str,
    query: str,
    language: str,
    by: User,
    expires_at: datetime | None,
    password: str = "",
    sheets: Sequence[str] = (),
    measure: str = "",
    origins: Sequence[str] = (),
) -> tuple[ShareLink, str]:
    """A new link and its token, which is nowhere to be had afterwards."""
    token = secrets.token_urlsafe(32)
    link = ShareLink.objects.create(
        tenant=tenant,
        kind=kind,
        name=name,
        token_hash=_digest(token),
        password=make_password(password) if password else "",
        query=query,
        sheets=list(sheets),
        measure=measure,
        origins=list(origins),
        language=language,
        created_by=by,
        expires_at=expires_at,
    )
    audit.record("created", link)
    return link, token


def find(token: str, kind: str) -> ShareLink | None:
    """The link of a token, usable or not."""
    return ShareLink.objects.select_related("tenant").filter(token_hash=_digest(token), kind=kind).first()


def revoke(link: ShareLink) -> None:
    """End a link at once."""
    before = audit.stored(link)
    link.revoked_at = timezone.now()
    link.save(update_fields=["revoked_at"])
    audit.record("revoked", link, before=before)


def opens(link: ShareLink, password: str) -> bool:
    """Whether this is the link's password."""
    return check_password(password, link.password)


def unlocked(link: ShareLink) -> str:
    """What a browser keeps that has given the password; worthless for any other link, and after another password."""
    return signing.dumps([link.pk, _digest(link.password)[:16]], salt=_SALT)


def is_unlocked(link: ShareLink, kept: str) -> bool:
    """Whether the browser gave the password within half a day; a link without one is open to all."""
    if not link.password:
        return True
    try:
        return bool(signing.loads(kept, salt=_SALT, max_age=UNLOCKED_SECONDS) == [link.pk, _digest(link.password)[:16]])
    except signing.BadSignature:
        return False


def note_opened(link: ShareLink, *, count: bool) -> None:
    """Note that the link was opened, and count it where it is counted."""
    counted = {"opened": F("opened") + 1} if count else {}
    ShareLink.objects.filter(pk=link.pk).update(last_opened_at=timezone.now(), **counted)


def _digest(secret: str) -> str:
    """SHA-256 is enough: a token is 256 random bits, not a password."""
    return hashlib.sha256(secret.encode()).hexdigest()
