from journeys.models.customers import Customer, Dimension
from journeys.models.events import Event, EventKey, UnmappedText
from journeys.models.imports import Import
from journeys.models.structure import Channel, Definition, Journey, Stage, Step, TextMapping, Touchpoint, Unit
from journeys.models.uploads import Upload

__all__ = [
    "Channel",
    "Customer",
    "Definition",
    "Dimension",
    "Event",
    "EventKey",
    "Import",
    "Journey",
    "Stage",
    "Step",
    "TextMapping",
    "Touchpoint",
    "Unit",
    "UnmappedText",
    "Upload",
]
