"""Which customers can be chosen on a page: the values of the dimensions, with the names people know."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dashboards.query import Query, Segment
from dashboards.structure import UNIT, Structure


@dataclass(frozen=True)
class SegmentGroup:
    """A dimension to choose customers by: (what the address says, what people read) of each value."""

    name: str
    options: tuple[tuple[str, str], ...]


def segment_groups(
    query: Query, structure: Structure, values: Mapping[str, Mapping[str, int]], *, minimum: int
) -> dict[str, SegmentGroup]:
    """By dimension, the values with answers enough; of `own_units` the member's units alone."""
    return {
        dimension: SegmentGroup(
            structure.dimensions[dimension],
            tuple(
                (str(Segment(dimension, value)), name)
                for value, name in named_values(dimension, known, structure)
                if known[value] >= minimum and (not query.own_units or value in query.own_units)
            ),
        )
        for dimension, known in values.items()
        if dimension in structure.dimensions and (not query.own_units or dimension == UNIT)
    }


def named_values(dimension: str, values: Iterable[str], structure: Structure) -> list[tuple[str, str]]:
    """Values with the names people know, by name."""
    names = structure.units if dimension == UNIT else {}
    return sorted(((value, names.get(value, value)) for value in values), key=lambda pair: pair[1].casefold())
