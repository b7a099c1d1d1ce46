"""The finder of how even the experience is at each touchpoint: a matter of luck, even, good, or told to friends."""

from collections.abc import Sequence
from datetime import date, timedelta

from cxplatform.stats.experience import FEWEST, LEVELS, standing
from cxplatform.stats.metrics import metric
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


def find(*, tenant: Tenant, today: date) -> Sequence[Found]:
    """The level of each touchpoint with at least 30 answers in 90 days, of the sixty most answered: the random ones
    first, in a level the most answered. Each with the levels that the answers do not rule out."""
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
        own = None
        if asked.n >= least and asked.value is not None and asked.low is not None and asked.high is not None:
            own = asked.value, asked.low, asked.high
        stands = standing(of, histogram, nps=own, fewest=least)
        if stands is None:
            continue
        found.append(
            Found(
                touchpoint_id=id,
                start=period.start,
                last=today,
                data={
                    "metric": name,
                    "level": stands.level,
                    "also": list(stands.also),
                    "mean": stands.mean,
                    "low": stands.low,
                    "high": stands.high,
                    "spread": stands.spread,
                    "n": stands.n,
                    **dict(zip(("nps", "nps_low", "nps_high"), own or (None, None, None), strict=True)),
                },
            )
        )
    most = sorted(found, key=lambda each: -each.data["n"])[:MOST]
    return sorted(most, key=lambda each: (LEVELS.index(each.data["level"]), -each.data["n"]))
