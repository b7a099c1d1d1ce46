"""The company's scores for who is no reader of figures: the measures chosen, with interval, n and a year of months."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from cxplatform.stats.histogram import total
from cxplatform.stats.metrics import Metric
from cxplatform.stats.score import Score, score, score_of_many
from cxplatform.stats.sparkline import Sparkline, sparkline
from dashboards.load import Counted, Histogram, Slice, counts
from dashboards.measures import MEASURES, QUANTITIES, Measure
from dashboards.periods import Period, months_until, next_month

_MONTHS = 12
_ALL = Slice()


@dataclass(frozen=True)
class Told:
    """One measure over the days counted. `score` None: too few answered."""

    measure: Measure
    metric: Metric
    score: Score | None
    spark: Sparkline
    months: tuple[tuple[date, float | None], ...]

    @property
    def what(self) -> Any:
        """What the number is: "found it easy"."""
        return QUANTITIES.get(self.metric.key, "")


def load_scores(
    keys: Sequence[str], *, today: date, days: int, minimum: int, of: Slice = _ALL, hidden: bool = False
) -> list[Told]:
    """The measures in the house's order that anybody answered in a year; one query, whatever is stored.

    `hidden`: show nothing, as the group would tell on a small one beside it.
    """
    chosen = [measure for key, measure in MEASURES.items() if key in keys]
    if not chosen or hidden:
        return []
    now = Period(today - timedelta(days=days - 1), today + timedelta(days=1))
    months = months_until(today, _MONTHS)
    windows = {"now": now} | {month.isoformat(): Period(month, next_month(month)) for month in months}
    counted = counts(metrics=[name for one in chosen for name in one.metrics], windows=windows, of=of, by=("value",))
    value = of.parts[-1][1]
    return [
        told
        for measure in chosen
        if (told := _told(measure, _sums(counted, measure, windows, value), months, minimum)) is not None
    ]


def _sums(
    counted: Counted, measure: Measure, windows: Mapping[str, Period], value: str
) -> Mapping[str, Mapping[str, Histogram]]:
    return {name: {window: counted.get(name, window, value) for window in windows} for name in measure.metrics}


def _told(
    measure: Measure, sums: Mapping[str, Mapping[str, Histogram]], months: Sequence[date], minimum: int
) -> Told | None:
    """Scales are never pooled: the one that counts in the days, else in the year."""
    answers = {name: total(of["now"]) for name, of in sums.items()}
    if not any(answers.values()):
        answers = {name: sum(total(histogram) for histogram in of.values()) for name, of in sums.items()}
    if not any(answers.values()):
        return None
    metric = measure.metric(answers)
    of = sums[metric.name]
    found = score(metric, of["now"])
    by_month = score_of_many(metric, np.array([of[month.isoformat()] for month in months]))
    values = [one.value if one.n >= minimum else None for one in by_month]
    least, greatest = metric.limits
    return Told(
        measure=measure,
        metric=metric,
        score=found if found.n >= minimum else None,
        spark=sparkline(values, target=None, least_range=(greatest - least) / 20),
        months=tuple(zip(months, values, strict=True)),
    )
