"""The emotion curve as one picture: what customers should feel at each stage, and what they say they felt.

Across, places are per cent of the width, so that the picture stretches with the map's columns and its text does not;
down, they are pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from cxplatform.stats.sums import Mean

HEIGHT, MARGIN = 150, 22


@dataclass(frozen=True)
class Dot:
    """The place in the picture of the stage with that `id`; `low` and `high` are the ends of the interval,
    None without one."""

    id: int
    stage: str
    x: float
    mean: Mean | None
    y: float | None
    low: float | None
    high: float | None
    designed: float | None
    designed_y: float | None


@dataclass(frozen=True)
class Line:
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Curve:
    """`lines` join measured stages, `designed` designed ones; a stage without either breaks the line."""

    dots: tuple[Dot, ...]
    lines: tuple[Line, ...]
    designed: tuple[Line, ...]
    height: int = HEIGHT

    @property
    def middle(self) -> float:
        return height_of(0)

    @property
    def measured(self) -> bool:
        return any(dot.mean for dot in self.dots)


def curve_picture(stages: Sequence[tuple[int, str, Mean | None, float | None]]) -> Curve:
    """From (id, name, what was measured, what is wanted) of each stage, all on -1 ... 1."""
    step = 100 / max(len(stages), 1)
    dots = tuple(
        Dot(
            id=id,
            stage=name,
            x=round((place + 0.5) * step, 2),
            mean=mean,
            y=height_of(mean.value) if mean and mean.value is not None else None,
            low=height_of(mean.low) if mean and mean.low is not None else None,
            high=height_of(mean.high) if mean and mean.high is not None else None,
            designed=wanted,
            designed_y=height_of(wanted) if wanted is not None else None,
        )
        for place, (id, name, mean, wanted) in enumerate(stages)
    )
    return Curve(dots, _lines([(dot.x, dot.y) for dot in dots]), _lines([(dot.x, dot.designed_y) for dot in dots]))


def height_of(value: float) -> float:
    """Pixels from the top of a feeling from -1 to 1."""
    return round(MARGIN + (1 - value) / 2 * (HEIGHT - 2 * MARGIN), 1)


def _lines(points: Sequence[tuple[float, float | None]]) -> tuple[Line, ...]:
    return tuple(Line(x1, y1, x2, y2) for (x1, y1), (x2, y2) in pairwise(points) if y1 is not None and y2 is not None)
