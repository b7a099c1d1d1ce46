"""What the filters of a page of promises offer."""

from dataclasses import dataclass

from journeys.models import Channel, Dimension, Unit
from promises.board.asked import Asked
from promises.judging.counting import UNIT

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Choices:
    """(identifier, name) of the units and channels to choose from; `chosen` is a dimension's value in words."""

    units: Options
    channels: Options
    dimensions: Options
    chosen: str


def load_choices(asked: Asked) -> Choices:
    """Two queries, and one more for dimensions; a member limited to units is offered those."""
    units = Unit.objects.in_use().order_by("name")
    if asked.own_units:
        units = units.filter(pk__in=asked.own_units)
    dimensions = tuple(Dimension.objects.in_use().exclude(slug=UNIT).order_by("name").values_list("slug", "name"))
    names = dict(dimensions)
    return Choices(
        units=tuple(units.values_list("slug", "name")),
        channels=tuple(Channel.objects.in_use().order_by("name").values_list("slug", "name")),
        dimensions=dimensions,
        chosen=", ".join(f"{names[name]}: {value}" for name, value in asked.filter.items() if name in names),
    )
