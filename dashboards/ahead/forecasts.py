"""The finder of forecasts: every series anew each night, within a minute of a worker's time."""

import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from cxplatform.stats.forecast import forecast
from cxplatform.stats.metrics import metric
from cxplatform.tenancy.models import Tenant
from dashboards.ahead.series import Series, load_series
from dashboards.insights.finders import Found
from dashboards.insights.read import findings
from dashboards.load import COMPANY
from dashboards.models import Insight
from dashboards.periods import next_month

KIND = "forecast"
STEPS = 6
SECONDS = 50.0
"""The time after which no other series is begun; the next night begins with those that were left."""


def find(*, tenant: Tenant, today: date) -> Sequence[Found]:
    """Forecasts of the most answered series: each is made anew every night, new ones and those made longest ago first.

    What there was no time for stands as it was made. A series that has too little to be foretold says so in
    `refused`; of a customer group nothing is said then.
    """
    every = load_series(today=today, minimum=tenant.anonymity_minimum)
    made = {_key(each): each for each in findings([KIND])[KIND]}
    began, found = time.monotonic(), {}
    for series in sorted(every, key=lambda each: made[each.key].last if each.key in made else date.min):
        known = made.get(series.key)
        if time.monotonic() - began < SECONDS:
            data = _foretell(series)
            if not (series.dimension and data["refused"]):
                found[series.key] = _found(series, data, series.months[0] if series.months else today, today)
        elif known is not None:
            found[series.key] = _found(series, known.data, known.start, known.last)
    return [found[series.key] for series in every if series.key in found]


def _key(insight: Insight) -> tuple[int, str, str, str]:
    data = insight.data
    return insight.touchpoint_id or COMPANY, data["dimension"], data["value"], data["metric"]  # type: ignore[attr-defined]


def _found(series: Series, data: dict[str, object], start: date, last: date) -> Found:
    return Found(data=data, start=start, last=last, touchpoint_id=series.touchpoint_id or None)


def _foretell(series: Series) -> dict[str, object]:
    least, greatest = metric(series.metric).limits
    result = forecast(series.values, steps=STEPS, least=least, greatest=greatest)
    month, ahead = series.months[-1] if series.months else None, []
    for each in result.ahead:
        month = next_month(month) if month else None
        rounded = {name: round(value, 3) for name, value in asdict(each).items()}
        ahead.append(rounded | {"month": month.isoformat() if month else ""})
    return {
        "metric": series.metric,
        "dimension": series.dimension,
        "value": series.value,
        "months": [each.isoformat() for each in series.months],
        "values": [None if value is None else round(value, 3) for value in series.values],
        "ahead": ahead,
        "error": result.error,
        "naive_error": result.naive_error,
        "method": result.method,
        "refused": result.refused,
    }
