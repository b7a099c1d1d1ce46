"""Weekly figures and scores of the same weeks, one picture under the other with one axis of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch

from cxplatform.stats import anonymity
from cxplatform.stats.histogram import answers
from cxplatform.stats.metrics import Metric
from cxplatform.stats.score import score_of_many
from dashboards import words
from dashboards.load import counts
from dashboards.measures import MEASURES, PAGE_METRICS, short_name
from dashboards.models import KpiSeries, KpiValue
from dashboards.periods import Period

WEEKS = 53
MOST_SERIES, MOST_SCORES = 6, 4
WIDTH, HEIGHT, MARGIN = 720, 84, 6


@dataclass(frozen=True)
class Week:
    """A week by its Monday; all None where nothing is known or too few answered."""

    monday: date
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int | None = None


@dataclass(frozen=True)
class Picture:
    """`lines` and `bands` are SVG points, broken at gaps; `dots` lone weeks; `top` and `bottom` the axis' ends."""

    lines: tuple[str, ...]
    bands: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    top: float
    bottom: float


@dataclass(frozen=True)
class Row:
    """A KPI (`metric` None, values in `unit`) or a score; `picture` None where no week has a value."""

    name: str
    metric: Metric | None
    unit: str
    weeks: tuple[Week, ...]
    picture: Picture | None

    @property
    def last(self) -> Week | None:
        """The newest week with a value."""
        return next((week for week in reversed(self.weeks) if week.value is not None), None)

    def written(self, value: float | None) -> str:
        """A value as people read it, in the row's unit."""
        if value is None:
            return "–"
        return words.value(value, self.metric.unit) if self.metric else words.measured(value, self.unit)


@dataclass(frozen=True)
class Beside:
    """`months` are (x, first day) of the months that begin in these weeks; `more` weekly series are not drawn."""

    mondays: tuple[date, ...]
    rows: tuple[Row, ...]
    months: tuple[tuple[float, date], ...]
    more: int = 0

    @property
    def ticks(self) -> list[tuple[float, date]]:
        """Every other month's place in per cent of the picture's width."""
        return [(round(100 * x / WIDTH, 1), month) for x, month in self.months[::2]]

    @property
    def told(self) -> list[Row]:
        """The KPIs among the rows."""
        return [row for row in self.rows if row.metric is None]


def load_beside(*, today: date, minimum: int) -> Beside:
    """The active tenant's weeks up to the one that ended last, in three queries: money first, then scores."""
    last = today - timedelta(days=today.weekday() + 7)
    mondays = [last - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    recent = KpiValue.objects.filter(start__gte=mondays[0], start__lte=last)
    series = [
        one
        for one in KpiSeries.objects.filter(grain=KpiSeries.Grain.WEEK).prefetch_related(
            Prefetch("values", queryset=recent)
        )
        if one.values.all()
    ]
    series.sort(key=lambda one: (one.side != KpiSeries.Side.MONEY, one.name.casefold()))
    rows = [
        _row(one.name, None, one.unit, [Week(day, known.get(day)) for day in mondays])
        for one in series[:MOST_SERIES]
        for known in [{value.start: value.value for value in one.values.all()}]
    ]
    return Beside(
        mondays=tuple(mondays),
        rows=(*rows, *_scores(mondays, minimum)),
        months=tuple((_x(place), day) for place, day in enumerate(mondays) if day.day <= 7),
        more=max(0, len(series) - MOST_SERIES),
    )


def _scores(mondays: Sequence[date], minimum: int) -> list[Row]:
    windows = {day.isoformat(): Period(day, day + timedelta(weeks=1)) for day in mondays}
    read = counts(metrics=PAGE_METRICS, windows=windows)
    everybody = {name: sum(answers(name, read.get(name, week)) for week in windows) for name in PAGE_METRICS}
    found = []
    for measure in list(MEASURES.values())[:MOST_SCORES]:
        of = measure.metric(everybody)
        if not everybody[of.name]:
            continue
        scores = score_of_many(of, [read.get(of.name, week) for week in windows])
        weeks = [
            Week(day, score.value, score.low, score.high, score.n)
            if anonymity.enough(score.n, minimum=minimum)
            else Week(day)
            for day, score in zip(mondays, scores, strict=True)
        ]
        found.append(_row(short_name(of), of, "", weeks))
    return found


def _row(name: str, of: Metric | None, unit: str, weeks: Sequence[Week]) -> Row:
    return Row(name, of, unit, tuple(weeks), _picture(weeks))


def _x(place: int) -> float:
    return round(MARGIN + place * (WIDTH - 2 * MARGIN) / (WEEKS - 1), 1)


def _picture(weeks: Sequence[Week]) -> Picture | None:
    ends = [end for week in weeks for end in (week.value, week.low, week.high) if end is not None]
    if not ends:
        return None
    bottom, top = min(ends), max(ends)
    spread = (top - bottom) or abs(top) or 1.0

    def y(value: float) -> float:
        return round(HEIGHT - MARGIN - (value - bottom) / spread * (HEIGHT - 2 * MARGIN), 1)

    runs: list[list[tuple[float, Week]]] = [[]]
    for place, week in enumerate(weeks):
        if week.value is None:
            runs.append([])
        else:
            runs[-1].append((_x(place), week))
    lines, bands, dots = [], [], []
    for run in runs:
        if len(run) == 1:
            dots.append((run[0][0], y(run[0][1].value or 0.0)))
        elif run:
            lines.append(" ".join(f"{x:g},{y(week.value or 0.0):g}" for x, week in run))
            sides = [(x, week.low, week.high) for x, week in run if week.low is not None and week.high is not None]
            if len(sides) > 1:
                above = [f"{x:g},{y(high or 0.0):g}" for x, _low, high in sides]
                below = [f"{x:g},{y(low or 0.0):g}" for x, low, _high in reversed(sides)]
                bands.append(" ".join([*above, *below]))
    return Picture(tuple(lines), tuple(bands), tuple(dots), top, bottom)
