"""API keys: `Authorization: Bearer cx_...` names the tenant, its scopes say what it may do."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.permissions import BasePermission

from cxplatform.prepared import Prepared
from cxplatform.tenancy.models import ApiKey, Tenant

_SHAPE = re.compile(r"cx_[A-Za-z0-9_-]{43}")
_USED_EVERY = timedelta(minutes=1)
_SEND_KEY = "Send the header 'Authorization: Bearer cx_...' with a key of this installation."


@dataclass(frozen=True)
class NewKey:
    """A key just made; `secret` is shown this once and never stored."""

    key: ApiKey
    secret: str


def create_key(
    *,
    tenant: Tenant,
    name: str,
    scopes: list[str],
    expires_at: datetime | None = None,
    created_by: Any = None,
) -> NewKey:
    """Make a key of 256 random bits for a tenant."""
    secret = f"cx_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        tenant=tenant,
        name=name,
        prefix=secret[:10],
        hash=ApiKey.digest(secret),
        scopes=scopes,
        expires_at=expires_at,
        created_by=created_by,
    )
    return NewKey(key, secret)


def rotate_key(key: ApiKey, *, grace: timedelta = timedelta(hours=24)) -> NewKey:
    """Give a key a new secret; the old one works for `grace` more. Name, scopes and history stay.

    A second rotation within the grace ends the oldest secret at once.
    """
    secret = f"cx_{secrets.token_urlsafe(32)}"
    key.previous_hash, key.previous_until = key.hash, timezone.now() + grace
    key.hash, key.prefix = ApiKey.digest(secret), secret[:10]
    key.save(update_fields=["hash", "prefix", "previous_hash", "previous_until"])
    return NewKey(key, secret)


# Asked by every request of every integrator: planned once per connection, and no query is put together for it.
_FIELDS = list(ApiKey._meta.concrete_fields)
_BY_DIGEST = Prepared(
    "api_key_by_digest",
    f"SELECT {', '.join(field.column for field in _FIELDS)} FROM tenancy_apikey"  # noqa: S608 (our own columns)
    " WHERE hash = %(digest)s OR previous_hash = %(digest)s",
    {"digest": "text"},
)


def _find(digest: str) -> ApiKey | None:
    with connection.cursor() as cursor:
        _BY_DIGEST.run(cursor, {"digest": digest})
        row = cursor.fetchone()
    return ApiKey.from_db(connection.alias, [field.attname for field in _FIELDS], row) if row else None


class ApiKeyAuthentication(BaseAuthentication):
    """Finds the key by the hash of what was sent; the database compares digests, so timing tells nothing."""

    def authenticate(self, request: Any) -> tuple[None, ApiKey] | None:
        header = request.META.get("HTTP_AUTHORIZATION", "")
        if not header:
            return None
        scheme, _, secret = header.partition(" ")
        if scheme.lower() != "bearer" or not _SHAPE.fullmatch(secret.strip()):
            raise AuthenticationFailed(_SEND_KEY)
        digest = ApiKey.digest(secret.strip())
        key = _find(digest)
        if key is None or not key.accepts(digest):
            raise AuthenticationFailed("This key is unknown, expired or revoked. Make a new one in the settings.")
        now = timezone.now()
        if key.last_used_at is None or now - key.last_used_at > _USED_EVERY:
            # Requests of one key run side by side: whoever finds the row taken leaves the note to the other.
            free = ApiKey.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=key.pk)
            ApiKey.objects.filter(pk__in=free.values("pk")).update(last_used_at=now)
        return None, key

    def authenticate_header(self, request: Any) -> str:
        return "Bearer"


class HasScope(BasePermission):
    """A view names the scope of each method in `scopes`; a method without one is open to nobody."""

    def has_permission(self, request: Any, view: Any) -> bool:
        method = "GET" if request.method == "HEAD" else request.method
        if request.auth is None:
            raise NotAuthenticated(_SEND_KEY)
        if method.lower() not in view.http_method_names or not hasattr(view, method.lower()):
            return True  # and the answer is 405
        scope = view.scopes.get(method)
        if scope is None:
            return False
        self.message = f"This key lacks the scope {scope}."
        return scope in request.auth.scopes
