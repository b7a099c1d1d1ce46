"""Verbatims chosen to be read out in a meeting, and those that wait for the next one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils import timezone

from cxplatform.tenancy import audit
from cxplatform.tenancy.models import User
from dashboards.models import Quote
from surveys.models import Verbatim
from surveys.models.asking import Audience

MOST = 20


@dataclass(frozen=True)
class Waiting:
    """A quote with its verbatim as it stands now."""

    quote: Quote
    verbatim: Verbatim


def find(*, response_id: UUID, key: str, unit_ids: Sequence[int] = ()) -> Verbatim | None:
    """A customer's verbatim of the active tenant, within the units to which the reader is limited (empty = all)."""
    found = Verbatim.objects.filter(response_id=response_id, key=key, audience=Audience.CUSTOMER)
    return (found.filter(unit_id__in=unit_ids) if unit_ids else found).first()  # type: ignore[no-any-return]


def quote(verbatim: Verbatim, *, by: User) -> Quote:
    """Let a verbatim be heard in the next meeting; one that waits already goes on waiting."""
    made, new = Quote.objects.get_or_create(
        response_id=verbatim.response_id, key=verbatim.key, defaults={"chosen_by": by}
    )
    if not new and made.heard_on:
        made.heard_on, made.chosen_by, made.chosen_at = None, by, timezone.now()
        made.save(update_fields=["heard_on", "chosen_by", "chosen_at"])
    if new:
        audit.record("quoted", made)
    return made


def withdraw(verbatim: Verbatim) -> None:
    """Take a verbatim from among the quotes; nothing happens to one that is not there."""
    for made in Quote.objects.filter(response_id=verbatim.response_id, key=verbatim.key):
        audit.record("withdrawn", made)
        made.delete()


def waiting(*, unit_ids: Sequence[int] = ()) -> list[Waiting]:
    """Quotes that no meeting has heard, the newest first, in two queries. One whose words have gone is left out, and
    takes no other's place."""
    readable = Verbatim.objects.filter(unit_id__in=unit_ids) if unit_ids else Verbatim.objects.all()
    standing = Exists(readable.filter(response_id=OuterRef("response_id"), key=OuterRef("key")))
    quotes = list(Quote.objects.filter(standing, heard_on=None).select_related("chosen_by")[:MOST])
    found = readable.filter(response_id__in=[one.response_id for one in quotes])
    verbatims = {(one.response_id, one.key): one for one in found}
    return [
        Waiting(one, verbatims[one.response_id, one.key]) for one in quotes if (one.response_id, one.key) in verbatims
    ]


def heard(quote_ids: Sequence[int], *, on: date) -> int:
    """Say that these quotes were read in a meeting of that day; how many."""
    return Quote.objects.filter(pk__in=quote_ids, heard_on=None).update(heard_on=on)  # type: ignore[no-any-return]
