"""What the ids in path counts are called, whatever became of them since: in use, removed, or never mapped."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from dashboards.structure import UNIT, Place, Structure
from journeys.models import UNASSIGNED, Channel, Touchpoint, Unit

State = Literal["in_use", "removed", "unmapped"]


@dataclass(frozen=True)
class Named:
    """A touchpoint, channel or unit. `slug` is "" where nothing can be opened."""

    id: int
    name: str
    slug: str = ""
    state: State = "in_use"
    partner: bool = False
    digital: bool = False
    channel_id: int | None = None
    unit_id: int | None = None
    owner: str = ""


@dataclass(frozen=True)
class Names:
    """Everything that was ever defined, by id."""

    touchpoints: Mapping[int, Named]
    channels: Mapping[int, Named]
    units: Mapping[int, Named]

    def touchpoint(self, id: int) -> Named:
        if id == UNASSIGNED:
            return Named(0, _("not mapped to a touchpoint"), state="unmapped")
        return self.touchpoints.get(id) or Named(id, _("a touchpoint that is gone"), state="removed")

    def channel(self, id: int) -> Named:
        if id == UNASSIGNED:
            return Named(0, _("channel not known"), state="unmapped")
        return self.channels.get(id) or Named(id, _("a channel that is gone"), state="removed")

    def unit(self, id: int) -> Named:
        if id == UNASSIGNED:
            return Named(0, _("unit not known"), state="unmapped")
        return self.units.get(id) or Named(id, _("a unit that is gone"), state="removed")


def load_names() -> Names:
    """Three queries."""
    return Names(
        touchpoints={
            each.pk: Named(
                each.pk,
                each.name,
                slug="" if each.archived_at else each.slug,
                state="removed" if each.archived_at else "in_use",
                channel_id=each.channel_id,
                unit_id=each.unit_id,
                owner=str(each.owner) if each.owner else "",
            )
            for each in Touchpoint.objects.select_related("owner")
        },
        channels={
            each.pk: Named(
                each.pk,
                each.name,
                slug=each.slug,
                state="removed" if each.archived_at else "in_use",
                digital=each.digital,
            )
            for each in Channel.objects.all()
        },
        units={
            each.pk: Named(
                each.pk,
                each.name,
                slug=each.slug,
                state="removed" if each.archived_at else "in_use",
                partner=each.partner,
            )
            for each in Unit.objects.all()
        },
    )


def structure_of(names: Names, dimensions: Mapping[str, str]) -> Structure:
    """What is in use of it, without journeys and channels; no query."""
    units = names.units
    return Structure(
        journeys=(),
        places={
            id: Place(
                id=id,
                slug=each.slug,
                name=each.name,
                channel_id=each.channel_id,
                unit=names.unit(each.unit_id).name if each.unit_id else "",
                owner=each.owner,
            )
            for id, each in names.touchpoints.items()
            if each.state == "in_use"
        },
        channels={},
        dimensions={UNIT: _("Unit"), **dimensions},
        units={str(id): unit.name for id, unit in units.items()},
        unit_slugs={str(id): unit.slug for id, unit in units.items()},
    )
