"""The layout of a journey: its stages in order, in each its touchpoints in order, and the jumps between them.

It is changed as a whole; how it was stays as a version.
"""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from cxplatform.tenancy import audit
from journeys.identifiers import free_identifier
from journeys.models import Channel, Emotion, Journey, JourneyVersion, Jump, Stage, Step, Touchpoint
from journeys.versions import OF_STAGE

MOST_STAGES, MOST_STEPS, MOST_JUMPS = 40, 100, 200
MOST_LETTERS = {"goal": 2000, "vision": 2000, "target": 300, "expectation": 2000, "edge": 2000, "change": 2000}
OF_BOARD = ("optional", *OF_STAGE)  # what a stage has beside its name and flow
Id = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
Place = tuple[int, int]  # the stage's place on the board and the step's in it, from 0


class PlannedStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A touchpoint that exists (`touchpoint`), or a new one to be made (`name`, `channel`)."""

    touchpoint: Id | None = None
    name: str = ""
    channel: Id | None = None
    optional: bool = False
    repeats: bool = False
    emotion: int | None = None
    change: str = ""


class PlannedStage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A stage that exists (`id`) or a new one, with its touchpoints in order."""

    name: str
    id: Id | None = None
    steps: tuple[PlannedStep, ...] = ()
    flow: str = Stage.Flow.FREE.value
    optional: bool = False
    goal: str = ""
    vision: str = ""
    target: str = ""
    expectation: str = ""
    edge: str = ""
    emotion: int | None = None
    after_purchase: bool = False


class Layout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of the board. `version` is the journey's newest when the board was drawn, 0 = none."""

    stages: tuple[PlannedStage, ...] = ()
    jumps: tuple[tuple[Place, Place], ...] = ()
    version: int | None = None


def parse_layout(text: str) -> Layout:
    """The layout the board sends as JSON, texts trimmed. Raises ValidationError saying which part to mend."""
    try:
        layout = msgspec.json.decode(text or "{}", type=Layout)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise ValidationError(
            gettext("The board could not be read (%s). Reload the page and lay it out again.") % error
        ) from error
    layout = msgspec.structs.replace(layout, stages=tuple(_trimmed(stage) for stage in layout.stages))
    if len(layout.stages) > MOST_STAGES:
        raise ValidationError(gettext("At most %d stages fit in a journey. Make two journeys of it.") % MOST_STAGES)
    for place, stage in enumerate(layout.stages, start=1):
        _check(stage, place)
    _check_jumps(layout)
    return layout


def _trimmed(stage: PlannedStage) -> PlannedStage:
    steps = tuple(
        msgspec.structs.replace(step, name=step.name.strip(), change=step.change.strip()) for step in stage.steps
    )
    texts = {field: getattr(stage, field).strip() for field in OF_STAGE if field in MOST_LETTERS}
    return msgspec.structs.replace(stage, name=stage.name.strip(), steps=steps, **texts)


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
    if stage.flow not in Stage.Flow.values:
        raise ValidationError(gettext("Stage “%s”: choose from the list how its touchpoints follow.") % stage.name)
    for part in (stage, *stage.steps):
        _check_words(part, stage.name)
    for step in stage.steps:
        if step.touchpoint is None and not step.name:
            raise ValidationError(
                gettext("A new touchpoint in stage “%s” has no name. Name it or remove it.") % stage.name
            )
        if len(step.name) > 200 or "\0" in step.name:
            raise ValidationError(
                gettext("Stage “%s”: a name has at most 200 letters, and no control signs. Shorten it.") % stage.name
            )


def _check_words(part: Any, stage: str) -> None:
    """The texts and the emotion of a stage or of a step in it."""
    if part.emotion is not None and part.emotion not in Emotion.values:
        raise ValidationError(gettext("Stage “%s”: an emotion is from -2 to 2.") % stage)
    for field, most in MOST_LETTERS.items():
        text = getattr(part, field, "")
        if len(text) > most or "\0" in text:
            raise ValidationError(
                gettext("Stage “%(stage)s”: a text has at most %(most)d letters, and no control signs. Shorten it.")
                % {"stage": stage, "most": most}
            )


def _check_jumps(layout: Layout) -> None:
    if len(layout.jumps) > MOST_JUMPS:
        raise ValidationError(gettext("At most %d jumps fit in a journey. Remove some.") % MOST_JUMPS)
    places = {(stage, step) for stage, planned in enumerate(layout.stages) for step in range(len(planned.steps))}
    for start, end in layout.jumps:
        if start not in places or end not in places:
            raise ValidationError(gettext("A jump begins or ends at a touchpoint that was removed. Remove the jump."))
        if start == end:
            raise ValidationError(
                gettext("A jump goes from one touchpoint to another. For the same again, mark it “may be repeated”.")
            )
    if len(set(layout.jumps)) != len(layout.jumps):
        raise ValidationError(gettext("The same jump is there twice. Remove one."))


def layout_of(journey: Journey) -> Layout:
    """The layout as it is stored, without archived stages; four queries."""
    stages = list(Stage.objects.in_use().filter(journey_id=journey.pk).order_by("position", "id"))
    steps = _steps_of(stages)
    places = {
        step.pk: (at, place) for at, stage in enumerate(stages) for place, step in enumerate(steps.get(stage.pk, ()))
    }
    jumps = Jump.objects.filter(journey_id=journey.pk).order_by("id").values_list("from_step_id", "to_step_id")
    return Layout(
        stages=tuple(_planned(stage, steps) for stage in stages),
        jumps=tuple((places[start], places[end]) for start, end in jumps if start in places and end in places),
        version=newest_version(journey),
    )


def removed_from(journey: Journey) -> list[PlannedStage]:
    """Stages taken off this journey earlier, as they were; two queries."""
    stages = list(Stage.objects.filter(journey=journey).exclude(archived_at=None).order_by("-archived_at", "id"))
    steps = _steps_of(stages)
    return [_planned(stage, steps) for stage in stages]


def _steps_of(stages: Sequence[Stage]) -> dict[int, list[Step]]:
    steps: dict[int, list[Step]] = {}
    for step in Step.objects.filter(stage__in=[stage.pk for stage in stages]).order_by("position", "id"):
        steps.setdefault(step.stage_id, []).append(step)
    return steps


def _planned(stage: Stage, steps: dict[int, list[Step]]) -> PlannedStage:
    return PlannedStage(
        id=stage.pk,
        name=stage.name,
        flow=stage.flow,
        optional=stage.optional,
        steps=tuple(
            PlannedStep(
                touchpoint=step.touchpoint_id,
                optional=step.optional,
                repeats=step.repeats,
                emotion=step.emotion,
                change=step.change,
            )
            for step in steps.get(stage.pk, ())
        ),
        **{field: getattr(stage, field) for field in OF_STAGE},
    )


def newest_version(journey: Journey) -> int:
    """The number of the journey's newest version, 0 = none."""
    newest = JourneyVersion.objects.filter(journey=journey).order_by("-number").values_list("number", flat=True)
    return newest.first() or 0


def check_references(layout: Layout, *, journey: Journey | None) -> None:
    """Raise ValidationError unless every stage is the journey's, every touchpoint and channel is the tenant's, and
    nobody else has changed the journey since the board was drawn."""
    if journey and layout.version is not None and layout.version != newest_version(journey):
        raise ValidationError(
            gettext("Somebody else has changed this journey meanwhile. Open it again in another window, and compare.")
        )
    stages = set(Stage.objects.filter(journey=journey).values_list("pk", flat=True)) if journey else set()
    if not {stage.id for stage in layout.stages if stage.id is not None} <= stages:
        raise ValidationError(gettext("A stage on the board is not of this journey. Reload the page."))
    for model, used in (
        (Touchpoint, {step.touchpoint for stage in layout.stages for step in stage.steps}),
        (Channel, {step.channel for stage in layout.stages for step in stage.steps}),
    ):
        wanted = used - {None}
        if wanted and model.objects.filter(pk__in=wanted).count() != len(wanted):
            raise ValidationError(gettext("Something on the board is no longer there. Reload the page."))


def lay_out(*, journey: Journey, layout: Layout) -> None:
    """Make the journey's stages, steps and jumps those of `layout`; a stage left out is archived, with its steps.

    Call `check_references` first and `versions.snapshot` afterwards. The history gets one entry for the journey
    that shows the layout before and after in words, and one for each touchpoint made.
    """
    before = _in_words(journey)
    made: dict[str, int] = {}
    stages = {stage.pk: stage for stage in Stage.objects.filter(journey=journey)}
    kept = {stage.id for stage in layout.stages}
    for stage in stages.values():
        if stage.pk not in kept and stage.archived_at is None:
            stage.archived_at = journey.updated_at
            stage.save(update_fields=["archived_at"])
    steps: list[list[int]] = []
    for position, planned in enumerate(layout.stages):
        stage = stages.get(planned.id) if planned.id else None  # type: ignore[assignment,arg-type]
        stage = stage or Stage(journey=journey)
        stage.position, stage.archived_at = position, None
        for field in ("name", "flow", "optional", *OF_STAGE):
            setattr(stage, field, getattr(planned, field))
        stage.save()
        steps.append(_set_steps(stage, planned.steps, made))
    set_jumps(journey, [(steps[a][b], steps[c][d]) for (a, b), (c, d) in layout.jumps])
    after = _in_words(journey)
    if after != before:
        audit.record("changed", journey, before=audit.state(journey), stages=[before, after])


def _set_steps(stage: Stage, planned: Sequence[PlannedStep], made: dict[str, int]) -> list[int]:
    """The ids of the stage's steps, in order."""
    wanted = [step.touchpoint or _made(step, made) for step in planned]
    stored = {step.touchpoint_id: step for step in stage.steps.all()}  # type: ignore[attr-defined]
    Step.objects.filter(pk__in=[step.pk for of, step in stored.items() if of not in wanted]).delete()
    kept = []
    for position, (touchpoint_id, of) in enumerate(zip(wanted, planned, strict=True)):
        step = stored.get(touchpoint_id) or Step(stage=stage, touchpoint_id=touchpoint_id)
        now = (position, of.optional, of.repeats, of.emotion, of.change)
        if step.pk is None or now != (step.position, step.optional, step.repeats, step.emotion, step.change):
            step.position, step.optional, step.repeats, step.emotion, step.change = now
            step.save()
        kept.append(step.pk)
    return kept


def set_jumps(journey: Journey, wanted: Sequence[tuple[int, int]]) -> None:
    """Make the journey's jumps be those from step to step, by their ids; others of it are removed."""
    stored = {(jump.from_step_id, jump.to_step_id): jump.pk for jump in Jump.objects.filter(journey=journey)}
    Jump.objects.filter(pk__in=[pk for pair, pk in stored.items() if pair not in wanted]).delete()
    Jump.objects.bulk_create(
        Jump(journey=journey, from_step_id=start, to_step_id=end) for start, end in wanted if (start, end) not in stored
    )


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
    """A line a stage and a line a jump; what is as it is by default is left out."""
    names: dict[int, list[str]] = {}
    places: dict[int, str] = {}
    steps: Any = Step.objects.filter(stage__journey_id=journey.pk).select_related("touchpoint")
    for step in steps.order_by("position", "id"):
        names.setdefault(step.stage_id, []).append(f"{step.touchpoint.name}{_more(step, ('optional', 'repeats'))}")
        places[step.pk] = step.touchpoint.name
    stages = journey.stages.in_use().order_by("position", "id")  # type: ignore[attr-defined]
    lines = [
        f"{stage.name}{_flow(stage)}{_more(stage, OF_BOARD)}: {', '.join(names.get(stage.pk, [])) or '–'}"
        for stage in stages
    ]
    for start, end in Jump.objects.filter(journey=journey).order_by("id").values_list("from_step_id", "to_step_id"):
        lines.append(f"{places[start]} → {places[end]}")
    return lines


def _flow(stage: Stage) -> str:
    return "" if stage.flow == Stage.Flow.FREE else f" [{stage.get_flow_display()}]"


def _more(part: Any, fields: Sequence[str]) -> str:
    told = []
    for field in fields:
        value = getattr(part, field)
        label = str(part._meta.get_field(field).verbose_name)
        if value is True:
            told.append(label)
        elif value not in (None, "", False):
            told.append(f"{label}: {value}")
    return f" ({'; '.join(told)})" if told else ""
