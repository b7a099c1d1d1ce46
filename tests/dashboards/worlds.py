"""Counts as the pipeline would have left them, without the answers behind."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.utils import timezone

from cxplatform.stats.metrics import metric
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from dashboards.changes.told import compared
from dashboards.models import Insight
from journeys.models import Touchpoint
from surveys.models import ScoreRollup

NPS = "nps/0-10"


def nps(promoters: int, passives: int, detractors: int) -> list[int]:
    """A histogram of 0-10 with these three counts."""
    return [detractors, *[0] * 6, passives, 0, 0, promoters]


def days_ago(days: int, tenant: Tenant) -> date:
    return timezone.localdate(timezone=tenant.zone) - timedelta(days=days)


def count(
    tenant: Tenant,
    histogram: Sequence[int],
    *,
    at: Touchpoint | None = None,
    day: date | None = None,
    name: str = NPS,
    channel_id: int = 0,
    slices: Mapping[str, str] | None = None,
    audience: str = "customer",
    wave: str = "",
) -> None:
    """Add answers to the rollups of a day and its month, of a touchpoint and the company, of all and each slice."""
    assert len(histogram) == metric(name).bins
    day = day or days_ago(1, tenant)
    with activate(tenant.pk):
        for dimension, value in [("", ""), *(slices or {}).items()]:
            for place in {0, at.pk if at else 0}:
                for grain, start in (("d", day), ("m", day.replace(day=1))):
                    key: dict[str, Any] = {
                        "metric": name,
                        "dimension": dimension,
                        "value": value,
                        "grain": grain,
                        "touchpoint_id": place,
                        "start": start,
                        "channel_id": channel_id,
                        "audience": audience,
                        "wave": wave,
                    }
                    before = ScoreRollup.objects.filter(**key).values_list("histogram", flat=True).first()
                    summed = [a + b for a, b in zip(before or [0] * len(histogram), histogram, strict=True)]
                    if before is None:
                        ScoreRollup.objects.create(**key, histogram=summed)
                    else:
                        ScoreRollup.objects.filter(**key).update(histogram=summed)


def find_decline(tenant: Tenant, at: Touchpoint) -> None:
    """A finding as a worker leaves it: what the page shows of it has an address of its own."""
    figures = compared(metric(NPS), np.array(nps(20, 20, 60)), np.array(nps(60, 20, 20)))
    with activate(tenant.pk):
        Insight.objects.create(
            kind="slow_decline", rank=1, touchpoint=at, start=days_ago(60, tenant), last=days_ago(0, tenant),
            data={"months": 12, "seasonal": False, **figures},
        )  # fmt: skip
