"""Small worlds of passages: events sent and counted, and what came of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from cxplatform.pipeline.claim import drain
from cxplatform.pipeline.models import QuarantinedEvent
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from journeys.models import Passage, PathRollup
from journeys.record import IncomingEvent, record

_number = count(1)


def event(touchpoint: str, time: datetime, **fields: Any) -> IncomingEvent:
    """A visit to a touchpoint; `type`, `correlation`, `customer` and the rest as told."""
    fields = {"type": "visit", "id": f"e{next(_number)}"} | fields
    return IncomingEvent(touchpoint=touchpoint or None, time=time, **fields)


def send(tenant: Tenant, events: Iterable[IncomingEvent], *, batch: int = 5_000) -> None:
    """Record and count events, so many at a time; none may end in quarantine."""
    todo = list(events)
    for start in range(0, len(todo), batch):
        with activate(tenant.pk):
            assert not record(events=todo[start : start + batch], source="test").rejected
        drain(tenant.pk)
    with activate(tenant.pk):
        assert list(QuarantinedEvent.objects.values_list("error", flat=True)) == []


def passages(tenant: Tenant) -> list[dict[str, Any]]:
    with activate(tenant.pk):
        return list(Passage.objects.order_by("trace_by", "gap_hours", "subject", "started_at").values())


def counts(tenant: Tenant) -> list[tuple[Any, ...]]:
    """All counts, as rows to compare."""
    with activate(tenant.pk):
        return sorted(PathRollup.objects.values_list())


def total(tenant: Tenant, measure: str, *, journey_id: int | None = None, slice_: Sequence[str] = ("", "")) -> Any:
    """key -> n of a measure over all days."""
    found: dict[str, int] = {}
    with activate(tenant.pk):
        rows = PathRollup.objects.filter(measure=measure, dimension=slice_[0], value=slice_[1])
        if journey_id is not None:
            rows = rows.filter(journey_id=journey_id)
        for key, n in rows.values_list("key", "n"):
            found[key] = found.get(key, 0) + n
    return found
