"""A company whose orders are slow."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from cxplatform.tenancy.models import Tenant
from promises.models import Rule
from tests.promises.worlds import event, make_promise, send


def make_slow(tenant: Tenant, **fields: Any) -> tuple[Tenant, Rule]:
    """40 orders of two weeks, promised within 24 h: one in four takes 30 h, the others 10 h; the last is open."""
    rule = make_promise(
        tenant,
        "delivery",
        **{"opening_type": "order.placed", "closing_type": "order.delivered", "duration_minutes": 24 * 60} | fields,
    )
    begin = timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(days=20)
    events = []
    for number in range(40):
        placed = begin + timedelta(hours=8 * number)
        events.append(event("order.placed", placed, correlation=f"o{number}", customer=f"c{number}"))
        if number < 39:
            took = timedelta(hours=30 if number % 4 == 0 else 10)
            events.append(event("order.delivered", placed + took, correlation=f"o{number}", customer=f"c{number}"))
    send(tenant, *events)
    return tenant, rule
