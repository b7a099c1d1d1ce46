"""Counts as the pipeline would have left them, without the answers behind."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
from django.db import connection
from django.utils import timezone

from cxplatform.stats.metrics import metric
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from dashboards.changes.told import compared
from dashboards.models import Insight
from journeys.models import Touchpoint

NPS = "nps/0-10"
_ADD = """
INSERT INTO surveys_scorerollup AS old
    (tenant_id, metric, dimension, value, grain, touchpoint_id, start, channel_id, audience, wave, histogram)
SELECT %(tenant)s, %(metric)s, dimension, value, grain, place, start, %(channel)s, %(audience)s, %(wave)s, %(histogram)s
FROM unnest(%(dimensions)s::text[], %(values)s::text[]) AS slice (dimension, value),
    unnest(ARRAY['d', 'm'], %(starts)s::date[]) AS span (grain, start), unnest(%(places)s::bigint[]) AS place
ON CONFLICT (tenant_id, metric, dimension, value, grain, touchpoint_id, start, channel_id, audience, wave)
DO UPDATE SET histogram = ARRAY(
    SELECT a + b FROM unnest(old.histogram, excluded.histogram) WITH ORDINALITY AS pair (a, b, bin) ORDER BY bin
)
"""


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
    told = {
        "tenant": tenant.pk,
        "metric": name,
        "dimensions": ["", *(slices or {})],
        "values": ["", *(slices or {}).values()],
        "starts": [day, day.replace(day=1)],
        "places": sorted({0, at.pk if at else 0}),
        "channel": channel_id,
        "audience": audience,
        "wave": wave,
        "histogram": list(histogram),
    }
    with activate(tenant.pk), connection.cursor() as cursor:
        cursor.execute(_ADD, told)


def find_decline(tenant: Tenant, at: Touchpoint) -> None:
    """A finding as a worker leaves it: what the page shows of it has an address of its own."""
    figures = compared(metric(NPS), np.array(nps(20, 20, 60)), np.array(nps(60, 20, 20)))
    with activate(tenant.pk):
        Insight.objects.create(
            kind="slow_decline", rank=1, touchpoint=at, start=days_ago(60, tenant), last=days_ago(0, tenant),
            data={"months": 12, "seasonal": False, **figures},
        )  # fmt: skip
