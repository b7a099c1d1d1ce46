"""Counts of paths as `journeys.paths` would have left them, without the events behind."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from cxplatform.stats.waiting import BINS, EDGES
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from journeys.models import PathRollup, Variant
from journeys.paths import measures
from tests.dashboards.worlds import days_ago

_NAMES = UUID("6f0e5c52-2b1b-4c5e-9f44-000000000000")


def bins(minutes: Iterable[float]) -> list[int]:
    """A histogram of cxplatform.stats.waiting."""
    histogram = [0] * BINS
    for each in minutes:
        histogram[sum(each > edge for edge in EDGES)] += 1
    return histogram


def tally(
    tenant: Tenant,
    journey_id: int,
    measure: str,
    key: str = "",
    n: int = 1,
    *,
    open: int = 0,
    values: Sequence[float] = (),
    minutes: Sequence[float] = (),
    day: date | None = None,
    slices: Mapping[str, str] | None = None,
) -> None:
    """Add one count, of all and of each slice; `values` are what was summed, `minutes` how long it took."""
    with activate(tenant.pk):
        for dimension, value in [("", ""), *(slices or {}).items()]:
            PathRollup.objects.create(
                journey_id=journey_id,
                measure=measure,
                dimension=dimension,
                value=value,
                day=day or days_ago(3, tenant),
                key=key,
                n=n,
                open=open,
                total=sum(values) or 60 * sum(minutes),
                squares=sum(each * each for each in values),
                histogram=bins(minutes) if minutes else [],
            )


def variant(tenant: Tenant, journey_id: int, touchpoint_ids: Sequence[int], n: int, **more: Any) -> str:
    """A sequence that `n` passages took; its digest."""
    digest = uuid5(_NAMES, f"{journey_id} {list(touchpoint_ids)}")
    with activate(tenant.pk):
        Variant.objects.create(digest=digest, journey_id=journey_id, touchpoint_ids=list(touchpoint_ids))
    tally(tenant, journey_id, measures.VARIANT, str(digest), n, **more)
    return str(digest)
