"""Which touchpoints a design lets follow each other directly."""

from dataclasses import dataclass

from journeys.models import Stage
from journeys.versions import Design, DesignStage, DesignStep


@dataclass(frozen=True)
class Follow:
    """Touchpoints by id: `pairs` may follow each other, a passage may begin at `starts` and end at `ends`."""

    pairs: frozenset[tuple[int, int]]
    starts: frozenset[int]
    ends: frozenset[int]


def follow_of(design: Design) -> Follow:
    """What the flow of stages, their optional steps and the jumps allow."""
    pairs: set[tuple[int, int]] = set()
    stages = [stage for stage in design.stages if stage.steps]
    starts: set[int] = set()
    open_ends: list[DesignStep] = []
    reachable = True  # from the beginning, over stages that may be left out
    for stage in stages:
        first, last = _ends(stage)
        pairs |= _within(stage)
        pairs |= {(a.touchpoint, b.touchpoint) for a in open_ends for b in first}
        if reachable:
            starts |= {step.touchpoint for step in first}
        may_skip = stage.optional or all(step.optional for step in stage.steps)
        reachable = reachable and may_skip
        open_ends = [*open_ends, *last] if may_skip else list(last)
    by_id = {step.id: step.touchpoint for stage in stages for step in stage.steps}
    pairs |= {(by_id[a], by_id[b]) for a, b in design.jumps if a in by_id and b in by_id}
    return Follow(frozenset(pairs), frozenset(starts), frozenset(step.touchpoint for step in open_ends))


def _ends(stage: DesignStage) -> tuple[list[DesignStep], list[DesignStep]]:
    """The steps a stage may begin and end with."""
    if stage.flow != Stage.Flow.SEQUENCE:
        return list(stage.steps), list(stage.steps)
    return _until_needed(stage.steps), _until_needed(stage.steps[::-1])


def _until_needed(steps: tuple[DesignStep, ...]) -> list[DesignStep]:
    found = []
    for step in steps:
        found.append(step)
        if not step.optional:
            break
    return found


def _within(stage: DesignStage) -> set[tuple[int, int]]:
    steps = stage.steps
    found = {(step.touchpoint, step.touchpoint) for step in steps if step.repeats or stage.flow == Stage.Flow.FREE}
    if stage.flow in (Stage.Flow.FREE, Stage.Flow.PARALLEL):
        found |= {(a.touchpoint, b.touchpoint) for a in steps for b in steps if a is not b}
    elif stage.flow == Stage.Flow.SEQUENCE:
        for place, step in enumerate(steps):
            found |= {(step.touchpoint, after.touchpoint) for after in _until_needed(steps[place + 1 :])}
    return found
