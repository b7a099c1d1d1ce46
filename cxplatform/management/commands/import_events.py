"""Events from a CSV file, by a mapping (docs/import.md)."""

from journeys.importing.command import ImportCommand
from journeys.importing.events import EVENTS


class Command(ImportCommand):
    help = "Import events from a CSV file. The mapping is described in docs/import.md."
    kind = EVENTS
