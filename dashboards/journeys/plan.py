"""What staff have written of a journey beside its order: goals, feelings, roles, processes, evidence, personas."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from journeys.models import JourneyPersona, ProcessTouchpoint, Touchpoint, TouchpointChannel
from journeys.versions import Design, DesignStage, DesignStep

STRONGEST = 2  # emotions are designed from -2 to 2


@dataclass(frozen=True)
class PlacePlan:
    """A touchpoint as it is meant to be. `by` is "" and `waiting_minutes` None where nobody has said."""

    id: int
    name: str
    role: str
    by: str
    waiting_minutes: int | None
    evidence: str
    peer_help: bool


@dataclass(frozen=True)
class ProcessPlan:
    """Work behind the touchpoints of a stage."""

    name: str
    owner: str
    unit_id: int | None
    system: str


@dataclass(frozen=True)
class StagePlan:
    """`emotion` is what customers are to feel, -1 ... 1: the stage's own, else the mean of its touchpoints'."""

    goal: str = ""
    vision: str = ""
    target: str = ""
    expectation: str = ""
    edge: str = ""
    emotion: float | None = None
    places: tuple[PlacePlan, ...] = ()
    processes: tuple[ProcessPlan, ...] = ()

    @property
    def wishes(self) -> bool:
        return bool(self.goal or self.vision or self.target or self.expectation or self.edge)

    @property
    def shows(self) -> tuple[PlacePlan, ...]:
        """Touchpoints with evidence or with the help of other customers."""
        return tuple(place for place in self.places if place.evidence or place.peer_help)

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(place.role for place in self.places if place.role))

    @property
    def waits(self) -> tuple[PlacePlan, ...]:
        """Touchpoints where customers are meant to wait."""
        return tuple(place for place in self.places if place.waiting_minutes is not None)


@dataclass(frozen=True)
class Plan:
    """By the stage's id; `channels` are those offered besides its own, by the touchpoint's id."""

    stages: dict[int, StagePlan]
    channels: dict[int, tuple[int, ...]]
    personas: tuple[str, ...]


NO_PLAN = StagePlan()


def load_plan(journey_id: int, design: Design) -> Plan:
    """What stands in the editor now beside the design, in four queries."""
    ids = design.touchpoints
    places = {place.pk: place for place in Touchpoint.objects.filter(pk__in=ids)}
    processes: dict[int, list[ProcessPlan]] = {}
    for link in ProcessTouchpoint.objects.filter(touchpoint_id__in=ids, process__archived_at=None).select_related(
        "process__owner"
    ):
        process = link.process
        processes.setdefault(link.touchpoint_id, []).append(
            ProcessPlan(process.name, str(process.owner) if process.owner else "", process.unit_id, process.system)
        )
    channels: dict[int, list[int]] = {}
    for touchpoint_id, channel_id in (
        TouchpointChannel.objects.filter(touchpoint_id__in=ids)
        .order_by("id")
        .values_list("touchpoint_id", "channel_id")
    ):
        channels.setdefault(touchpoint_id, []).append(channel_id)
    return Plan(
        stages={stage.id: _stage(stage, places, processes) for stage in design.stages},
        channels={id: tuple(each) for id, each in channels.items()},
        personas=tuple(
            JourneyPersona.objects.filter(journey_id=journey_id, persona__archived_at=None)
            .order_by("persona__name")
            .values_list("persona__name", flat=True)
        ),
    )


def _stage(
    stage: DesignStage, places: Mapping[int, Touchpoint], processes: Mapping[int, list[ProcessPlan]]
) -> StagePlan:
    mine = [(step, places[step.touchpoint]) for step in stage.steps]
    return StagePlan(
        goal=stage.goal,
        vision=stage.vision,
        target=stage.target,
        expectation=stage.expectation,
        edge=stage.edge,
        emotion=_emotion(stage, mine),
        places=tuple(
            PlacePlan(
                id=place.pk,
                name=place.name,
                role=place.role,
                by=str(place.get_by_display()) if place.by else "",
                waiting_minutes=place.waiting_minutes,
                evidence=place.evidence,
                peer_help=place.peer_help,
            )
            for _step, place in mine
        ),
        processes=tuple(dict.fromkeys(each for _step, place in mine for each in processes.get(place.pk, []))),
    )


def _emotion(stage: DesignStage, steps: Iterable[tuple[DesignStep, Touchpoint]]) -> float | None:
    if stage.emotion is not None:
        return float(stage.emotion) / STRONGEST
    felt = [
        emotion
        for step, place in steps
        if (emotion := place.emotion if step.emotion is None else step.emotion) is not None
    ]
    return sum(felt) / len(felt) / STRONGEST if felt else None
