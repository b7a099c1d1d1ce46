"""What this room knows of whom may be written to outside surveys: who said no, and the hours of quiet."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Tenant
from journeys.contact import Leave, Wish
from surveys.asking.ledger import rules_in_use
from surveys.asking.optout import opted_out
from surveys.asking.policy import open_from, policy_of, zone_of


def judge(wishes: Sequence[Wish], now: datetime) -> list[Leave]:
    """No for those who opted out of being asked that way; for the others when the company's quiet hours are over, by
    the customer's own clock. How often somebody is asked says nothing of service messages."""
    refused = opted_out((wish.customer_id, wish.address, wish.by) for wish in wishes)
    quiet = policy_of("", rules_in_use()).quiet
    otherwise = Tenant.objects.get(pk=active_tenant_id()).zone
    zones = _zones(wishes)
    leaves = []
    for wish, no in zip(wishes, refused, strict=True):
        opens = open_from(now, quiet, zone_of(zones.get(wish.customer_id), otherwise))
        leaves.append(Leave("opted_out") if no else Leave(not_before=opens if opens > now else None))
    return leaves


def _zones(wishes: Sequence[Wish]) -> dict[Any, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id, dimensions ->> 'timezone' FROM journeys_customer
            WHERE tenant_id = %s AND id = ANY(%s::uuid[]) AND dimensions ->> 'timezone' <> ''
            """,
            [active_tenant_id(), [wish.customer_id for wish in wishes]],
        )
        return dict(cursor.fetchall())
