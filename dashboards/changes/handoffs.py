"""The finder of hand-offs that break the experience: the score falls where one unit gives a customer to another."""

from collections.abc import Sequence
from datetime import date, timedelta

from cxplatform.stats.sums import Sums, away_from_zero, mean_of
from cxplatform.tenancy.models import Tenant
from dashboards.insights.finders import Found
from dashboards.journeys.paths_load import NOTHING, pairs, path_counts
from dashboards.periods import Period
from journeys.models import Journey
from journeys.paths import measures

KIND = "handoff_break"
DAYS = 90
TO_POINTS = 50
"""Scores of passages lie on -1 ... 1: in points of 0-100 a change of one is fifty."""


def find(*, tenant: Tenant, today: date) -> Sequence[Found]:
    """Hand-offs of all journeys over which the score falls clearly, controlled over all of them at 5 %, the greatest
    fall first. `minutes` is the median wait in between."""
    end = today + timedelta(days=1)
    period = Period(end - timedelta(days=DAYS), end)
    journeys = list(Journey.objects.measured().values_list("pk", flat=True))
    read = path_counts(journey_ids=journeys, windows={"now": (period, (measures.HANDOFF, measures.HANDOFF_SCORE))})
    rows = []
    for journey in journeys:
        scored = read.keys(journey, measures.HANDOFF_SCORE)
        for key, (ids, tally) in zip(scored, pairs(scored), strict=True):
            if tally.n >= tenant.anonymity_minimum:
                rows.append((journey, key, ids, tally))
    verdicts = away_from_zero([Sums(tally.n, tally.total, tally.squares) for _, _, _, tally in rows])
    found = []
    for (journey, key, ids, tally), verdict in zip(rows, verdicts, strict=True):
        mean = mean_of(tally.sums, least=-2.0, greatest=2.0)
        if verdict != "worse" or mean.value is None:
            continue
        waited = read.keys(journey, measures.HANDOFF).get(key, NOTHING)
        found.append(
            Found(
                journey_id=journey,
                start=period.start,
                last=today,
                data={
                    "units": [int(id) for id in ids[:2]],
                    "designed": ids[2:] == ["designed"],
                    "times": waited.n,
                    "minutes": waited.median,
                    "n": tally.n,
                    "fall": {
                        name: None if value is None else TO_POINTS * value
                        for name, value in (("value", mean.value), ("low", mean.low), ("high", mean.high))
                    },
                },
            )
        )
    return sorted(found, key=lambda each: each.data["fall"]["value"])
