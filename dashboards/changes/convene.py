"""Calling the owners of a stage together in the customer's name: its channels are to be one and the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _

from cxplatform.deliveries import outbox
from cxplatform.tenancy import audit
from cxplatform.tenancy.addresses import absolute, tenant_url
from cxplatform.tenancy.models import Tenant, User
from dashboards.changes.lines import lines
from dashboards.models import Convened, Insight
from dashboards.structure import load_structure
from journeys.models import Note, Stage, Touchpoint


@dataclass(frozen=True)
class Called:
    """`people` were written to; `unowned` are the names of touchpoints that nobody owns."""

    people: tuple[User, ...]
    unowned: tuple[str, ...]


def convene(*, tenant: Tenant, finding: Insight, today: date, by: User) -> Called | None:
    """Leave a note on the journey and write to the owners of the finding's touchpoints, each in their own language.

    None when they were called together today already, or when the finding's stage is not in use any more.
    """
    stage = Stage.objects.in_use().select_related("journey").filter(pk=finding.stage_id).first()  # type: ignore[attr-defined]
    if stage is None or Convened.objects.filter(stage=stage, day=today).exists():
        return None
    touchpoints = list(Touchpoint.objects.in_use().filter(pk__in=finding.data["touchpoints"]).select_related("owner"))
    owners = {place.owner.pk: place.owner for place in touchpoints if place.owner}
    with translation.override(tenant.language):
        note = Note.objects.create(
            journey=stage.journey, text=_text(finding), source=Note.Source.OTHER, author=str(by)[:300], noted_on=today
        )
    made = Convened.objects.create(
        stage=stage, note=note, day=today, by=str(by)[:200], people=[str(owner) for owner in owners.values()]
    )
    audit.record("added", made)
    _write(tenant, list(owners.values()), finding, by)
    return Called(tuple(owners.values()), tuple(place.name for place in touchpoints if not place.owner))


def _text(finding: Insight) -> str:
    """In the language that is on."""
    said = lines([finding], load_structure())
    told = "\n".join([said[0].text, *said[0].figures]) if said else ""
    return _("In the customer's name: customers should meet one company, whichever channel they come by.") + f"\n{told}"


def _write(tenant: Tenant, people: Sequence[User], finding: Insight, by: User) -> None:
    for person in people:
        with translation.override(person.language or tenant.language):
            text = "\n\n".join(
                [
                    _text(finding),
                    _("%(name)s calls the owners together to find the cause and to agree who mends it by when.")
                    % {"name": str(by)},
                    absolute(tenant_url(tenant.slug, "findings")),
                ]
            )
            subject = f"{tenant.name}: {_('A meeting in the customer’s name')}"
        outbox.enqueue(to=person.email, subject=subject, text=text, tenant_id=tenant.pk)
