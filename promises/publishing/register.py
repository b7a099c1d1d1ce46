"""The register of places where promises are told to customers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cxplatform.tenancy import audit
from cxplatform.tenancy.editing import set_archived
from promises.models import Promise, Publication
from promises.publishing.lag import Stand, stand, wording_in

_ORDER = [Stand.OVER, Stand.OTHER_WORDS, Stand.NOT_PUBLIC, Stand.SAME, Stand.COMING, Stand.ENDED]


@dataclass(frozen=True)
class Place:
    """A place and how it stands; `promised` are the promise's words in its language, as they are now."""

    publication: Publication
    stand: Stand
    promised: str


def places(*, today: date, promise: Promise | None = None) -> list[Place]:
    """Of one promise or of all, those where something is to be done first; one query."""
    rows = Publication.objects.in_use().select_related("promise").order_by("promise__name", "-since", "pk")
    if promise is not None:
        rows = rows.filter(promise=promise)
    found = [Place(row, stand(publication=row, today=today), wording_in(row.promise, row.language)) for row in rows]
    return sorted(found, key=lambda place: _ORDER.index(place.stand))


def add(*, promise: Promise, fields: Mapping[str, Any]) -> Publication:
    """A place where a promise is told from now on."""
    row = Publication(promise=promise, **fields)
    row.save()
    audit.record("added", row)
    return row


def change(*, publication: Publication, fields: Mapping[str, Any]) -> Publication:
    before = audit.stored(publication)
    for name, value in fields.items():
        setattr(publication, name, value)
    publication.save()
    audit.record("changed", publication, before=before)
    return publication


def bring_up_to_date(*, publication: Publication) -> Publication:
    """Note that the place now says what is promised: the promise's words in its language."""
    return change(publication=publication, fields={"wording": wording_in(publication.promise, publication.language)})


def take_down(*, publication: Publication, today: date) -> Publication:
    """Note that the promise no longer stands there after today; of a place still to come, that it never will."""
    return change(publication=publication, fields={"until": today, "since": min(publication.since, today)})


def archive(*, publication: Publication, archived: bool = True) -> None:
    """Take off the register what was never there, or put it back."""
    if (publication.archived_at is not None) != archived:
        set_archived(publication, archived=archived)
