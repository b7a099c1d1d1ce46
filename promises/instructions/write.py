"""Instructions written and rewritten: changed words are a new version, which staff acknowledge anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from cxplatform.tenancy import audit
from cxplatform.tenancy.editing import set_archived
from cxplatform.tenancy.models import AuditEntry
from promises.models import Instruction, Promise


@dataclass(frozen=True)
class Version:
    """What an instruction said before its words were changed at `until` by `by`."""

    number: int
    wording: str
    until: datetime
    by: str


def add(*, promise: Promise, fields: Mapping[str, Any]) -> Instruction:
    """A new instruction that serves a promise, after those it has."""
    instruction = Instruction(promise=promise, **fields)
    if "position" not in fields:
        last = Instruction.objects.filter(promise=promise).order_by("-position").first()
        instruction.position = last.position + 1 if last else 0
    instruction.save()
    audit.record("added", instruction)
    return instruction


@transaction.atomic
def change(*, instruction: Instruction, fields: Mapping[str, Any]) -> Instruction:
    """Change some fields. Other words are the next version; the same words otherwise spaced are not."""
    row = Instruction.objects.select_for_update().get(pk=instruction.pk)
    before = audit.state(row)
    if "wording" in fields and fields["wording"].split() != row.wording.split():
        row.version, row.changed_at = row.version + 1, timezone.now()
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    audit.record("changed", row, before=before)
    return row  # type: ignore[no-any-return]


def archive(*, instruction: Instruction, archived: bool = True) -> None:
    """Take an instruction out of use, or into it again; who acknowledged it stays known."""
    if (instruction.archived_at is not None) != archived:
        set_archived(instruction, archived=archived)


def earlier(instruction: Instruction) -> list[Version]:
    """The versions before the one in force, newest first, from the history, which nobody can rewrite; one query."""
    entries = AuditEntry.objects.filter(
        model=instruction._meta.label_lower, object_id=str(instruction.pk), changes__has_key="version"
    ).exclude(action="added")
    return [
        Version(entry.changes["version"][0], entry.changes["wording"][0], entry.at, entry.actor)
        for entry in entries.order_by("-id")
    ]
