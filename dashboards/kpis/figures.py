"""The company's own figures: each series with its latest value, what became of it, and its line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch

from cxplatform.stats.sparkline import Sparkline, sparkline
from dashboards.models import KpiSeries, KpiValue
from dashboards.periods import next_month, years_before

SHOWN = {KpiSeries.Grain.WEEK: 53, KpiSeries.Grain.MONTH: 25}
YEARS = 2


@dataclass(frozen=True)
class Change:
    """How far the latest value is from that of `since`, in the series' unit."""

    since: date
    by: float


@dataclass(frozen=True)
class Figure:
    """A series. `values` are (first day, value or None for a gap), oldest first, up to the newest; `before` is the
    change since the week or month before it, `season` since the same a year earlier, None where that is not known."""

    slug: str
    name: str
    unit: str
    grain: str
    source: str
    values: tuple[tuple[date, float | None], ...]
    before: Change | None
    season: Change | None
    spark: Sparkline
    side: str = ""
    target: float | None = None

    @property
    def last(self) -> tuple[date, float] | None:
        """The newest value and the first day of its week or month."""
        day, value = self.values[-1] if self.values else (None, None)
        return None if day is None or value is None else (day, value)


def load_figures(*, today: date) -> list[Figure]:
    """Every series of the active tenant by name, in two queries, its values of the last two years."""
    recent = KpiValue.objects.filter(start__gte=years_before(today, YEARS + 1)).order_by("start")
    return [
        _figure(series, [(one.start, one.value) for one in series.values.all()])
        for series in KpiSeries.objects.prefetch_related(Prefetch("values", queryset=recent))
    ]


def _figure(series: KpiSeries, told: Sequence[tuple[date, float]]) -> Figure:
    known = dict(told)
    values: tuple[tuple[date, float | None], ...] = ()
    before = season = None
    if told:
        last, value = told[-1]
        starts = _starts(told[0][0], last, series.grain)
        values = tuple((day, known.get(day)) for day in starts)[-SHOWN[KpiSeries.Grain(series.grain)] :]
        earlier = [starts[-2]] if len(starts) > 1 else []
        before = next((Change(day, value - known[day]) for day in earlier if day in known), None)
        year_ago = year_earlier(last, series.grain)
        season = Change(year_ago, value - known[year_ago]) if year_ago in known else None
    numbers = [number for _, number in values]
    found = [number for number in numbers if number is not None]
    return Figure(
        slug=series.slug,
        name=series.name,
        unit=series.unit,
        grain=series.grain,
        source=series.source,
        side=series.get_side_display() if series.side else "",
        target=series.target,
        values=values,
        before=before,
        season=season,
        # A line that rises and falls by a hundredth of its value is level.
        spark=sparkline(numbers, target=series.target, least_range=max((abs(n) for n in found), default=0) / 100 or 1),
    )


def _starts(first: date, last: date, grain: str) -> list[date]:
    """The first days of every week or month from the one to the other."""
    days = [first]
    while days[-1] < last:
        days.append(next_month(days[-1]) if grain == KpiSeries.Grain.MONTH else days[-1] + timedelta(days=7))
    return days


def year_earlier(day: date, grain: str) -> date:
    """The same month a year earlier, or 52 weeks before, which is a Monday too."""
    return years_before(day) if grain == KpiSeries.Grain.MONTH else day - timedelta(weeks=52)
