"""Dated versions of how a journey is designed: what passages are judged by, whatever staff change later."""

from datetime import date, datetime
from typing import Any

import msgspec
from django.utils import timezone

from cxplatform.tenancy.context import current_actor
from journeys.models import Journey, JourneyVersion, Jump, Stage, Step

# What a stage says to people, beside what passages are held against.
OF_STAGE = ("goal", "vision", "target", "expectation", "edge", "emotion", "after_purchase")


class DesignStep(msgspec.Struct, frozen=True):
    """A touchpoint's place in the design, as `Step` has it. Passages are held against the first four only."""

    id: int
    touchpoint: int
    optional: bool = False
    repeats: bool = False
    emotion: int | None = None
    change: str = ""


class DesignStage(msgspec.Struct, frozen=True):
    """A stage with its steps in order; `flow` is one of `Stage.Flow`. What follows `steps` is for people."""

    id: int
    name: str
    flow: str
    optional: bool
    steps: tuple[DesignStep, ...]
    goal: str = ""
    vision: str = ""
    target: str = ""
    expectation: str = ""
    edge: str = ""
    emotion: int | None = None
    after_purchase: bool = False


class Backing(msgspec.Struct, frozen=True):
    """Which customers stand behind a version: who designed it with us, and when it was validated, None = assumed.

    It is kept in the version's document beside the design, as validating changes no design.
    """

    co_designers: str = ""
    validated_on: date | None = None
    validated_by: str = ""


class Design(msgspec.Struct, frozen=True):
    """All of a journey that passages are held against. `jumps` are pairs of ids of steps."""

    stages: tuple[DesignStage, ...]
    jumps: tuple[tuple[int, int], ...] = ()

    @property
    def touchpoints(self) -> frozenset[int]:
        return frozenset(step.touchpoint for stage in self.stages for step in stage.steps)


def design_of(journey: Journey) -> Design:
    """The journey as it is designed now, without archived stages; three queries."""
    steps: dict[int, list[DesignStep]] = {}
    for step in Step.objects.filter(stage__journey_id=journey.pk).order_by("position", "id"):
        steps.setdefault(step.stage_id, []).append(
            DesignStep(
                id=step.pk,
                touchpoint=step.touchpoint_id,
                optional=step.optional,
                repeats=step.repeats,
                emotion=step.emotion,
                change=step.change,
            )
        )
    stages = tuple(
        DesignStage(
            id=stage.pk,
            name=stage.name,
            flow=stage.flow,
            optional=stage.optional,
            steps=tuple(steps.get(stage.pk, ())),
            **{field: getattr(stage, field) for field in OF_STAGE},
        )
        for stage in Stage.objects.in_use().filter(journey_id=journey.pk).order_by("position", "id")
    )
    known = {step.id for stage in stages for step in stage.steps}
    jumps = Jump.objects.filter(journey_id=journey.pk).order_by("id").values_list("from_step_id", "to_step_id")
    return Design(stages, tuple((start, end) for start, end in jumps if start in known and end in known))


def read_design(stored: Any) -> Design:
    """The design of a stored version."""
    return msgspec.convert(stored, Design)


def backing_of(journey: Journey) -> Backing:
    """What the journey's own page says now."""
    return Backing(journey.co_designers, journey.validated_on, journey.validated_by)


def read_backing(stored: Any) -> Backing:
    """Who stood behind a stored version; those of older programs do not tell."""
    return msgspec.convert(stored.get("backing", {}), Backing)


def snapshot(
    journey: Journey, *, made_by: str = "", note: str = "", valid_from: datetime | None = None
) -> JourneyVersion | None:
    """Make a version of the journey as it is designed now; None when the newest says the same already.

    Call it after every change of stages, steps or jumps, in the same transaction. `made_by` is whoever acts now,
    unless told. Customers who have come to stand behind the newest version are written into it.
    """
    # Two who save at once get numbers one after the other.
    kept = Journey.objects.select_for_update(of=("self",)).filter(pk=journey.pk).first()
    design, backing = msgspec.to_builtins(design_of(journey)), backing_of(kept or journey)
    stored = design | {"backing": msgspec.to_builtins(backing)}
    newest = JourneyVersion.objects.filter(journey=journey).order_by("-number").first()
    if newest is None and not design["stages"]:
        return None  # not designed yet: a first version without stages would make all that ever happened undesigned
    if newest and read_design(newest.design) == msgspec.convert(design, Design):
        if read_backing(newest.design) != backing:
            newest.design = stored
            newest.save(update_fields=["design"])
        return None
    return JourneyVersion.objects.create(
        journey=journey,
        number=newest.number + 1 if newest else 1,
        valid_from=valid_from or timezone.now(),
        made_by=(made_by or current_actor().label)[:300],
        note=note,
        design=stored,
    )
