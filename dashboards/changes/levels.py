"""The finder of how even the experience is at each touchpoint: a matter of luck, even, good, or told to friends."""

from collections.abc import Sequence
from datetime import date, timedelta
from math import sqrt

import numpy as np

from cxplatform.stats.experience import FEWEST, Level, levels
from cxplatform.stats.metrics import metric
from cxplatform.stats.moments import moments
from cxplatform.stats.score import score
from cxplatform.tenancy.models import Tenant
from dashboards.changes.courses import most_answered
from dashboards.insights.finders import Found
from dashboards.load import Slice, counts
from dashboards.periods import Period
from dashboards.structure import load_structure

KIND = "level"
DAYS = 90
MOST = 60
NPS = "nps/0-10"
ORDER: tuple[Level, ...] = ("random", "uniform", "differentiating", "recommending")


def find(*, tenant: Tenant, today: date) -> Sequence[Found]:
    """The level of each touchpoint with at least 30 answers in 90 days, of the sixty most answered: the random ones
    first, in a level the most answered."""
    end = today + timedelta(days=1)
    period = Period(end - timedelta(days=DAYS), end)
    structure = load_structure()
    names = {id: name for id, name in most_answered(period).items() if id in structure.places}
    read = counts(
        metrics=sorted({*names.values(), NPS}),
        windows={"now": period},
        of=Slice(touchpoints=tuple(names)),
        by=["touchpoint_id"],
    )
    found = []
    for id, name in names.items():
        of, histogram, asked = metric(name), read.get(name, "now", id), score(NPS, read.get(NPS, "now", id))
        least = max(FEWEST, tenant.anonymity_minimum)
        own = asked.value if asked.n >= least else None
        level = levels(of, [histogram], nps=[own], fewest=least)[0]
        if level == "not_enough":
            continue
        spread = moments(of.normal, np.array([histogram]))
        found.append(
            Found(
                touchpoint_id=id,
                start=period.start,
                last=today,
                data={
                    "metric": name,
                    "level": level,
                    "mean": float(spread.mean[0]),
                    "spread": sqrt(float(spread.variance[0])),
                    "n": int(spread.n[0]),
                    "nps": own,
                },
            )
        )
    most = sorted(found, key=lambda each: -each.data["n"])[:MOST]
    return sorted(most, key=lambda each: (ORDER.index(each.data["level"]), -each.data["n"]))
