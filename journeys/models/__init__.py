from journeys.models.blueprint import TAGS, Driver, Emotion, Mix, Need
from journeys.models.customers import Customer, Dimension, ReplayOrigin
from journeys.models.events import Event, EventKey, UnmappedText
from journeys.models.imports import Import
from journeys.models.notes import Attachment, Note
from journeys.models.passages import UNASSIGNED, Conformance, Passage, PathRollup, Variant
from journeys.models.personas import JourneyPersona, Persona
from journeys.models.processes import Process, ProcessTouchpoint, TouchpointChannel
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
    "TAGS",
    "UNASSIGNED",
    "Attachment",
    "Channel",
    "Conformance",
    "Customer",
    "Definition",
    "Dimension",
    "Driver",
    "Emotion",
    "Event",
    "EventKey",
    "EventType",
    "Import",
    "Journey",
    "JourneyPersona",
    "JourneyVersion",
    "Jump",
    "Mix",
    "Need",
    "Note",
    "Passage",
    "PathRollup",
    "Persona",
    "Process",
    "ProcessTouchpoint",
    "ReplayOrigin",
    "Stage",
    "Step",
    "TextMapping",
    "Touchpoint",
    "TouchpointChannel",
    "Unit",
    "UnmappedText",
    "Upload",
    "Variant",
]
