"""Which tenant this piece of work belongs to. No tenant, no query."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection, transaction

_tenant: ContextVar[int | None] = ContextVar("tenant", default=None)


class NoActiveTenant(RuntimeError):
    """A tenant's table was asked while no tenant was active."""


@dataclass(frozen=True)
class Actor:
    """Who is acting, as the audit history names them: a person, a key or the system."""

    label: str = "system"
    user_id: int | None = None
    key_id: int | None = None


_SYSTEM = Actor()
_actor: ContextVar[Actor] = ContextVar("actor", default=_SYSTEM)


def active_tenant_id() -> int:
    """The active tenant's id, or `NoActiveTenant`."""
    tenant_id = _tenant.get()
    if tenant_id is None:
        raise NoActiveTenant("No tenant is active: open one with tenancy.context.activate(tenant_id).")
    return tenant_id


def current_actor() -> Actor:
    return _actor.get()


@contextmanager
def activate(tenant_id: int, *, actor: Actor | None = None, savepoint: bool = True) -> Iterator[None]:
    """Open one transaction (or savepoint) in which the database shows this tenant's rows and no others.

    Without a `savepoint` an error inside spoils the surrounding transaction: right where that is the request's
    own, and three trips to the database cheaper.

    The only place that sets `app.tenant_id`; the setting is local to the transaction, so a pooled
    connection can never carry it over to somebody else's request.
    """
    before = _tenant.get()
    nested = connection.in_atomic_block
    tenant_token = _tenant.set(tenant_id)
    actor_token = _actor.set(actor) if actor else None
    try:
        with transaction.atomic(savepoint=savepoint):
            _set(tenant_id)
            yield
            if nested and savepoint:
                # The surrounding transaction goes on after this block: hand its own tenant back to it.
                # After an error the rollback to the savepoint has done so already.
                _set(before)
    finally:
        _tenant.reset(tenant_token)
        if actor_token:
            _actor.reset(actor_token)


def _set(tenant_id: int | None) -> None:
    if connection.needs_rollback:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.tenant_id', %s, true)", ["" if tenant_id is None else str(tenant_id)])
