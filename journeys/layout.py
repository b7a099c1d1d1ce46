"""The layout of a journey: its stages in order, and in each its touchpoints in order, changed as a whole."""

from collections.abc import Sequence
from typing import Any

import msgspec
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from cxplatform.tenancy import audit
from journeys.identifiers import free_identifier
from journeys.models import Channel, Journey, Stage, Step, Touchpoint

MOST_STAGES, MOST_STEPS = 40, 100


class PlannedStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A touchpoint that exists (`touchpoint`), or a new one to be made (`name`, `channel`)."""

    touchpoint: int | None = None
    name: str = ""
    channel: int | None = None


class PlannedStage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A stage that exists (`id`) or a new one, with its touchpoints in order."""

    name: str
    id: int | None = None
    steps: tuple[PlannedStep, ...] = ()


Layout = tuple[PlannedStage, ...]


def parse_layout(text: str) -> Layout:
    """The layout the board sends as JSON, names trimmed. Raises ValidationError saying which part to mend."""
    try:
        stages = msgspec.json.decode(text or "[]", type=Layout)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise ValidationError(
            gettext("The board could not be read (%s). Reload the page and lay it out again.") % error
        ) from error
    stages = tuple(_trimmed(stage) for stage in stages)
    if len(stages) > MOST_STAGES:
        raise ValidationError(gettext("At most %d stages fit in a journey. Make two journeys of it.") % MOST_STAGES)
    for place, stage in enumerate(stages, start=1):
        _check(stage, place)
    return stages


def _trimmed(stage: PlannedStage) -> PlannedStage:
    steps = tuple(msgspec.structs.replace(step, name=step.name.strip()) for step in stage.steps)
    return msgspec.structs.replace(stage, name=stage.name.strip(), steps=steps)


def _check(stage: PlannedStage, place: int) -> None:
    if not stage.name:
        raise ValidationError(gettext("Stage %d has no name. Name it or remove it.") % place)
    if len(stage.name) > 200 or "\0" in stage.name:
        raise ValidationError(
            gettext("Stage %d: a name has at most 200 letters, and no control signs. Shorten it.") % place
        )
    if len(stage.steps) > MOST_STEPS:
        raise ValidationError(
            gettext("Stage “%(stage)s” has too many touchpoints. At most %(most)d fit.")
            % {"stage": stage.name, "most": MOST_STEPS}
        )
    known = [step.name.lower() if step.touchpoint is None else step.touchpoint for step in stage.steps]
    if len(known) != len(set(known)):
        raise ValidationError(gettext("Stage “%s” has the same touchpoint twice. Remove one.") % stage.name)
    for step in stage.steps:
        if step.touchpoint is None and not step.name:
            raise ValidationError(
                gettext("A new touchpoint in stage “%s” has no name. Name it or remove it.") % stage.name
            )
        if len(step.name) > 200 or "\0" in step.name:
            raise ValidationError(
                gettext("Stage “%s”: a name has at most 200 letters, and no control signs. Shorten it.") % stage.name
            )


def layout_of(journey: Journey) -> Layout:
    """The layout as it is stored, without archived stages; two queries."""
    steps: dict[int, list[PlannedStep]] = {}
    for step in Step.objects.filter(stage__journey_id=journey.pk).order_by("position", "id"):
        steps.setdefault(step.stage_id, []).append(PlannedStep(touchpoint=step.touchpoint_id))
    return tuple(
        PlannedStage(id=stage.pk, name=stage.name, steps=tuple(steps.get(stage.pk, ())))
        for stage in journey.stages.in_use().order_by("position", "id")  # type: ignore[attr-defined]
    )


def check_references(layout: Layout, *, journey: Journey | None) -> None:
    """Raise ValidationError unless every stage is the journey's and every touchpoint and channel is the tenant's."""
    stages = set(Stage.objects.filter(journey=journey).values_list("pk", flat=True)) if journey else set()
    if not {stage.id for stage in layout if stage.id is not None} <= stages:
        raise ValidationError(gettext("A stage on the board is not of this journey. Reload the page."))
    for model, used in (
        (Touchpoint, {step.touchpoint for stage in layout for step in stage.steps}),
        (Channel, {step.channel for stage in layout for step in stage.steps}),
    ):
        wanted = used - {None}
        if wanted and model.objects.filter(pk__in=wanted).count() != len(wanted):
            raise ValidationError(gettext("Something on the board is no longer there. Reload the page."))


def lay_out(*, journey: Journey, layout: Layout) -> None:
    """Make the journey's stages and steps those of `layout`; a stage left out is archived, with its steps.

    Call `check_references` first. The history gets one entry for the journey that shows the layout before and
    after in words, and one for each touchpoint made.
    """
    before = _in_words(journey)
    made: dict[str, int] = {}
    stages = {stage.pk: stage for stage in Stage.objects.filter(journey=journey)}
    kept = {stage.id for stage in layout}
    for stage in stages.values():
        if stage.pk not in kept and stage.archived_at is None:
            stage.archived_at = journey.updated_at
            stage.save(update_fields=["archived_at"])
    for position, planned in enumerate(layout):
        stage = stages.get(planned.id) if planned.id else None  # type: ignore[assignment,arg-type]
        stage = stage or Stage(journey=journey)
        stage.name, stage.position, stage.archived_at = planned.name, position, None
        stage.save()
        _set_steps(stage, planned.steps, made)
    after = _in_words(journey)
    if after != before:
        audit.record("changed", journey, before=audit.state(journey), stages=[before, after])


def _set_steps(stage: Stage, planned: Sequence[PlannedStep], made: dict[str, int]) -> None:
    wanted = [step.touchpoint or _made(step, made) for step in planned]
    stored = {step.touchpoint_id: step for step in stage.steps.all()}  # type: ignore[attr-defined]
    Step.objects.filter(pk__in=[step.pk for of, step in stored.items() if of not in wanted]).delete()
    for position, touchpoint_id in enumerate(wanted):
        step = stored.get(touchpoint_id) or Step(stage=stage, touchpoint_id=touchpoint_id)
        if step.pk is None or step.position != position:
            step.position = position
            step.save()


def _made(step: PlannedStep, made: dict[str, int]) -> int:
    """A new touchpoint; a name that comes twice on the board is one touchpoint in two places."""
    name = step.name.lower()
    if name not in made:
        touchpoint = Touchpoint.objects.create(
            name=step.name, slug=free_identifier(Touchpoint, step.name), channel_id=step.channel
        )
        audit.record("added", touchpoint)
        made[name] = touchpoint.pk
    return made[name]


def _in_words(journey: Journey) -> list[str]:
    names: dict[int, list[str]] = {}
    steps: Any = Step.objects.filter(stage__journey_id=journey.pk).select_related("touchpoint")
    for step in steps.order_by("position", "id"):
        names.setdefault(step.stage_id, []).append(step.touchpoint.name)
    return [
        f"{stage.name}: {', '.join(names.get(stage.pk, ())) or '–'}"
        for stage in journey.stages.in_use().order_by("position", "id")  # type: ignore[attr-defined]
    ]
