"""The finder of forecasts: a few series a look, so that no look is long and each is anew within the week."""

import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta

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
CHUNK, SECONDS = 8, 40.0
"""Series fitted in one look, and the time after which no other is begun."""
FRESH = timedelta(days=7)


def find(*, tenant: Tenant, today: date) -> Sequence[Found]:
    """Forecasts of the fifty most answered series, the most answered first: those that are a week old, or know of a
    month less, are made anew, a few at a time; the others stand as they were made. A series that has too little to be
    foretold says so in `refused`."""
    made = {_key(each): each for each in findings([KIND])[KIND]}
    began, fitted, found = time.monotonic(), 0, []
    for series in load_series(today=today, minimum=tenant.anonymity_minimum):
        known = made.get(series.key)
        if known is not None and _fresh(known, series, today):
            found.append(_found(series, known.data, known.start, known.last))
        elif fitted < CHUNK and time.monotonic() - began < SECONDS:
            data = _foretell(series)
            # What is refused costs nothing.
            fitted += not data["refused"]
            found.append(_found(series, data, series.months[0] if series.months else today, today))
        elif known is not None:
            found.append(_found(series, known.data, known.start, known.last))
    return found


def _key(insight: Insight) -> tuple[int, str, str, str]:
    data = insight.data
    return insight.touchpoint_id or COMPANY, data["dimension"], data["value"], data["metric"]  # type: ignore[attr-defined]


def _fresh(known: Insight, series: Series, today: date) -> bool:
    newest = series.months[-1].isoformat() if series.months else ""
    return today - known.last < FRESH and (known.data["months"] or [""])[-1] == newest


def _found(series: Series, data: dict[str, object], start: date, last: date) -> Found:
    return Found(data=data, start=start, last=last, touchpoint_id=series.touchpoint_id or None)


def _foretell(series: Series) -> dict[str, object]:
    least, greatest = metric(series.metric).limits
    result = forecast(series.values, steps=STEPS, least=least, greatest=greatest)
    month, ahead = series.months[-1] if series.months else None, []
    for each in result.ahead:
        month = next_month(month) if month else None
        ahead.append(asdict(each) | {"month": month.isoformat() if month else ""})
    return {
        "metric": series.metric,
        "dimension": series.dimension,
        "value": series.value,
        "months": [each.isoformat() for each in series.months],
        "values": list(series.values),
        "ahead": ahead,
        "error": result.error,
        "naive_error": result.naive_error,
        "method": result.method,
        "refused": result.refused,
    }
