"""The two pictures of a case, as coordinates for SVG: money over the years, and what moves the result most."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.cases.inputs import SCENARIOS, Input
from dashboards.cases.results import Results, place_of

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 84, 92, 12, 26
BAR = 200
MOST_BARS = 12


@dataclass(frozen=True)
class Drawn:
    """One scenario: its points, and where its last value stands."""

    key: str
    title: str
    points: str
    x: float
    y: float
    label_y: float
    last: float


@dataclass(frozen=True)
class Course:
    lines: Sequence[Drawn]
    ticks: Sequence[tuple[float, float]]
    years: Sequence[tuple[int, float]]
    zero: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    foot: int = HEIGHT - 8


@dataclass(frozen=True)
class Bar:
    """One figure's swing; `x`, `low` and `high` in the units of a picture 200 wide."""

    of: Input
    low: float
    high: float
    x: float
    width: float
    middle: float
    falls: bool


def course(of: Results) -> Course:
    """The cumulative net of every scenario."""
    values = {key: [each or 0.0 for each in of.worked.over("cumulative", place_of(key))] for key in SCENARIOS}
    least = min(0.0, *(value for line in values.values() for value in line))
    most = max(0.0, *(value for line in values.values() for value in line))
    span = (most - least) or 1.0
    years = of.model.years

    def x(year: int) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * year / years, 1)

    def y(value: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (most - value) / span, 1)

    ends = {key: y(line[-1]) for key, line in values.items()}
    labels = _apart(ends)
    return Course(
        lines=[
            Drawn(
                key,
                str(title),
                " ".join(f"{x(year)},{y(value)}" for year, value in enumerate(values[key])),
                x(years),
                ends[key],
                labels[key],
                values[key][-1],
            )
            for key, title in SCENARIOS.items()
        ],
        ticks=[(value, y(value)) for value in ticks(least, most)],
        years=[(year, x(year)) for year in range(years + 1)],
        zero=y(0),
    )


def bars(of: Results) -> list[Bar]:
    """The figures that move the net present value most, the widest first."""
    swings = [swing for swing in of.swings if round(swing.width, 2)][:MOST_BARS]
    base = of.total("npv") or 0.0
    ends = [base, *(end for swing in swings for end in (swing.low, swing.high))]
    least, span = min(ends), (max(ends) - min(ends)) or 1.0

    def x(value: float) -> float:
        return round(BAR * (value - least) / span, 1)

    return [
        Bar(
            swing.of,
            swing.low,
            swing.high,
            x(min(swing.low, swing.high)),
            max(1.0, round(BAR * swing.width / span, 1)),
            x(base),
            swing.low > swing.high,
        )
        for swing in swings
    ]


def ticks(least: float, most: float) -> list[float]:
    """Round values between the ends, about five."""
    span = most - least
    if span <= 0:
        return [0.0]
    rough = span / 6
    power = 10.0 ** (len(str(int(rough))) - 1) if rough >= 1 else 1.0
    step = next(power * times for times in (1, 2, 5, 10) if power * times >= rough)
    first = int(least // step)
    return [place * step for place in range(first, int(most // step) + 1) if least <= place * step <= most]


def _apart(ends: dict[str, float], *, room: float = 15.0) -> dict[str, float]:
    """Labels at the ends of lines, moved so that none covers another."""
    placed: dict[str, float] = {}
    before = -room
    for key, end in sorted(ends.items(), key=lambda pair: pair[1]):
        before = max(end, before + room)
        placed[key] = round(before, 1)
    over = max(placed.values()) - (HEIGHT - BOTTOM)
    return {key: round(at - max(over, 0.0), 1) for key, at in placed.items()}
