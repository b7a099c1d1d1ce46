"""What staff do with an instruction: read it, take it on, be trained to follow it."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cxplatform.tenancy import audit
from cxplatform.tenancy.models import User
from promises.models import Acknowledgement, Instruction, Training


class OtherWords(ValueError):
    """The instruction's words are not those that were read."""


@transaction.atomic
def acknowledge(
    *, instruction: Instruction, user: User, version: int, follows: bool, now: datetime | None = None
) -> Acknowledgement:
    """Note that somebody has read a version and, where `follows`, takes it on; said again, the first time stands.

    Raises OtherWords when that version is not the one in force.
    """
    row = Instruction.objects.select_for_update().get(pk=instruction.pk)
    if version != row.version:
        raise OtherWords(_("The words were changed in the meantime. Read them as they are now."))
    now = now or timezone.now()
    found, made = Acknowledgement.objects.get_or_create(
        instruction=row, version=version, user=user, defaults={"read_at": now}
    )
    before = None if made else audit.state(found)
    if follows and found.acknowledged_at is None:
        found.acknowledged_at = now
        found.save(update_fields=["acknowledged_at"])
    audit.record("added" if made else "changed", found, before=before)
    return found  # type: ignore[no-any-return]


@transaction.atomic
def train(*, instruction: Instruction, user: User, done_on: date, by: User | None) -> Training:
    """Note that somebody was trained, by the instruction's words of now; noted again, the new date replaces it."""
    row = Instruction.objects.select_for_update().get(pk=instruction.pk)
    found = Training.objects.filter(instruction=row, version=row.version, user=user).first()
    before = audit.state(found) if found else None
    found = found or Training(instruction=row, version=row.version, user=user)
    found.done_on, found.noted_by = done_on, by
    found.save()
    audit.record("changed" if before else "added", found, before=before)
    return found  # type: ignore[no-any-return]
