"""From an uploaded table and the columns chosen to what the import reads: a plain CSV and its mapping."""

import csv
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _

from journeys.importing.cells import number_of, period_of, text_of, time_of
from journeys.importing.guess import guess
from journeys.importing.mapping import Mapping, parse
from journeys.importing.offers import Offer, Target
from journeys.importing.table import Cell, Table

_KEY = "_key"
_LANGUAGES = ("fi", "sv", "en")


def row_heading() -> str:
    return _("Row in the file")


def reason_heading() -> str:
    return _("Why it was not taken in")


def own_headings() -> set[str]:
    """The headers of our own files of rejected rows, in every language: no data when such a file comes back."""
    found = set()
    for language in _LANGUAGES:
        with translation.override(language):
            found |= {row_heading(), reason_heading()}
    return found


def guessed(table: Table, rows: Sequence[Sequence[Cell]], offer: Offer) -> list[str]:
    """A target's key for each column of the table."""
    return guess(table.columns, rows, offer.targets, ignored=tuple(own_headings()))


@dataclass(frozen=True)
class Plan:
    """An offer with its columns: `targets[i]` is what column i is, None for nothing."""

    offer: Offer
    targets: tuple[Target | None, ...]

    @classmethod
    def of(cls, offer: Offer, columns: Sequence[str]) -> "Plan":
        return cls(offer, tuple(offer.target(key) if key else None for key in columns))

    def faults(self) -> list[str]:
        """What keeps these columns from being imported, as sentences."""
        found = []
        chosen = [target.key for target in self.targets if target]
        for target in self.offer.targets:
            count = chosen.count(target.key)
            if target.required and not count:
                found.append(_("Say which column is “%(name)s”.") % {"name": target.label})
            elif count > 1:
                found.append(_("Two columns are “%(name)s”. Choose one of them.") % {"name": target.label})
        if not chosen:
            found.append(_("Say what at least one column is."))
        return found

    def toml(self, note: str = "") -> str:
        """The mapping, as one would write it for the command line. `note` makes it a mapping of its own."""
        shape = self.offer.kind.shape
        fields = dict(self.offer.constants)
        tables: dict[str, dict[str, str]] = {}
        for place, target in enumerate(self.targets):
            if target is None:
                continue
            table, dot, name = target.key.partition(".")
            if dot:
                tables.setdefault(table, {})[name] = f"{{c{place}}}"
            else:
                fields[target.key] = f"{{c{place}}}"
        lines = [f"# {note}", f"[{shape.name}]", *_entries(fields)]
        for table, entries in tables.items():
            lines += [f"[{shape.name}.{table}]", *_entries(entries)]
        return "\n".join(lines) + "\n"

    def mapping(self) -> Mapping:
        return parse(self.toml(), shape=self.offer.kind.shape)

    def columns(self) -> list[str]:
        """Columns of the plain CSV: names of places, as headers may be empty or alike."""
        return [*(f"c{place}" for place in range(len(self.targets))), _KEY]

    def place(self, key: str) -> int | None:
        """The column that is this field of the mapping."""
        return next((place for place, target in enumerate(self.targets) if target and target.key == key), None)

    def label(self, key: str) -> str:
        target = self.offer.target(key)
        return str(target.label) if target else ""


@dataclass
class Reader:
    """Reads rows by a plan; counts rows alike, so that each of them gets a key of its own."""

    plan: Plan
    seen: Counter[str] = field(default_factory=Counter)

    def read(self, cells: Sequence[Cell]) -> tuple[list[str], dict[int, str]]:
        """The row of the plain CSV, and what is wrong with its cells by column. A cell that cannot be read stays
        as it is, for the import to reject."""
        texts: list[str] = []
        errors: dict[int, str] = {}
        for place, (cell, target) in enumerate(zip(cells, self.plan.targets, strict=True)):
            try:
                texts.append(_read(cell, target))
            except ValueError as error:
                errors[place] = str(error)
                texts.append(text_of(cell))
        digest = sha256("\x1f".join(texts).encode("utf-8", "replace")).hexdigest()[:32]
        self.seen[digest] += 1
        return [*texts, f"{digest}-{self.seen[digest]}"], errors


def _read(cell: Cell, target: Target | None) -> str:
    if target is None:
        return text_of(cell)
    if target.reads == "time":
        return time_of(cell)
    if target.reads == "period":
        return period_of(cell)
    if target.reads == "number":
        return number_of(cell)
    text = text_of(cell)
    if target.words_of:
        known = target.words_of.get(text.lower())
        if known is not None:
            return known
    if target.reads == "answer" and text:
        try:
            return number_of(cell)
        except ValueError:
            return text
    return text


@dataclass(frozen=True)
class Written:
    """A plain CSV: how many rows; by row (from 1) its number in the upload, and its cells' errors where any."""

    count: int
    numbers: list[int]
    errors: dict[int, dict[int, str]]


def write(table: Table, plan: Plan, *, plain: Path, shown: Path) -> Written:
    """Write the plain CSV that the import reads and, row by row beside it, the cells as they were.

    Raises TableError where the file has too many rows or is damaged: before anything was taken in.
    """
    reader = Reader(plan)
    numbers: list[int] = []
    errors: dict[int, dict[int, str]] = {}
    with plain.open("w", encoding="utf-8", newline="") as one, shown.open("w", encoding="utf-8", newline="") as other:
        rows, cells_shown = csv.writer(one), csv.writer(other)
        rows.writerow(plan.columns())
        for number, cells in table.rows():
            numbers.append(number)
            texts, faults = reader.read(cells)
            if faults:
                errors[len(numbers)] = faults
            rows.writerow([_storable(text) for text in texts])
            cells_shown.writerow([_storable(text_of(cell)) for cell in cells])
    return Written(len(numbers), numbers, errors)


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _entries(values: dict[str, str]) -> list[str]:
    return [f"{json.dumps(name)} = {json.dumps(text, ensure_ascii=False)}" for name, text in values.items()]
