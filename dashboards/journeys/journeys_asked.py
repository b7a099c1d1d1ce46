"""Which journeys an address names: one, what belongs to none, or all of them together."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from dashboards.journeys.asked import NO_JOURNEY
from journeys.models import UNASSIGNED, Journey
from journeys.versions import Design, design_of

EVERY_JOURNEY = "--"  # the slug of all journeys and of none: no definition can have it


@dataclass(frozen=True)
class JourneysAsked:
    """Ids as passages have them (0 = of none); `design` is that of today, of one journey alone."""

    slug: str
    name: str
    ids: tuple[int, ...]
    design: Design

    @property
    def one(self) -> bool:
        return self.slug != EVERY_JOURNEY


def journeys_asked(slug: str) -> JourneysAsked | None:
    """None when there is no such journey in use."""
    if slug == NO_JOURNEY:
        return JourneysAsked(slug, _("Belongs to no journey"), (UNASSIGNED,), Design(()))
    measured = Journey.objects.measured()
    if slug == EVERY_JOURNEY:
        ids = (UNASSIGNED, *measured.values_list("pk", flat=True))
        return JourneysAsked(slug, _("All journeys"), ids, Design(()))
    journey = measured.filter(slug=slug).first()
    return journey and JourneysAsked(slug, journey.name, (journey.pk,), design_of(journey))
