"""What separates a journey as it is from how it is planned to be, for those who never open the editor."""

from dataclasses import dataclass

from dashboards.journeys.names import Names
from journeys.compare import Difference, compare
from journeys.models import Journey
from journeys.versions import Design, design_of


@dataclass(frozen=True)
class Gap:
    """The plan's name, who answers for it ("" = nobody), the memory it is to leave where that is another than now, and
    in what it differs."""

    name: str
    owner: str
    memory: str
    differences: tuple[Difference, ...]


def load_gap(journey: Journey | None, design: Design, names: Names) -> Gap | None:
    """The newest plan in use for a journey, in four queries at most; None where nobody plans."""
    if journey is None:
        return None
    plans = Journey.objects.in_use().filter(kind=Journey.Kind.TO_BE, as_is=journey)
    plan = plans.select_related("owner").order_by("-id").first()
    if plan is None:
        return None
    return Gap(
        name=plan.name,
        owner=str(plan.owner) if plan.owner else "",
        memory="" if plan.memory == journey.memory else plan.memory,
        differences=tuple(
            compare(design, design_of(plan), names={id: each.name for id, each in names.touchpoints.items()})
        ),
    )
