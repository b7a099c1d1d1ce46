"""A company whose orders are slow."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from cxplatform.tenancy.models import Tenant
from promises.models import Rule
from tests.promises.worlds import event, make_promise, send


def make_slow(tenant: Tenant, **fields: Any) -> tuple[Tenant, Rule]:
    """40 orders of two weeks, promised within 24 h: one in four takes 30 h, the others 10 h; the last is open.

    Each customer is asked something meanwhile and answers; half of those who wait long are told and lent another.
    """
    rule = make_promise(
        tenant,
        "delivery",
        **{"opening_type": "order.placed", "closing_type": "order.delivered", "duration_minutes": 24 * 60} | fields,
    )
    begin = timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(days=20)
    events = []
    for number in range(40):
        placed = begin + timedelta(hours=8 * number)
        took = 30 if number % 4 == 0 else 10
        story = [("order.placed", 0), ("order.asked", 3), ("order.answered", 6 + number % 3)]
        story += [("order.late", 20)] * (number % 8 == 4) + [("order.delivered", took)] * (number < 39)
        events += [
            event(
                type_,
                placed + timedelta(hours=hours),
                correlation=f"o{number}",
                customer=f"c{number}",
                properties={"instead": "a loan"} if type_ == "order.late" else {},
            )
            for type_, hours in story
        ]
    send(tenant, *events)
    return tenant, rule
