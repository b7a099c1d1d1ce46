"""How fast the company changes: cycle time, signal to fix, and how complaints turn into improvements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from cxplatform.stats.intervals import wilson
from cxplatform.stats.median import Median, median
from cxplatform.tenancy.models import Tenant
from dashboards.models import Improvement, Source
from surveys.models import Cause, FollowUp

DAYS = 365


@dataclass(frozen=True)
class Share:
    """`n` of `of`, with its 95 % interval; None of nothing."""

    n: int
    of: int
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Speed:
    """Of improvements done in the last 365 days: days from beginning to done, and from the first signal to done.
    `converted`: complaints of those days that an improvement came of; `mended`: those whose improvement is done."""

    cycle: Median
    signal_to_fix: Median
    converted: Share
    mended: Share


def speed(*, tenant: Tenant, today: date) -> Speed:
    """The figures of the active tenant, in three queries."""
    since = today - timedelta(days=DAYS)
    done = Improvement.objects.filter(state=Improvement.State.DONE, done_on__gte=since)
    rows = list(done.values_list("started_on", "signal_on", "done_on"))
    begin = datetime.combine(since, time(), tenant.zone)
    complaints = FollowUp.objects.filter(cause=Cause.COMPLAINT, opened_at__gte=begin)
    n = complaints.count()
    sources = Source.objects.filter(follow_up_id__in=complaints.values("pk"))
    states: dict[int, set[str]] = {}
    for follow_up, state in sources.values_list("follow_up_id", "improvement__state"):
        states.setdefault(follow_up, set()).add(state)
    return Speed(
        cycle=median(_days([(start, end) for start, _, end in rows])),
        signal_to_fix=median(_days([(signal, end) for _, signal, end in rows])),
        converted=_share(len(states), n),
        mended=_share(sum(Improvement.State.DONE in each for each in states.values()), n),
    )


def _days(pairs: Sequence[tuple[date | None, date | None]]) -> list[float]:
    return [float((end - start).days) for start, end in pairs if start and end and end >= start]


def _share(n: int, of: int) -> Share:
    if not of:
        return Share(0, 0, None, None, None)
    low, high = wilson(n, of)
    return Share(n, of, n / of, float(low), float(high))
