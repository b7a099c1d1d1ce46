"""Calling owners together in the customer's name: where channels disagree, or a hand-off breaks the experience."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from cxplatform.deliveries import outbox
from cxplatform.tenancy import audit
from cxplatform.tenancy.addresses import absolute, tenant_url
from cxplatform.tenancy.models import Tenant, User
from dashboards.changes import channels
from dashboards.changes.lines import lines
from dashboards.improvements.found import of_finding
from dashboards.improvements.keys import key_of
from dashboards.improvements.tell import came_of
from dashboards.models import Convened, Improvement, Insight
from dashboards.structure import load_structure
from journeys.models import Journey, Note, Stage, Step, Touchpoint


@dataclass(frozen=True)
class Called:
    """`people` were written to; `unowned` are the names of touchpoints that nobody owns; `improvement` is what they
    agree on."""

    people: tuple[User, ...]
    unowned: tuple[str, ...]
    improvement: Improvement


def convene(*, tenant: Tenant, finding: Insight, today: date, by: User) -> Called | None:
    """Leave a note on the journey, write to the owners of the finding's touchpoints, each in their own language, and
    put an improvement on the board for what they agree on.

    None when they were called together today already, or when the finding's place is not in use any more.
    """
    stage = Stage.objects.in_use().select_related("journey").filter(pk=finding.stage_id).first()  # type: ignore[attr-defined]
    journey = stage.journey if stage else Journey.objects.in_use().filter(pk=finding.journey_id).first()  # type: ignore[attr-defined]
    key = key_of(finding)
    if journey is None or Convened.objects.filter(Q(key=key) | Q(stage__isnull=False, stage=stage), day=today).exists():
        return None
    touchpoints = list(_touchpoints(finding, journey))
    owners = {place.owner.pk: place.owner for place in touchpoints if place.owner}
    with translation.override(tenant.language):
        note = Note.objects.create(
            journey=journey, text=_text(finding), source=Note.Source.OTHER, author=str(by)[:300], noted_on=today
        )
    made = Convened.objects.create(
        key=key, stage=stage, note=note, day=today, by=str(by)[:200], people=[str(owner) for owner in owners.values()]
    )
    audit.record("added", made)
    improvement = of_finding(finding, tenant=tenant, by=by, today=today)
    _write(tenant, list(owners.values()), finding, improvement, by)
    return Called(tuple(owners.values()), tuple(place.name for place in touchpoints if not place.owner), improvement)


def _touchpoints(finding: Insight, journey: Journey) -> "QuerySet[Touchpoint]":
    """Those of the channels that disagree, or those by which the two units of a hand-off meet the journey's
    customers."""
    found: QuerySet[Touchpoint] = Touchpoint.objects.in_use().select_related("owner")
    if finding.kind == channels.KIND:
        return found.filter(pk__in=finding.data["touchpoints"])
    steps = Step.objects.filter(stage__journey=journey)
    return found.filter(unit_id__in=finding.data["units"], pk__in=steps.values("touchpoint_id"))


def _text(finding: Insight) -> str:
    """In the language that is on."""
    said = lines([finding], load_structure())
    told = "\n".join([said[0].text, *said[0].figures]) if said else ""
    return _("In the customer's name: customers should meet one company, whichever channel they come by.") + f"\n{told}"


def _write(tenant: Tenant, people: Sequence[User], finding: Insight, improvement: Improvement, by: User) -> None:
    """What it is about stands in the subject, and where to write what is agreed in the mail; an improvement made of
    customers' words may tell of them, so that an erasure reaches it."""
    place, about = str(improvement.finding.get("place", "")), came_of(improvement)
    for person in people:
        with translation.override(person.language or tenant.language):
            text = "\n\n".join(
                [
                    _text(finding),
                    _("%(name)s calls the owners together to find the cause and to agree who mends it by when.")
                    % {"name": str(by)},
                    absolute(tenant_url(tenant.slug, "findings")),
                    _("What you agree on is written down here: %(title)s") % {"title": improvement.title},
                    absolute(tenant_url(tenant.slug, "improvement", improvement.pk)),
                ]
            )
            subject = f"{tenant.name}: {_('A meeting in the customer’s name')}"
        subject = f"{subject}: {place}" if place else subject
        outbox.enqueue(to=person.email, subject=subject, text=text, tenant_id=tenant.pk, about=about)
