"""Changes as lines in the trend of a touchpoint."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from dashboards.models import JourneyChange
from dashboards.structure import StageOf

MOST = 20


@dataclass(frozen=True)
class Mark:
    """What was changed on a day, at the touchpoint, in its stages, on its journeys or everywhere."""

    day: date
    what: str


def marks(*, touchpoint_id: int, stages: Iterable[StageOf], since: date) -> list[Mark]:
    """The newest twenty since a day, oldest first; one query."""
    served = list(stages)
    here = (
        Q(touchpoint_id=touchpoint_id)
        | Q(stage_id__in=[stage.id for stage in served])
        | Q(journey_id__in=[stage.journey_id for stage in served])
        | Q(touchpoint_id=None, stage_id=None, journey_id=None)
    )
    rows = JourneyChange.objects.filter(here, day__gte=since).order_by("-day", "-pk").values_list("day", "what")[:MOST]
    return [Mark(day, what) for day, what in reversed(rows)]
