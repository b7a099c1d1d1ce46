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

# A batch ends at either: rows may be long, and memory is to stay flat.
BATCH = 5_000
MOST_CHARACTERS = 10_000_000


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

    def after(self, written: Written, *, rows: int, share: float, rejected: int) -> "Progress":
        """One batch further; `rows` is the number of its last row."""
        return Progress(
            rows=rows,
            share=share,
            accepted=self.accepted + written.accepted,
            duplicates=self.duplicates + written.duplicates,
            rejected=self.rejected + rejected,
        )


class AlreadyImported(Exception):
    """The same file went in with the same mapping before."""

    def __init__(self, before: Import) -> None:
        super().__init__(before.file_name)
        self.before = before


class Unfit(Exception):
    """Nothing went in and a whole batch was rejected: it is the mapping that is wrong, not the rows."""


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
    keep: Callable[[Progress], None] = lambda progress: None,
) -> Progress:
    """Import a file, each batch in a transaction of its own that also keeps how far the import is.

    Begins where an earlier run of the same file and mapping stopped, at the start if `again`. `dry_run` sends
    every row and takes it back. `keep` is called inside each batch's transaction, when the file of rejected rows
    is written, `report` after it. Raises MappingError, FileError, AlreadyImported or Unfit; what was committed
    before stays, and the next run goes on from there.
    """
    mapping = load(mapping_path, shape=kind.shape)
    with Rows(path, mapping.layout) as rows:
        read = reader(mapping, columns=rows.columns, zone=tenant.zone, required=kind.shape.required)
        actor = Actor(f"import of {path.name}"[:300])
        with activate(tenant.pk, actor=actor):
            intake = kind.intake(mapping)
            record = None if dry_run else _begin(kind, path, mapping_path, again=again)
        done = _done(record)
        rejects = Rejects(
            rejected_path, columns=rows.columns, layout=mapping.layout, size=record.rejected_size if record else 0
        )
        for batch in _batches(rows, skip=done.rows):
            items, refused = _items(batch, read, intake)
            with activate(tenant.pk, actor=actor):
                if record:
                    _hold(record)
                written = intake.write([item for _, item in items])
                refused += [(items[place][0], errors) for place, errors in written.rejected.items()]
                refused.sort(key=lambda one: one[0].number)
                # Before the commit that remembers its length: what a crash leaves behind it is cut off next time.
                rejects.write([(line.number, _reason(errors), line.cells) for line, errors in refused])
                done = done.after(written, rows=batch[-1].number, share=rows.share, rejected=len(refused))
                if len(refused) == len(batch) and done.rejected == done.rows:
                    raise Unfit(f"row {refused[0][0].number}: {_reason(refused[0][1])}")
                if record:
                    _advance(record, done, rejects.size)
                    keep(done)
                else:
                    transaction.set_rollback(True)
            report(done)
        if record:
            with activate(tenant.pk, actor=actor):
                Import.objects.filter(pk=record.pk).update(finished_at=timezone.now())
    return done


def _done(record: Import | None) -> Progress:
    if record is None:
        return Progress()
    return Progress(record.rows, 0.0, record.accepted, record.duplicates, record.rejected)


def _batches(rows: Rows, *, skip: int) -> Iterator[list[Line]]:
    lines = iter(rows)
    for _ in islice(lines, skip):
        pass
    batch: list[Line] = []
    end = rows.characters + MOST_CHARACTERS
    for line in lines:
        batch.append(line)
        if len(batch) == BATCH or rows.characters > end:
            yield batch
            batch, end = [], rows.characters + MOST_CHARACTERS
    if batch:
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


def _hold(record: Import) -> None:
    """Keep others from moving the import on during this transaction. Raises FileError where somebody has."""
    now = Import.objects.select_for_update().get(pk=record.pk)
    if (now.rows, now.finished_at) != (record.rows, None):
        raise FileError("another import of the same file is running: wait for it, or run this again to go on after it.")


def _advance(record: Import, done: Progress, rejected_size: int) -> None:
    record.rows, record.accepted, record.duplicates = done.rows, done.accepted, done.duplicates
    record.rejected, record.rejected_size = done.rejected, rejected_size
    record.save()


def _digest(path: Path, mapping_path: Path) -> str:
    with path.open("rb") as file:
        content = hashlib.file_digest(file, "sha256")
    content.update(mapping_path.read_bytes())
    return content.hexdigest()
