"""API keys: `Authorization: Bearer cx_...` names the tenant, its scopes say what it may do."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission

from cxplatform.tenancy.models import ApiKey, Tenant

_SHAPE = re.compile(r"cx_[A-Za-z0-9_-]{43}")
_USED_EVERY = timedelta(minutes=1)


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


class ApiKeyAuthentication(BaseAuthentication):
    """Finds the key by the hash of what was sent; the database compares digests, so timing tells nothing."""

    def authenticate(self, request: Any) -> tuple[None, ApiKey] | None:
        header = request.META.get("HTTP_AUTHORIZATION", "")
        if not header:
            return None
        scheme, _, secret = header.partition(" ")
        if scheme.lower() != "bearer" or not _SHAPE.fullmatch(secret.strip()):
            raise AuthenticationFailed(
                "Send the header 'Authorization: Bearer cx_...' with a key of this installation."
            )
        key = ApiKey.objects.select_related("tenant").filter(hash=ApiKey.digest(secret.strip())).first()
        if key is None or not key.usable:
            raise AuthenticationFailed("This key is unknown, expired or revoked. Make a new one in the settings.")
        now = timezone.now()
        if key.last_used_at is None or now - key.last_used_at > _USED_EVERY:
            ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
        return None, key

    def authenticate_header(self, request: Any) -> str:
        return "Bearer"


class HasScope(BasePermission):
    """A view names the scope of each method in `scopes`; a method without one is open to nobody."""

    def has_permission(self, request: Any, view: Any) -> bool:
        scope = view.scopes.get(request.method)
        if scope is None or request.auth is None:
            return False
        self.message = f"This key lacks the scope {scope}."
        return scope in request.auth.scopes
