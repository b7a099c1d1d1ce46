"""The company's own figures beside an improvement: as they were before it was done, and as they are since."""

from dataclasses import dataclass
from datetime import date

from dashboards.kpis.figures import year_earlier
from dashboards.models import Improvement, KpiSeries, KpiValue
from dashboards.periods import years_before

MOST = 12


@dataclass(frozen=True)
class Beside:
    """Means of as many weeks or months before as after, at most twelve; `n` is how many there are on either side.

    `season` is how far the same weeks or months moved a year earlier, None where they are not all known. None of it
    is the improvement's doing alone: it stands beside.
    """

    name: str
    unit: str
    slug: str
    before: float | None
    after: float | None
    n: int
    season: float | None


def beside(improvement: Improvement) -> list[Beside]:
    """The figures that its team watches; two queries. Without a day on which it was done nothing is compared."""
    rows = [each.series for each in improvement.watched.select_related("series").order_by("series__name")]
    day = improvement.done_on
    if day is None:
        return [Beside(each.name, each.unit, each.slug, None, None, 0, None) for each in rows]
    values: dict[int, dict[date, float]] = {}
    for one in KpiValue.objects.filter(series__in=rows, start__gte=years_before(day, 3)):
        values.setdefault(one.series_id, {})[one.start] = one.value  # type: ignore[attr-defined]
    return [_beside(each, values.get(each.pk, {}), day) for each in rows]


def _beside(series: KpiSeries, told: dict[date, float], day: date) -> Beside:
    name, unit, slug = series.name, series.unit, series.slug
    # The week or month in which it was done is neither before nor after.
    within = max((start for start in told if start <= day), default=None)
    earlier = sorted((start for start in told if start < day and start != within), reverse=True)
    later = sorted(start for start in told if start > day)
    n = min(len(earlier), len(later), MOST)
    if n == 0:
        return Beside(name, unit, slug, None, None, 0, None)
    before, after = earlier[:n], later[:n]
    return Beside(
        name, unit, slug, _mean(told, before), _mean(told, after), n, _season(told, before, after, series.grain)
    )


def _season(told: dict[date, float], before: list[date], after: list[date], grain: str) -> float | None:
    then_before, then_after = ([year_earlier(start, grain) for start in starts] for starts in (before, after))
    if not all(start in told for start in (*then_before, *then_after)):
        return None
    return _mean(told, then_after) - _mean(told, then_before)


def _mean(told: dict[date, float], starts: list[date]) -> float:
    return sum(told[start] for start in starts) / len(starts)
