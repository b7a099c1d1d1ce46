"""The year before Rengasala had us: answers of its former survey tool, told as the counts of months."""

import random
from collections import Counter
from datetime import date, timedelta

from cxplatform.demo.company import TOUCHPOINTS
from cxplatform.demo.story import DAYS, MEASURED, on_scale, quality, season
from journeys.models import Channel, Touchpoint
from surveys.monthly import MIDDLE, Told, take_in

MONTHS = 13
METRIC, BINS = "nps/0-10", 11


def tell(*, until: date) -> None:
    """Recommendation at each touchpoint in the months before the first day of the active tenant's events."""
    touchpoints = dict(Touchpoint.objects.values_list("slug", "pk"))
    channels = dict(Channel.objects.values_list("slug", "pk"))
    month = (until - timedelta(days=DAYS - 1)).replace(day=1)
    told = []
    for _ in range(MONTHS):
        month = (month - timedelta(days=1)).replace(day=1)
        told += [
            Told(METRIC, touchpoints[slug], channels[channel], month, _answers(slug, month, until))
            for slug, (_name, channel, _unit) in TOUCHPOINTS.items()
            if slug in MEASURED
        ]
    take_in(told)


def _answers(touchpoint: str, month: date, until: date) -> tuple[int, ...]:
    """How many gave each score: as answers of visits are made, without the visits."""
    rng = random.Random(f"rengasala earlier {touchpoint} {month}")  # noqa: S311 (a story)
    day = month.replace(day=MIDDLE)
    mean = quality(touchpoint, day=day, until=until)
    spread = (0.35**2 + 0.75**2) ** 0.5
    given = Counter(on_scale(7.6 + 1.75 * rng.gauss(mean, spread), 0, 10) for _ in range(round(55 * season(day))))
    return tuple(given[score] for score in range(BINS))
