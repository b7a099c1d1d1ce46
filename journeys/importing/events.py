"""Events from files."""

from collections.abc import Sequence

from journeys.importing.mapping import Mapping, Shape
from journeys.importing.reader import Values
from journeys.importing.recipes import MappingError
from journeys.importing.run import Intake, Kind, Written
from journeys.models import Dimension
from journeys.record import IncomingEvent, record

SHAPE = Shape(
    name="event",
    constants=("source",),
    required_constants=("source",),
    fields={
        "id": "text",
        "type": "text",
        "time": "time",
        "sequence": "int",
        "customer": "text",
        "touchpoint": "text",
        "channel": "text",
        "unit": "text",
        "correlation": "text",
    },
    required=("id", "type", "time"),
    tables={"dimensions": None, "properties": None},
)


def intake(mapping: Mapping) -> Intake:
    """Rows as events of the mapping's source; a dimension is a property that the tenant has declared as one."""
    declared(mapping, shape=SHAPE)
    source = mapping.constants["source"]

    def item(values: Values) -> IncomingEvent:
        return IncomingEvent(**values.fields, properties=values.tables["properties"] | values.tables["dimensions"])

    def write(events: Sequence[IncomingEvent]) -> Written:
        done = record(events=events, source=source)
        return Written(done.accepted, done.duplicates, {one.index: one.errors for one in done.rejected})

    return Intake(item, write)


def declared(mapping: Mapping, *, shape: Shape) -> None:
    """Raise MappingError where the mapping fills a dimension that the active tenant has not declared."""
    wanted = mapping.tables["dimensions"]
    known = list(Dimension.objects.in_use().values_list("slug", flat=True))
    for name in wanted:
        if name not in known:
            raise MappingError(
                f"{shape.name}.dimensions.{name}",
                "is not a dimension of this organisation; declare it first, or move it to"
                f" [{shape.name}.properties]. Declared: {', '.join(sorted(known)) or 'none'}",
            )


EVENTS = Kind(name="events", shape=SHAPE, intake=intake)
