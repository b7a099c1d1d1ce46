"""What an experiment has found so far. What was drawn by lot is the customer, and so the customer is what is counted:
each by the first answer, under the variant that answer carries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from cxplatform.stats import anonymity
from cxplatform.stats.histogram import answers
from cxplatform.stats.metrics import Metric, metric
from cxplatform.stats.score import Score, score
from cxplatform.stats.sequential import ALPHA, Compared, compared, planned_answers, split_evenly, variance_of
from dashboards.experiments.firsts import First, firsts
from dashboards.load import EVERYBODY, Histogram, Slice, counts
from dashboards.models import Experiment
from dashboards.periods import Period

UNEVEN = 0.001
OFTEN = 0.95
"""Told where customers are fewer than this share of their answers."""
_HISTORY_DAYS = 180
_NOT_SHOWN = Compared(None, None, None, "not_yet")


@dataclass(frozen=True)
class Variant:
    """`n` customers gave `answers`. `score` None below the organisation's smallest group, and where it would tell of
    one by subtraction; `against` None of what there was before."""

    key: str
    name: str
    n: int
    answers: int
    histogram: Histogram
    score: Score | None
    against: Compared | None
    done: float


@dataclass(frozen=True)
class Found:
    """`verdict` is of the whole: of the variant that differs most clearly, else whether there is none or it is too
    early. `uneven`: customers are split as no lot would split them."""

    metric: Metric
    variants: tuple[Variant, ...]
    verdict: str
    uneven: bool
    best: Variant | None

    @property
    def over(self) -> bool:
        return self.verdict != "not_yet"

    @property
    def often(self) -> bool:
        """Whether customers answered more than once so often that it is worth saying."""
        n = sum(one.n for one in self.variants)
        return n < OFTEN * sum(one.answers for one in self.variants)


def load_found(experiment: Experiment, *, today: date, minimum: int, anew: bool = False) -> Found:
    """One query. Answers count from the day it started to the day it was stopped; what was found then stands when the
    answers themselves are kept no more, and those that come late are taken in."""
    of = metric(experiment.metric)
    counted = _counted(experiment, today, anew)
    histograms = [one.histogram for one in counted]
    before, *others = histograms
    alpha = ALPHA / max(1, len(others))  # Bonferroni: of several variants against one, none is found by luck
    planned = max(1, experiment.planned)
    against = [None, *(compared(of, each, before, planned=planned, alpha=alpha) for each in others)]
    sizes = [answers(of, histogram) for histogram in histograms]
    # The touchpoint's own score is on other pages: a variant could be had from it by subtraction.
    seen = anonymity.visible(dict(zip(experiment.keys, sizes, strict=True)), minimum=minimum)
    variants = tuple(
        Variant(
            key=variant["key"],
            name=variant["name"],
            n=n,
            answers=one.answers,
            histogram=one.histogram,
            score=score(of, histogram) if n and variant["key"] in seen else None,
            against=found if found is None or variant["key"] in seen else _NOT_SHOWN,
            done=min(1.0, n / planned),
        )
        for variant, one, histogram, n, found in zip(
            experiment.variants, counted, histograms, sizes, against, strict=True
        )
    )
    split = split_evenly(sizes)
    best = _clearest(variants)
    return Found(of, variants, _verdict(variants, best), split is not None and split < UNEVEN, best)


def _counted(experiment: Experiment, today: date, anew: bool) -> list[First]:
    start = experiment.started_on or today
    now = firsts(
        metric_name=experiment.metric,
        touchpoint_id=experiment.touchpoint_id,
        dimension=experiment.dimension,
        keys=experiment.keys,
        period=Period(start, max(start, experiment.stopped_on or today) + timedelta(days=1)),
        anew=anew,
    )
    then = [
        First(np.array(row["histogram"], dtype=np.int64), row["answers"])
        for row in experiment.result
        if "histogram" in row
    ]
    return max(now, then, key=lambda told: sum(int(one.histogram.sum()) for one in told))


def _clearest(variants: Sequence[Variant]) -> Variant | None:
    """The variant that is clearly better, the most so; else one that is clearly worse."""
    for wanted in ("better", "worse"):
        found = [one for one in variants if one.against and one.against.verdict == wanted]
        if found:
            return max(found, key=lambda one: abs(one.against.difference or 0) if one.against else 0)
    return None


def _verdict(variants: Sequence[Variant], best: Variant | None) -> str:
    if best and best.against:
        return best.against.verdict
    told = {one.against.verdict for one in variants if one.against}
    return "not_yet" if "not_yet" in told or not told else "no_clear_difference"


def plan(*, metric_name: str, touchpoint_id: int, least: float, variants: int, today: date) -> int:
    """Customers of each variant that finding a difference of `least` takes, from how answers there spread by now."""
    of = metric(metric_name)
    lately = Period(today - timedelta(days=_HISTORY_DAYS), today + timedelta(days=1))
    counted = counts(
        metrics=[of.name], windows={"lately": lately}, of=Slice(parts=(EVERYBODY,), touchpoints=(touchpoint_id,))
    )
    variance = variance_of(of, counted.get(of.name, "lately"))
    return planned_answers(variance, least, alpha=ALPHA / max(1, variants - 1))


def kept(experiment: Experiment, *, today: date, minimum: int) -> list[dict[str, Any]]:
    """What is stored when it is stopped: a row for each variant, figures alone."""
    found = load_found(experiment, today=today, minimum=minimum, anew=True)
    return [
        {
            "key": one.key,
            "name": one.name,
            "n": one.n,
            "answers": one.answers,
            "histogram": [int(count) for count in one.histogram],
            "value": one.score.value if one.score else None,
            "difference": one.against.difference if one.against else None,
            "low": one.against.low if one.against else None,
            "high": one.against.high if one.against else None,
            "verdict": one.against.verdict if one.against else None,
        }
        for one in found.variants
    ]
