"""Reading a file in batches through the write path, from where an earlier run stopped."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from cxplatform.tenancy.context import Actor, activate
from cxplatform.tenancy.models import Tenant
from journeys.importing.mapping import Mapping, Shape, load
from journeys.importing.reader import Values, reader
from journeys.importing.rejects import Rejects
from journeys.importing.rows import FileError, Line, Rows
from journeys.models import Import

BATCH = 5_000


@dataclass(frozen=True)
class Written:
    """What became of a batch; `rejected` maps the place of an item in it to its errors by field."""

    accepted: int
    duplicates: int
    rejected: dict[int, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Intake:
    """How rows go in: one row's values to an item, and a batch of items to the database, a tenant active."""

    item: Callable[[Values], Any]
    write: Callable[[Sequence[Any]], Written]


@dataclass(frozen=True)
class Kind:
    """A kind of import: its name, its mapping's shape, and its intake, opened with the tenant active.

    `intake` raises MappingError where the mapping does not fit the tenant.
    """

    name: str
    shape: Shape
    intake: Callable[[Mapping], Intake]


@dataclass(frozen=True)
class Progress:
    """Rows of the whole file and bytes of it (a share, 0 to 1) done so far, this run's or an earlier one's."""

    rows: int = 0
    share: float = 0.0
    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0


class AlreadyImported(Exception):
    """The same file went in with the same mapping before."""

    def __init__(self, before: Import) -> None:
        super().__init__(before.file_name)
        self.before = before


class Unfit(Exception):
    """A whole batch was rejected: it is the mapping that is wrong, not the rows."""


def run(
    kind: Kind,
    *,
    tenant: Tenant,
    path: Path,
    mapping_path: Path,
    rejected_path: Path,
    dry_run: bool = False,
    again: bool = False,
    report: Callable[[Progress], None] = lambda progress: None,
) -> Progress:
    """Import a file, each batch in a transaction of its own that also keeps how far the import is.

    Begins where an earlier run of the same file and mapping stopped, at the start if `again`. `dry_run` sends
    every row and takes it back. Raises MappingError, FileError, AlreadyImported or Unfit; what was committed
    before stays, and the next run goes on from there.
    """
    mapping = load(mapping_path, shape=kind.shape)
    with Rows(path, mapping.layout) as rows:
        read = reader(mapping, columns=rows.columns, zone=tenant.zone, required=kind.shape.required)
        actor = Actor(f"import of {path.name}"[:300])
        with activate(tenant.pk, actor=actor):
            intake = kind.intake(mapping)
            before = None if dry_run else _begin(kind, path, mapping_path, again=again)
        rejects = Rejects(
            rejected_path, columns=rows.columns, layout=mapping.layout, size=before.rejected_size if before else 0
        )
        done = Progress()
        if before:
            done = Progress(before.rows, 0.0, before.accepted, before.duplicates, before.rejected)
        for batch in _batches(rows, skip=done.rows):
            items, refused = _items(batch, read, intake)
            with activate(tenant.pk, actor=actor):
                written = intake.write([item for _, item in items])
                refused += [(items[place][0], errors) for place, errors in written.rejected.items()]
                done = Progress(
                    rows=batch[-1].number,
                    share=rows.share,
                    accepted=done.accepted + written.accepted,
                    duplicates=done.duplicates + written.duplicates,
                    rejected=done.rejected + len(refused),
                )
                refused.sort(key=lambda one: one[0].number)
                # Before the commit that remembers its length: what a crash leaves behind it is cut off next time.
                rejects.write([(line.number, _reason(errors), line.cells) for line, errors in refused])
                if dry_run:
                    transaction.set_rollback(True)
                elif before:
                    _advance(before, done, rejects.size)
            report(done)
            if len(refused) == len(batch) >= min(BATCH, 1_000):
                raise Unfit(f"row {refused[0][0].number}: {_reason(refused[0][1])}")
        if before:
            with activate(tenant.pk, actor=actor):
                Import.objects.filter(pk=before.pk).update(finished_at=timezone.now())
    return done


def _batches(rows: Rows, *, skip: int) -> Iterator[list[Line]]:
    lines = iter(rows)
    for _ in islice(lines, skip):
        pass
    while batch := list(islice(lines, BATCH)):
        yield batch


def _items(
    batch: Sequence[Line], read: Callable[[Sequence[str]], Values], intake: Intake
) -> tuple[list[tuple[Line, Any]], list[tuple[Line, dict[str, str]]]]:
    """The rows that could be read, each with its item, and those that could not, each with why."""
    items: list[tuple[Line, Any]] = []
    refused: list[tuple[Line, dict[str, str]]] = []
    for line in batch:
        if line.problem:
            refused.append((line, {"row": line.problem}))
            continue
        values = read(line.cells)
        if values.errors:
            refused.append((line, values.errors))
        else:
            items.append((line, intake.item(values)))
    return items, refused


def _reason(errors: dict[str, str]) -> str:
    return "; ".join(f"{key}: {text}" for key, text in errors.items())


def _begin(kind: Kind, path: Path, mapping_path: Path, *, again: bool) -> Import:
    fresh = {"file_name": path.name[:300], "started_at": timezone.now()}
    found, created = Import.objects.get_or_create(kind=kind.name, digest=_digest(path, mapping_path), defaults=fresh)
    if not created and again:
        counts = dict.fromkeys(("rows", "accepted", "duplicates", "rejected", "rejected_size"), 0)
        for name, value in (fresh | counts | {"finished_at": None}).items():
            setattr(found, name, value)
        found.save()
    elif found.finished_at:
        raise AlreadyImported(found)
    return found


def _advance(before: Import, done: Progress, rejected_size: int) -> None:
    """Keep how far the import is; only if nobody else moved it since, or rows would be counted by both."""
    moved = Import.objects.filter(pk=before.pk, rows=before.rows, finished_at=None).update(
        rows=done.rows,
        accepted=done.accepted,
        duplicates=done.duplicates,
        rejected=done.rejected,
        rejected_size=rejected_size,
    )
    if not moved:
        raise FileError("another import of the same file is running: wait for it, or run this again to go on after it.")
    before.rows = done.rows


def _digest(path: Path, mapping_path: Path) -> str:
    with path.open("rb") as file:
        content = hashlib.file_digest(file, "sha256")
    content.update(mapping_path.read_bytes())
    return content.hexdigest()
