"""Answers from a CSV file, by a mapping (docs/import.md)."""

from journeys.importing.command import ImportCommand
from surveys.importing import RESPONSES


class Command(ImportCommand):
    help = "Import answers to surveys from a CSV file. The mapping is described in docs/import.md."
    kind = RESPONSES
