from journeys.models.blueprint import TAGS, Driver, Emotion, Mix, Need
from journeys.models.calendars import Calendar
from journeys.models.customers import Customer, Dimension, ReplayOrigin
from journeys.models.events import Event, EventKey, UnmappedText
from journeys.models.history import PathHistory
from journeys.models.imports import Import
from journeys.models.mapping import Remapping
from journeys.models.meanings import EventType, TextMapping
from journeys.models.notes import Attachment, Note
from journeys.models.passages import UNASSIGNED, Conformance, Passage, PathMonth, PathMonthRollup, PathRollup, Variant
from journeys.models.personas import JourneyPersona, Persona
from journeys.models.processes import Process, ProcessTouchpoint, TouchpointChannel
from journeys.models.rules import EventRule, RuleFiring
from journeys.models.structure import (
    Channel,
    Definition,
    Journey,
    JourneyVersion,
    Jump,
    Stage,
    Step,
    Touchpoint,
    Unit,
)
from journeys.models.uploads import Upload

__all__ = [
    "TAGS",
    "UNASSIGNED",
    "Attachment",
    "Calendar",
    "Channel",
    "Conformance",
    "Customer",
    "Definition",
    "Dimension",
    "Driver",
    "Emotion",
    "Event",
    "EventKey",
    "EventRule",
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
    "PathHistory",
    "PathMonth",
    "PathMonthRollup",
    "PathRollup",
    "Persona",
    "Process",
    "ProcessTouchpoint",
    "Remapping",
    "ReplayOrigin",
    "RuleFiring",
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
