"""A series with its forecast as a small picture: what was, and the band in which what comes most likely lies."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, MARGIN = 240, 64, 4

Ahead = tuple[float, float, float]


@dataclass(frozen=True)
class Picture:
    """`lines` are polylines of what was measured, broken at gaps; `band` a polygon, `ahead` the expected line; `now`
    where the future begins; `target` the height of the target's line, None where it is off the picture."""

    lines: tuple[str, ...]
    band: str
    ahead: str
    now: float
    target: float | None
    width: int = WIDTH
    height: int = HEIGHT


def picture(values: Sequence[float | None], ahead: Sequence[Ahead], *, target: float | None) -> Picture | None:
    """`ahead` are (value, low, high) of the months that follow; None without any measured value."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    every = [*known, *(end for point in ahead for end in point)]
    low, high = min(every), max(every)
    spread = max(high - low, 1e-9)
    steps = max(len(values) + len(ahead) - 1, 1)

    def x(place: int) -> float:
        return round(MARGIN + place / steps * (WIDTH - 2 * MARGIN), 1)

    def y(value: float) -> float:
        return round(HEIGHT - MARGIN - (value - low) / spread * (HEIGHT - 2 * MARGIN), 1)

    runs: list[list[str]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(f"{x(place):g},{y(value):g}")
    first, last = len(values), known[-1]
    begin = (x(first - 1), y(last))
    places = [(x(first + step), point) for step, point in enumerate(ahead)]
    upper = [begin, *((at, y(point[2])) for at, point in places)]
    lower = [(at, y(point[1])) for at, point in reversed(places)]
    line = [begin, *((at, y(point[0])) for at, point in places)]
    goal = y(target) if target is not None and low <= target <= high else None
    return Picture(
        lines=tuple(" ".join(run) for run in runs if len(run) > 1),
        band=" ".join(f"{a:g},{b:g}" for a, b in [*upper, *lower]) if ahead else "",
        ahead=" ".join(f"{a:g},{b:g}" for a, b in line) if ahead else "",
        now=begin[0],
        target=goal,
    )
