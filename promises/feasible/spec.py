"""A rule that is not stored, carried in an address: signed, so that only what the editor wrote comes back."""

import hashlib
import json
from typing import Any

from django.core import signing
from django.core.serializers.json import DjangoJSONEncoder

from cxplatform.tenancy.models import Tenant
from promises.models import Promise, Rule

_SALT = "promises.feasible"
_NOT_MEASURED = {
    "id", "tenant", "promise", "first", "version", "valid_from", "valid_until", "archived_at", "position", "why",
    "made_by",
}  # fmt: skip
FIELDS = tuple(field.attname for field in Rule._meta.concrete_fields if field.name not in _NOT_MEASURED)
# What a history of how long things took does not depend on.
_NOT_OF_HISTORY = {"target", "wording", "part", "duration_minutes", "due_property"}


def write(rule: Rule) -> str:
    """The rule's fields as a token of the active tenant."""
    return signing.dumps(
        [rule.tenant_id or rule.promise.tenant_id, facts(rule)], salt=_SALT, serializer=_Json, compress=True
    )


def read(token: str, *, tenant: Tenant, promise: Promise) -> Rule | None:
    """The rule of a token, or None where it is none of this tenant."""
    try:
        tenant_id, given = signing.loads(token, salt=_SALT, serializer=_Json)
    except signing.BadSignature:
        return None
    return Rule(promise=promise, **given) if tenant_id == tenant.pk else None


def facts(rule: Rule) -> dict[str, Any]:
    """What the rule measures and by what target, field by field."""
    return {name: getattr(rule, name) for name in FIELDS}


def digest(rule: Rule, tenant: Tenant) -> str:
    """The same for rules whose instances began and ended alike."""
    calendar = rule.calendar
    told: list[Any] = [tenant.timezone, {k: v for k, v in facts(rule).items() if k not in _NOT_OF_HISTORY}]
    told += [calendar.hours, calendar.country, calendar.closed_days, calendar.earlier] if calendar else []
    text = json.dumps(told, sort_keys=True, cls=DjangoJSONEncoder)
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


class _Json:
    def dumps(self, given: Any) -> bytes:
        return json.dumps(given, cls=DjangoJSONEncoder, separators=(",", ":")).encode()

    def loads(self, text: bytes) -> Any:
        return json.loads(text)
