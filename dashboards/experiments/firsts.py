"""Each customer's first answer while an experiment ran, by variant.

What is drawn by lot is the customer: answers of one customer are alike, so that counting each of them makes the
intervals too narrow (Deng, Knoblich and Lu, "Applying the Delta Method in Metric Analytics", KDD 2018). One answer a
customer leaves independent ones, as the bounds of `cxplatform.stats.sequential` take them to be, and the first is the
one whose coming no variant has had time to change.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.core.cache import cache
from django.db import connection

from cxplatform.tenancy.context import active_tenant_id
from dashboards.load import Histogram, bins_of
from dashboards.periods import Period

SLOW, KEPT = 0.2, 300  # seconds: what took so long is shown again for five minutes

# A range of response_by_touchpoint. An answer of nobody known is somebody's own.
_STATEMENT = """
WITH zone AS (SELECT timezone FROM tenancy_tenant WHERE id = %(tenant)s)
SELECT variant, bin, count(*), sum(answers)::bigint FROM (
    SELECT DISTINCT ON (who) variant, bin, count(*) OVER (PARTITION BY who) AS answers FROM (
        SELECT coalesce(customer_id, id) AS who, dimensions ->> %(dimension)s AS variant,
            (scores ->> %(metric)s)::int AS bin, answered_at, id
        FROM surveys_response
        WHERE tenant_id = (SELECT %(tenant)s::bigint) AND touchpoint_id = %(place)s
            AND answered_at >= (%(since)s::timestamp AT TIME ZONE (SELECT timezone FROM zone))
            AND answered_at < (%(until)s::timestamp AT TIME ZONE (SELECT timezone FROM zone))
            AND audience = 'customer' AND wave = '' AND NOT is_test
            AND dimensions ->> %(dimension)s = ANY(%(keys)s::text[]) AND scores ? %(metric)s
    ) answered ORDER BY who, answered_at, id
) first GROUP BY variant, bin
"""


@dataclass(frozen=True)
class First:
    """Of one variant: a histogram of customers by their first answer, and how many `answers` they gave in all."""

    histogram: Histogram
    answers: int


def firsts(
    *, metric_name: str, touchpoint_id: int, dimension: str, keys: Sequence[str], period: Period, anew: bool = False
) -> list[First]:
    """One for each of the keys, in their order. One query; where it takes long, what was counted stands for a while,
    but for who wants it `anew`."""
    told = {
        "tenant": active_tenant_id(),
        "place": touchpoint_id,
        "dimension": dimension,
        "metric": metric_name,
        "keys": list(keys),
        "since": period.start,
        "until": period.end,
    }
    kept_as = "experiment-firsts:" + ":".join(str(part).replace(" ", "") for part in told.values())
    kept: list[First] | None = None if anew else cache.get(kept_as)
    if kept is not None:
        return kept
    began = time.monotonic()
    found = _count(told)
    if time.monotonic() - began > SLOW:
        cache.set(kept_as, found, KEPT)
    return found


def _count(told: Mapping[str, Any]) -> list[First]:
    size, keys = bins_of(told["metric"]), told["keys"]
    found = {key: First(np.zeros(size, dtype=np.int64), 0) for key in keys}
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, told)
        for variant, place, n, given in cursor.fetchall():
            one = found[variant]
            one.histogram[place] += n
            found[variant] = First(one.histogram, one.answers + given)
    return [found[key] for key in keys]
