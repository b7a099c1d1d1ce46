"""What is different between two designs: of one journey at two times, or as it is and as it should be."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from journeys.models import Emotion, Stage, Step
from journeys.versions import OF_STAGE, Design, DesignStage, DesignStep

OF_STEP = ("optional", "repeats", "emotion", "change")


@dataclass(frozen=True)
class Difference:
    """`kind` is added, removed, moved or changed; `what` names the stage, touchpoint or jump."""

    kind: str
    what: str
    field: str = ""
    before: str = ""
    after: str = ""


def compare(before: Design, after: Design, *, names: Mapping[int, str]) -> list[Difference]:
    """Stages, then touchpoints, then jumps that differ; `names` are the touchpoints'.

    A stage is the same by its id, else by its name; a touchpoint by itself, the stage's others being moves.
    """
    pairs = _pairs(before, after)
    return [*_stages(before, after, pairs), *_steps(before, after, pairs, names), *_jumps(before, after, names)]


def touchpoint_ids(*designs: Design) -> set[int]:
    """Whose names `compare` needs."""
    return {touchpoint for design in designs for touchpoint in design.touchpoints}


def _pairs(before: Design, after: Design) -> dict[int, int]:
    """Place of a stage after -> its place before."""
    left = dict(enumerate(before.stages))
    found: dict[int, int] = {}
    for same in (lambda a, b: a.id == b.id, lambda a, b: a.name.casefold() == b.name.casefold()):
        for place, stage in enumerate(after.stages):
            if place in found:
                continue
            match = next((at for at, other in left.items() if same(stage, other)), None)
            if match is not None:
                found[place] = match
                del left[match]
    return found


def _stages(before: Design, after: Design, pairs: dict[int, int]) -> Iterable[Difference]:
    for place, stage in enumerate(after.stages):
        if place not in pairs:
            yield Difference("added", stage.name)
            continue
        earlier = before.stages[pairs[place]]
        if earlier.name != stage.name:
            yield Difference("changed", stage.name, str(_("name")), earlier.name, stage.name)
        for field in ("flow", "optional", *OF_STAGE):
            yield from _field(Stage, field, earlier, stage, stage.name)
    for at, stage in enumerate(before.stages):
        if at not in pairs.values():
            yield Difference("removed", stage.name)
    kept = [place for place in range(len(after.stages)) if place in pairs]
    earlier_order = sorted(kept, key=pairs.__getitem__)
    for place in _out_of_order(kept, earlier_order):
        stage = after.stages[place]
        yield Difference("moved", stage.name, str(_("order")), str(pairs[place] + 1), str(place + 1))


def _out_of_order(order: list[int], earlier: list[int]) -> list[int]:
    """The fewest that must move for `earlier` to become `order`: all but a longest common run in order."""
    rank = {item: at for at, item in enumerate(earlier)}
    best: list[list[int]] = []
    for at, item in enumerate(order):
        before = [run for place, run in zip(order[:at], best, strict=True) if rank[place] < rank[item]]
        best.append([*_longest(before), item])
    stay = set(_longest(best))
    return [item for item in order if item not in stay]


def _longest(runs: list[list[int]]) -> list[int]:
    return max(runs, key=lambda run: len(run)) if runs else []


def _steps(before: Design, after: Design, pairs: dict[int, int], names: Mapping[int, str]) -> Iterable[Difference]:
    earlier = {(at, step.touchpoint): step for at, stage in enumerate(before.stages) for step in stage.steps}
    now = {
        (pairs.get(place, -1 - place), step.touchpoint): (stage, step)
        for place, stage in enumerate(after.stages)
        for step in stage.steps
    }
    gone: dict[int, list[int]] = {}
    for at, touchpoint in earlier:
        if (at, touchpoint) not in now:
            gone.setdefault(touchpoint, []).append(at)
    for key, (stage, step) in now.items():
        name = _name(names, step.touchpoint)
        old = earlier.get(key)
        if old is None:
            places = gone.get(step.touchpoint)
            if not places:
                yield Difference("added", name, str(_("stage")), "", stage.name)
                continue
            at = places.pop(0)
            old = earlier[at, step.touchpoint]
            yield Difference("moved", name, str(_("stage")), before.stages[at].name, stage.name)
        for field in OF_STEP:
            yield from _field(Step, field, old, step, name)
    for touchpoint, places in gone.items():
        for at in places:
            yield Difference("removed", _name(names, touchpoint), str(_("stage")), before.stages[at].name, "")
    yield from _moved_within(before, after, pairs, names)


def _moved_within(
    before: Design, after: Design, pairs: dict[int, int], names: Mapping[int, str]
) -> Iterable[Difference]:
    for place, at in pairs.items():
        stage, old = after.stages[place], before.stages[at]
        order = [step.touchpoint for step in stage.steps]
        earlier = [step.touchpoint for step in old.steps]
        both = set(order) & set(earlier)
        for touchpoint in _out_of_order([t for t in order if t in both], [t for t in earlier if t in both]):
            yield Difference(
                "moved",
                _name(names, touchpoint),
                str(_("place in the stage %s")) % stage.name,
                str(earlier.index(touchpoint) + 1),
                str(order.index(touchpoint) + 1),
            )


def _jumps(before: Design, after: Design, names: Mapping[int, str]) -> Iterable[Difference]:
    earlier, now = _in_words(before, names), _in_words(after, names)
    yield from (Difference("added", jump) for jump in now if jump not in earlier)
    yield from (Difference("removed", jump) for jump in earlier if jump not in now)


def _in_words(design: Design, names: Mapping[int, str]) -> list[str]:
    of = {step.id: step.touchpoint for stage in design.stages for step in stage.steps}
    return [f"{_name(names, of[start])} → {_name(names, of[end])}" for start, end in design.jumps]


def _field(
    model: Any, field: str, before: DesignStage | DesignStep, after: DesignStage | DesignStep, what: str
) -> Iterable[Difference]:
    old, new = getattr(before, field), getattr(after, field)
    if old != new:
        label = str(model._meta.get_field(field).verbose_name)
        yield Difference("changed", what, label, _said(field, old), _said(field, new))


def _said(field: str, value: Any) -> str:
    """A value of the design as people read it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return str(_("yes")) if value else str(_("no"))
    if field == "flow":
        return str(dict(Stage.Flow.choices).get(value, value))
    if field == "emotion":
        sign = f"{value:+d}" if value else "0"
        return f"{sign} {Emotion(value).label}" if value in Emotion.values else sign
    return str(value)


def _name(names: Mapping[int, str], touchpoint: int) -> str:
    return names.get(touchpoint) or str(_("touchpoint %d")) % touchpoint
