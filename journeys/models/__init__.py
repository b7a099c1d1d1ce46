from journeys.models.customers import Customer, Dimension
from journeys.models.events import Event, EventKey, UnmappedText
from journeys.models.imports import Import
from journeys.models.passages import UNASSIGNED, Conformance, Passage, PathRollup, Variant
from journeys.models.structure import (
    Channel,
    Definition,
    EventType,
    Journey,
    JourneyVersion,
    Jump,
    Stage,
    Step,
    TextMapping,
    Touchpoint,
    Unit,
)
from journeys.models.uploads import Upload

__all__ = [
    "UNASSIGNED",
    "Channel",
    "Conformance",
    "Customer",
    "Definition",
    "Dimension",
    "Event",
    "EventKey",
    "EventType",
    "Import",
    "Journey",
    "JourneyVersion",
    "Jump",
    "Passage",
    "PathRollup",
    "Stage",
    "Step",
    "TextMapping",
    "Touchpoint",
    "Unit",
    "UnmappedText",
    "Upload",
    "Variant",
]
