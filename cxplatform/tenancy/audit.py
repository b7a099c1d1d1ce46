"""The history: who changed what. Written in the same transaction as the change."""

from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from cxplatform.tenancy.context import current_actor
from cxplatform.tenancy.models import AuditEntry

_encoder = DjangoJSONEncoder()
_SECRET = {"password", "hash", "previous_hash", "token_hash", "pin_hash", "secret", "previous"}


def state(instance: models.Model) -> dict[str, Any]:
    """An instance's own columns as JSON-ready values; secrets and times of saving are left out.

    A model names in `kept_secret` what of it is a secret beside what always is.
    """
    values = {}
    hidden = _SECRET | set(getattr(instance, "kept_secret", ()))
    for field in instance._meta.concrete_fields:
        told = field.name not in hidden and not getattr(field, "auto_now", False)
        if told and not isinstance(field, models.CompositePrimaryKey):
            values[field.attname] = _plain(field.value_from_object(instance))
    return values


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        return value
    try:
        return _encoder.default(value)
    except TypeError:
        return str(value)


def stored(instance: models.Model) -> dict[str, Any]:
    """The state of an instance as the database still has it, before it is saved again."""
    row = type(instance)._base_manager.filter(pk=instance.pk).first()
    return state(row) if row else {}


def record(action: str, instance: models.Model, *, before: Mapping[str, Any] | None = None, **extra: Any) -> None:
    """Add one entry for a change of `instance`; `before` is what `stored()` gave, so that it holds differences.

    A change from a state to the same state leaves no entry.
    """
    now = state(instance)
    earlier = before or {}
    changes = {name: [earlier.get(name), now[name]] for name in now if earlier.get(name) != now[name]}
    changes.update(extra)
    if action == "changed" and not changes:
        return
    actor = current_actor()
    AuditEntry.objects.create(
        actor=actor.label[:300],
        user_id=actor.user_id,
        key_id=actor.key_id,
        action=action,
        model=instance._meta.label_lower,
        object_id=str(getattr(instance, "id", instance.pk)),
        object_label=str(instance)[:300],
        changes=changes,
    )
