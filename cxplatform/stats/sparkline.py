"""A year of a score as a line an inch wide: points and gaps, ready for SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, MARGIN = 132, 32, 3


@dataclass(frozen=True)
class Sparkline:
    """`lines` are polylines ("x,y x,y"), broken where nothing was measured; `dots` single months between gaps.

    `last` is the newest point, `target` the height of the target's line, None where it is off the picture.
    """

    lines: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    last: tuple[float, float] | None
    target: float | None
    width: int = WIDTH
    height: int = HEIGHT


def sparkline(values: Sequence[float | None], *, target: float | None, least_range: float) -> Sparkline:
    """The picture of a series, oldest first; None is a gap. `least_range` keeps noise from looking like a fall."""
    known = [value for value in values if value is not None]
    if not known:
        return Sparkline((), (), None, None)
    middle, spread = (min(known) + max(known)) / 2, max(max(known) - min(known), least_range)
    low = middle - spread / 2

    def height(value: float) -> float:
        return round(HEIGHT - MARGIN - (value - low) / spread * (HEIGHT - 2 * MARGIN), 1)

    step = (WIDTH - 2 * MARGIN) / max(len(values) - 1, 1)
    runs: list[list[tuple[float, float]]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((round(MARGIN + place * step, 1), height(value)))
    goal = height(target) if target is not None else None
    return Sparkline(
        lines=tuple(" ".join(f"{x:g},{y:g}" for x, y in run) for run in runs if len(run) > 1),
        dots=tuple(run[0] for run in runs if len(run) == 1),
        last=next(run[-1] for run in reversed(runs) if run),
        target=goal if goal is not None and 0 <= goal <= HEIGHT else None,
    )
