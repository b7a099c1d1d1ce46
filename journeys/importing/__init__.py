"""Bringing in what other systems wrote to files, through the same door as everything else (docs/import.md)."""
