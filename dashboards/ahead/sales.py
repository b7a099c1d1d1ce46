"""The finder of what the score says of sales to come: a weekly figure of money some weeks after the score."""

from collections.abc import Sequence
from datetime import date, timedelta
from math import log

import numpy as np

from cxplatform.stats.lag import lag
from cxplatform.stats.metrics import metric
from cxplatform.stats.score import score_of_many
from cxplatform.tenancy.models import Tenant
from dashboards.insights.finders import Found
from dashboards.load import counts
from dashboards.models import KpiSeries
from dashboards.periods import Period

KIND = "lag"
WEEKS = 156
MOST = 4
ANSWERS = 10
NPS = metric("nps/0-10")


def find(*, tenant: Tenant, today: date) -> Sequence[Found]:
    """One finding for each weekly series of money: how many weeks ahead of it the company's NPS moves, and what ten
    points of it go with, in per cent; or why nothing is said. Of a link it is never said that it is a cause."""
    monday = today - timedelta(days=today.weekday())
    weeks = [monday - timedelta(weeks=ago) for ago in range(WEEKS, 0, -1)]
    told = KpiSeries.objects.filter(grain=KpiSeries.Grain.WEEK, side=KpiSeries.Side.MONEY).order_by("pk")[:MOST]
    if not told:
        return []
    scores = _scores(weeks, max(tenant.anonymity_minimum, ANSWERS))
    return [_found(series, weeks, scores, today) for series in told]


def _found(series: KpiSeries, weeks: Sequence[date], scores: Sequence[float | None], today: date) -> Found:
    values = dict(series.values.filter(start__gte=weeks[0]).values_list("start", "value"))
    # Of logarithms, so that the link is in per cent: what is nothing or less has none.
    money = [log(values[week]) if values.get(week, 0) > 0 else None for week in weeks]
    result = lag(scores, money)
    percent = {
        name: None if value is None else 100 * (float(np.exp(10 * value)) - 1)
        for name, value in (("value", result.slope), ("low", result.low), ("high", result.high))
    }
    return Found(
        start=weeks[0],
        last=today,
        data={
            "series": series.pk,
            "name": series.name,
            "metric": NPS.name,
            "weeks": result.weeks,
            "per_ten": percent,
            "p": result.p,
            "pairs": result.pairs,
            "error": None if result.error is None else 100 * (float(np.exp(result.error)) - 1),
            "naive_error": None if result.naive_error is None else 100 * (float(np.exp(result.naive_error)) - 1),
            "found": result.found,
            "refused": result.refused,
        },
    )


def _scores(weeks: Sequence[date], least: int) -> list[float | None]:
    read = counts(
        metrics=[NPS.name],
        windows={week.isoformat(): Period(week, week + timedelta(weeks=1)) for week in weeks},
    )
    found = score_of_many(NPS, [read.get(NPS.name, week.isoformat()) for week in weeks])
    return [score.value if score.n >= least else None for score in found]
