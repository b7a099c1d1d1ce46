"""From the cells of a row to the values a mapping asks for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from journeys.importing.mapping import Mapping
from journeys.importing.recipes import Row


@dataclass(frozen=True)
class Values:
    """What a row says: values by field, tables of values that are there, and errors by key."""

    fields: dict[str, Any]
    tables: dict[str, dict[str, Any]]
    errors: dict[str, str]


def reader(
    mapping: Mapping, *, columns: Sequence[str], zone: tzinfo, required: Sequence[str]
) -> Callable[[Sequence[str]], Values]:
    """A function that reads a row's cells. Raises MappingError where mapping and columns do not fit.

    Space around a cell is dropped; an empty cell, or a null mark, is no value. `zone` is for times that
    name none.
    """
    fields = [(name, recipe.bind(columns, zone=zone)) for name, recipe in mapping.fields.items()]
    tables = [
        (name, [(key, recipe.bind(columns, zone=zone)) for key, recipe in recipes.items()])
        for name, recipes in mapping.tables.items()
    ]
    null = mapping.layout.null
    recipes = [*mapping.fields.values(), *(one for table in mapping.tables.values() for one in table.values())]
    used = sorted({columns.index(name) for recipe in recipes for name in recipe.template.columns})

    def read(cells: Sequence[str]) -> Values:
        row = {place: None if (text := cells[place].strip()) in null else text for place in used}
        errors: dict[str, str] = {}
        values = _read(fields, row, errors, "")
        for name in required:
            if values[name] is None and name not in errors:
                errors[name] = "is empty"
        found = {
            name: {
                # Properties are JSON, which has no times.
                key: value.isoformat() if isinstance(value, datetime) else value
                for key, value in _read(entries, row, errors, f"{name}.").items()
                if value is not None
            }
            for name, entries in tables
        }
        return Values(values, found, errors)

    return read


def _read(
    entries: Sequence[tuple[str, Callable[[Row], Any]]], row: Row, errors: dict[str, str], table: str
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in entries:
        try:
            values[name] = value(row)
        except ValueError as error:
            values[name] = None
            errors[table + name] = str(error)
    return values
