"""Which touchpoints a design lets follow each other directly."""

from collections.abc import Iterator
from dataclasses import dataclass

from journeys.models import Stage
from journeys.paths.conformance import follows
from journeys.versions import Design, DesignStage


@dataclass(frozen=True)
class Follow:
    """Touchpoints by id: `pairs` may follow each other, a passage may begin at `starts` and end at `ends`."""

    pairs: frozenset[tuple[int, int]]
    starts: frozenset[int]
    ends: frozenset[int]


def follow_of(design: Design) -> Follow:
    """What the flow of stages, their optional steps and the jumps allow."""
    stages = [stage for stage in design.stages if stage.steps]
    return Follow(
        pairs=follows(design),
        starts=frozenset(_first(stages, forwards=True)),
        ends=frozenset(_first(stages[::-1], forwards=False)),
    )


def _first(stages: list[DesignStage], *, forwards: bool) -> Iterator[int]:
    """The touchpoints met first, in this direction, over stages and steps that may be left out."""
    for stage in stages:
        in_order = stage.flow == Stage.Flow.SEQUENCE
        for step in stage.steps if forwards else stage.steps[::-1]:
            yield step.touchpoint
            if in_order and not step.optional:
                break
        if not (stage.optional or all(step.optional for step in stage.steps)):
            break
