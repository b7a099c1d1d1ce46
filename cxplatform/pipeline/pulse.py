"""A number that grows whenever a tenant's counts change, so that an open page knows when to ask again."""

from django.db import connection

from cxplatform.pipeline.models import Pulse
from cxplatform.tenancy.context import active_tenant_id


def beat() -> None:
    """Say, in the transaction that changes counts, that they changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO pipeline_pulse (tenant_id, version, changed_at) VALUES (%s, 1, clock_timestamp())
            ON CONFLICT (tenant_id) DO UPDATE
            SET version = pipeline_pulse.version + 1, changed_at = excluded.changed_at
            """,
            [active_tenant_id()],
        )


def version() -> int:
    """The active tenant's version; 0 while nothing was ever counted."""
    found = Pulse.objects.values_list("version", flat=True).first()
    return found or 0
