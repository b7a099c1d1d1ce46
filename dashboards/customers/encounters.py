"""Scores by encounter number: what customers say at their first encounter with us, the second and so on."""

from dataclasses import dataclass

import numpy as np

from cxplatform.stats.histogram import answers
from cxplatform.stats.metrics import Metric, metric
from cxplatform.stats.score import Score, score
from dashboards.cells import shown_groups
from dashboards.measures import PAGE_METRICS
from surveys.encounters import MOST
from surveys.models import EncounterRollup


@dataclass(frozen=True)
class Row:
    """The nth encounter; `score` is None where too few answered. `last` is that number and more."""

    number: int
    last: bool
    score: Score | None


@dataclass(frozen=True)
class Encounters:
    metric: Metric
    rows: tuple[Row, ...]


def load_encounters(*, minimum: int) -> Encounters | None:
    """The active tenant's most answered measure by encounter number, in one query; None while nobody answered."""
    counted: dict[str, dict[int, np.ndarray]] = {}
    for name, number, histogram in EncounterRollup.objects.values_list("metric", "number", "histogram"):
        if name in PAGE_METRICS and any(histogram):
            counted.setdefault(name, {})[number] = np.array(histogram, dtype=np.int64)
    if not counted:
        return None
    name = max(counted, key=lambda name: sum(answers(metric(name), one) for one in counted[name].values()))
    of, groups = metric(name), counted[name]
    whole = np.sum(list(groups.values()), axis=0)
    shown = shown_groups(groups, whole, minimum=minimum)
    return Encounters(
        of,
        tuple(
            Row(number, number == MOST, score(of, shown[number]) if shown.get(number) is not None else None)
            for number in sorted(groups)
        ),
    )
