"""A radar chart as numbers for an SVG that the server renders: axes, rings, and one line a round or group."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from dashboards.plan.asked import AGREE

WIDTH, HEIGHT, RADIUS = 400, 290, 100
_CENTRE = (WIDTH / 2, HEIGHT / 2)
_LABEL = 10


@dataclass(frozen=True)
class Axis:
    """Its outer end, and where its name stands. `words` are the name's lines."""

    x: float
    y: float
    label_x: float
    label_y: float
    anchor: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """`points` of a polygon; "" where a value is not known, as a shape with a gap would lie about the others: then
    `dots` alone are drawn. `style` is its class."""

    name: str
    style: str
    points: str
    dots: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Radar:
    axes: tuple[Axis, ...]
    rings: tuple[str, ...]
    lines: tuple[Line, ...]
    width: int = WIDTH
    height: int = HEIGHT


def radar(names: Sequence[str], series: Sequence[tuple[str, str, Sequence[float | None]]]) -> Radar:
    """`series` are (name, style, a value on 1-5 for each axis). The first is drawn over the others."""
    n = len(names)
    return Radar(
        axes=tuple(_axis(place, n, name) for place, name in enumerate(names)),
        rings=tuple(_polygon([ring] * n) for ring in range(2, AGREE + 1)),
        lines=tuple(_line(*each, n=n) for each in reversed(series) if any(value is not None for value in each[2])),
    )


def _at(place: int, n: int, share: float, *, further: float = 0) -> tuple[float, float]:
    """The first axis points up, the others follow clockwise."""
    angle, distance = 2 * pi * place / n - pi / 2, RADIUS * share + further
    return round(_CENTRE[0] + distance * cos(angle), 1), round(_CENTRE[1] + distance * sin(angle), 1)


def _share(value: float) -> float:
    return (value - 1) / (AGREE - 1)


def _polygon(values: Sequence[float]) -> str:
    points = (_at(place, len(values), _share(value)) for place, value in enumerate(values))
    return " ".join(f"{x},{y}" for x, y in points)


def _line(name: str, style: str, values: Sequence[float | None], *, n: int) -> Line:
    known = [value for value in values if value is not None]
    return Line(
        name=name,
        style=style,
        points=_polygon(known) if len(known) == n else "",
        dots=tuple(_at(place, n, _share(value)) for place, value in enumerate(values) if value is not None),
    )


def _axis(place: int, n: int, name: str) -> Axis:
    x, y = _at(place, n, 1)
    label_x, label_y = _at(place, n, 1, further=_LABEL)
    middle = abs(label_x - _CENTRE[0]) < 1
    words = _lines(name)
    # Baselines: above the chart the last line stands next to it, below it the first.
    up = 12 * (len(words) - 1)
    label_y += -up if place == 0 else 8 if middle else 4 - up / 2
    return Axis(x, y, label_x, round(label_y, 1), "middle" if middle else "end" if x < _CENTRE[0] else "start", words)


def _lines(name: str) -> tuple[str, ...]:
    """At most two, broken at the space nearest the middle."""
    if len(name) < 13 or " " not in name:
        return (name,)
    spaces = [place for place, letter in enumerate(name) if letter == " "]
    at = min(spaces, key=lambda place: abs(place - len(name) / 2))
    return name[:at], name[at + 1 :]
