"""The lock that lets one worker at a time count for a tenant; it ends with the transaction."""

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

KEY = "hashtextextended('cxplatform.pipeline', %s)"


class Busy(Exception):
    """Another worker is counting for this tenant."""


def take(tenant_id: int) -> None:
    """Take the tenant's lock until the transaction ends, or raise `Busy` at once."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_xact_lock({KEY})", [tenant_id])
        if not cursor.fetchone()[0]:
            raise Busy


def wait(tenant_id: int, *, through: BaseDatabaseWrapper | None = None) -> None:
    """Take the tenant's lock until the transaction ends, waiting for whoever has it; `through` another connection."""
    with (through or connection).cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock({KEY})", [tenant_id])
