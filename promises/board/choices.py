"""What the filters of a page of promises offer."""

from dataclasses import dataclass

from journeys.models import Channel, Dimension, Touchpoint, Unit
from promises.board.asked import Asked
from promises.judging.counting import TOUCHPOINT, UNIT

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Choices:
    """(identifier, name) of the units and channels to choose from; `chosen` a dimension's value or touchpoint."""

    units: Options
    channels: Options
    dimensions: Options
    chosen: str


def load_choices(asked: Asked) -> Choices:
    """Two queries, and one more for dimensions; a member limited to units is offered those."""
    units = Unit.objects.in_use().order_by("name")
    if asked.own_units:
        units = units.filter(pk__in=asked.own_units)
    dimensions = own_dimensions()
    names = dict(dimensions)
    chosen = [f"{names[name]}: {value}" for name, value in asked.filter.items() if name in names]
    if TOUCHPOINT in asked.filter:
        chosen.append(Touchpoint.objects.get(slug=asked.filter[TOUCHPOINT]).name)
    return Choices(
        units=tuple(units.values_list("slug", "name")),
        channels=tuple(Channel.objects.in_use().order_by("name").values_list("slug", "name")),
        dimensions=dimensions,
        chosen=", ".join(chosen),
    )


def own_dimensions() -> Options:
    """(identifier, name) of the tenant's dimensions that outcomes are counted by; some names mean something else."""
    known = Dimension.objects.in_use().exclude(slug__in=(UNIT, TOUCHPOINT))
    return tuple(known.order_by("name").values_list("slug", "name"))
