"""The finder of sudden faults, and of the day on which they were mended."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from cxplatform.stats.change import benjamini_hochberg
from cxplatform.stats.fault import fault
from cxplatform.stats.histogram import answers
from cxplatform.stats.metrics import metric
from cxplatform.tenancy.models import Tenant
from dashboards.changes.courses import courses, daily, most_answered
from dashboards.changes.told import compared, told
from dashboards.insights.finders import Found
from dashboards.load import Slice, counts
from dashboards.periods import Period

KIND = "sudden_fault"
DAYS = 182


def find(*, tenant: Tenant, today: date) -> Sequence[Found]:
    """Touchpoints whose normalised score fell at once within half a year: those that are still down first, then the
    latest. Controlled over all touchpoints at 5 %; a fall that the same days a year before had too is left out."""
    end = today + timedelta(days=1)
    period = Period(end - timedelta(days=DAYS), end)
    asked = most_answered(period)
    candidates, looked_through = [], 0
    for name in sorted(set(asked.values())):
        of = metric(name)
        places = [place for place, its in asked.items() if its == name]
        now = courses(of, grain="d", period=period, touchpoints=places)
        then = courses(of, grain="d", period=_season(period), touchpoints=places)
        looked_through += len(now)
        for place, course in now.items():
            found = fault(daily(course, period), daily(then.get(place, {}), _season(period)))
            if found:
                candidates.append((place, of, found))
    # Those in which there was nothing are of the family too.
    p_values = [each.p for _, _, each in candidates]
    stands = benjamini_hochberg([*p_values, *[1.0] * (looked_through - len(candidates))])[: len(candidates)]
    told_of = []
    for (place, of, each), stand in zip(candidates, stands, strict=True):
        if not stand:
            continue
        began, after = period.start + timedelta(days=each.start), period.start + timedelta(days=each.end)
        figures = _figures(of.name, place, Period(began, after), period, tenant.anonymity_minimum)
        if figures["now"]["n"] >= tenant.anonymity_minimum and figures["then"]["n"] >= tenant.anonymity_minimum:
            told_of.append(
                Found(
                    touchpoint_id=place,
                    start=period.start,
                    last=today,
                    data={
                        "began": began.isoformat(),
                        "mended": after.isoformat() if each.mended else None,
                        "drop": each.drop,
                        **figures,
                    },
                )
            )
    # Stable: by day, the newest first, and before that those that are still down.
    newest = sorted(told_of, key=lambda one: str(one.data["began"]), reverse=True)
    return sorted(newest, key=lambda one: one.data["mended"] is not None)


def _season(period: Period) -> Period:
    """As many days, 52 weeks earlier: the same weekdays."""
    return Period(period.start - timedelta(weeks=52), period.end - timedelta(weeks=52))


def _figures(name: str, place: int, down: Period, whole: Period, minimum: int) -> dict[str, Any]:
    """`now` is while it lasted, `then` right before it, `since` after it was mended,
    of nobody where too few have answered since."""
    windows = {
        "now": down,
        "then": Period(max(whole.start, down.start - timedelta(days=max(28, down.days))), down.start),
        "since": Period(down.end, whole.end) if down.end < whole.end else Period(whole.end, whole.end),
    }
    read = counts(metrics=[name], windows=windows, of=Slice(touchpoints=(place,)))
    of = metric(name)
    figures = compared(of, read.get(name, "now"), read.get(name, "then"))
    since = read.get(name, "since")
    shown = since if answers(of, since) >= minimum else since * 0
    return {**figures, "since": told(of, shown)}
