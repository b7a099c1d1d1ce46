"""The lock that lets one worker at a time count for a tenant; it ends with the transaction.

Whoever locks more than one thing in a transaction locks in this order, so that two wait for each other and never in a
circle:

1. the tenant's lock, from here;
2. the turn to decide who is asked (surveys.asking.ledger.take_turn);
3. customers, by their number;
4. answers, then invitations, each by id;
5. follow-ups by id, all that a transaction changes in one go (surveys.followups.holding);
6. rows of other kinds by id; mail and messages last.

Of one kind what is locked in a second statement may stand before what is locked already: read what is wanted first,
then lock all of it at once. Who sweeps, and can come again, takes what is free (SKIP LOCKED) and waits for nobody.
Counts need no order: they are changed under the first lock alone.
"""

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
