"""Those who write are not like those who do not: both scores, with their intervals and whether they differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
from django.db import connection

from cxplatform.stats import anonymity
from cxplatform.stats.change import Change, change
from cxplatform.stats.histogram import total
from cxplatform.stats.metrics import metric
from cxplatform.stats.score import Score, score
from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Tenant
from dashboards.insights.finders import Finder, Found
from dashboards.load import Slice, counts
from dashboards.measures import MEASURES
from dashboards.periods import Period
from surveys.models import Survey

KIND = "comment_gap"
DAYS = 365
_NOW = "now"


@dataclass(frozen=True)
class Apart:
    """Scores of those who wrote something and of those who did not; `change` is the first against the second."""

    writers: Score
    silent: Score
    change: Change


def apart(metric_name: str, writers: Sequence[int], silent: Sequence[int]) -> Apart:
    """Two histograms of one metric side by side."""
    return Apart(
        writers=score(metric_name, writers),
        silent=score(metric_name, silent),
        change=change(metric_name, writers, silent),
    )


def read(data: Mapping[str, Any]) -> Apart:
    """What the finder kept."""
    return apart(data["metric"], data["writers"], data["silent"])


# An answer has as many verbatims as it has texts: each counts once.
_WRITERS = """
SELECT bin, count(*) FROM (
    SELECT DISTINCT response_id, (scores ->> %(metric)s)::int AS bin FROM surveys_verbatim
    WHERE tenant_id = %(tenant)s AND answered_at >= %(start)s AND answered_at < %(end)s
        AND audience = 'customer' AND source = '' AND scores ? %(metric)s AND survey_id = ANY(%(surveys)s)
) written GROUP BY bin
"""


def find(*, tenant: Tenant, today: date) -> Sequence[Found]:
    """Answers to single encounters of a year: all from the counts, those with words from the verbatims."""
    year = Period(today - timedelta(days=DAYS - 1), today + timedelta(days=1))
    names = [name for measure in MEASURES.values() for name in measure.metrics]
    counted = counts(metrics=names, windows={_NOW: year}, of=Slice())
    asked = next((m for m in MEASURES.values() if any(total(counted.get(name, _NOW)) for name in m.metrics)), None)
    if asked is None:
        return []
    of = asked.metric({name: total(counted.get(name, _NOW)) for name in asked.metrics})
    everybody = counted.get(of.name, _NOW)
    writers = np.zeros(of.bins, dtype=np.int64)
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITERS,
            {
                "tenant": active_tenant_id(),
                "metric": of.name,
                "start": datetime.combine(year.start, time(), tenant.zone),
                "end": datetime.combine(year.end, time(), tenant.zone),
                "surveys": list(Survey.objects.filter(kind=Survey.Kind.TRANSACTION).values_list("id", flat=True)),
            },
        )
        for place, n in cursor.fetchall():
            writers[place] = n
    # Counts may be a little behind the texts.
    writers = np.minimum(writers, everybody)
    silent = everybody - writers
    if not all(anonymity.enough(total(group), minimum=tenant.anonymity_minimum) for group in (writers, silent)):
        return []
    data = {"metric": metric(of.name).name, "writers": writers.tolist(), "silent": silent.tolist()}
    return [Found(data=data, start=year.start, last=today)]


FINDER = Finder(KIND, find, every=timedelta(hours=6))
