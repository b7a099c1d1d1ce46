"""The first rows as they would go in, tried for real and taken back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from itertools import islice

from django.db import transaction

from journeys.importing.cells import text_of
from journeys.importing.plan import Plan, Reader
from journeys.importing.reader import Values, reader
from journeys.importing.reasons import told
from journeys.importing.recipes import MappingError
from journeys.importing.table import Cell, Table

SHOWN = 20


@dataclass(frozen=True)
class Shown:
    """A row: its number in the file, each cell with what is wrong with it, and what is wrong with it as a whole."""

    number: int
    cells: list[tuple[str, str]]
    other: list[str]

    @property
    def good(self) -> bool:
        return not self.other and not any(error for _, error in self.cells)


@dataclass(frozen=True)
class Preview:
    """`faults` keep the import from starting; `rows` are empty then."""

    rows: list[Shown] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def bad(self) -> int:
        return sum(not row.good for row in self.rows)


def first_rows(table: Table) -> list[tuple[int, list[Cell]]]:
    return list(islice(table.rows(), SHOWN))


def preview(rows: Sequence[tuple[int, list[Cell]]], plan: Plan, *, zone: tzinfo) -> Preview:
    """Send the rows through the write path of the active tenant and take them back. Nothing stays."""
    if faults := plan.faults():
        return Preview([_shown(plan, number, cells, {}, {}) for number, cells in rows], faults)
    try:
        errors = _tried(rows, plan, zone)
    except MappingError as error:
        return Preview([_shown(plan, number, cells, {}, {}) for number, cells in rows], [str(error)])
    reading = Reader(plan)
    return Preview(
        [
            _shown(plan, number, cells, reading.read(cells)[1], errors.get(place, {}))
            for place, (number, cells) in enumerate(rows)
        ]
    )


def _tried(rows: Sequence[tuple[int, list[Cell]]], plan: Plan, zone: tzinfo) -> dict[int, dict[str, str]]:
    kind, mapping = plan.offer.kind, plan.mapping()
    read = reader(mapping, columns=plan.columns(), zone=zone, required=kind.shape.required)
    intake = kind.intake(mapping)
    reading = Reader(plan)
    values: list[Values] = [read(reading.read(cells)[0]) for _, cells in rows]
    errors = {place: dict(one.errors) for place, one in enumerate(values) if one.errors}
    good = [place for place, one in enumerate(values) if not one.errors]
    with transaction.atomic():
        done = intake.write([intake.item(values[place]) for place in good])
        transaction.set_rollback(True)
    return errors | {good[place]: found for place, found in done.rejected.items()}


def _shown(plan: Plan, number: int, cells: Sequence[Cell], by_cell: dict[int, str], by_field: dict[str, str]) -> Shown:
    errors = dict(by_cell)
    other = {}
    for key, text in by_field.items():
        place = plan.place(key)
        if place is None:
            other[key] = text
        else:
            errors.setdefault(place, next(iter(told({key: text}, plan).values())))
    return Shown(
        number,
        [(text_of(cell), errors.get(place, "")) for place, cell in enumerate(cells)],
        [f"{name}: {text}" for name, text in told(other, plan).items()],
    )
