"""Whether helping helped: the score that brought a customer to us beside the one given once it was dealt with."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from cxplatform.stats.anonymity import enough
from cxplatform.stats.intervals import t_interval

_READ = """
SELECT count(*), avg(value), avg(recovery_value), var_samp(recovery_value - value) FROM surveys_followup
WHERE opened_at >= %(since)s AND opened_at < %(until)s AND value IS NOT NULL AND recovery_value IS NOT NULL
    AND (%(units)s::bigint[] IS NULL OR unit_id = ANY(%(units)s))
"""


@dataclass(frozen=True)
class Recovered:
    """Of `n` customers who gave both scores: their means (0-100), the mean change and its 95 % interval.

    The same person before and after (paired t). Only those who answered again are in it, and who was worst off may
    rise by chance alone: it tells how it went, not what helping caused. `low` and `high` are None where all changed
    alike.
    """

    n: int
    before: float
    after: float
    change: float
    low: float | None
    high: float | None


def recovered(
    *, since: datetime, until: datetime, minimum: int, units: Sequence[int] | None = None
) -> Recovered | None:
    """Of the active tenant's follow-ups opened in the span; None where too few gave both. Uses follow_up_by_time."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, {"since": since, "until": until, "units": list(units) if units else None})
        n, before, after, variance = cursor.fetchone()
    if not n or not enough(n, minimum=minimum):
        return None
    change = after - before
    low, high = (float(end) for end in t_interval(change, variance or 0.0, n))
    return Recovered(
        n=n,
        before=before,
        after=after,
        change=change,
        low=None if math.isnan(low) else max(-100.0, low),
        high=None if math.isnan(high) else min(100.0, high),
    )
