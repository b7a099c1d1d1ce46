"""What the company has described: journeys, stages, touchpoints, channels and dimensions, as frozen values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dashboards.query import BadQuery, Query
from journeys.models import Channel, Dimension, Journey, Stage, Step, Touchpoint, Unit

UNIT = "unit"  # the dimension of the rollups that no company declares


@dataclass(frozen=True)
class Place:
    """A touchpoint in use."""

    id: int
    slug: str
    name: str
    channel_id: int | None
    unit: str
    owner: str


@dataclass(frozen=True)
class StageOf:
    """A stage and its touchpoints in order."""

    id: int
    name: str
    journey_id: int
    journey: str
    touchpoints: tuple[Place, ...]


@dataclass(frozen=True)
class JourneyOf:
    id: int
    slug: str
    name: str
    stages: tuple[StageOf, ...]

    @property
    def touchpoints(self) -> tuple[Place, ...]:
        """Each once, in the order customers meet them."""
        return tuple(dict.fromkeys(place for stage in self.stages for place in stage.touchpoints))


@dataclass(frozen=True)
class Structure:
    """Of `units` and `unit_slugs` the keys are ids as text, as the rollups keep them."""

    journeys: tuple[JourneyOf, ...]
    places: Mapping[int, Place]
    channels: Mapping[int, Channel]
    dimensions: Mapping[str, str]
    units: Mapping[str, str]
    unit_slugs: Mapping[str, str]

    def journey(self, slug: str) -> JourneyOf | None:
        """The journey asked for, None for all. Raises BadQuery."""
        if not slug:
            return None
        found = next((journey for journey in self.journeys if journey.slug == slug), None)
        if found is None:
            raise BadQuery("journey", _("There is no such journey in use. Choose another."))
        return found

    def channel_id(self, slug: str) -> int | None:
        """The channel asked for, None for all. Raises BadQuery."""
        if not slug:
            return None
        found = next((id for id, channel in self.channels.items() if channel.slug == slug), None)
        if found is None:
            raise BadQuery("channel", _("There is no such channel in use. Choose another."))
        return found

    def stages(self) -> Iterator[StageOf]:
        return (stage for journey in self.journeys for stage in journey.stages)

    def check(self, query: Query) -> None:
        """Raises BadQuery for a journey, channel or dimension that is not there."""
        self.journey(query.journey)
        self.channel_id(query.channel)
        if query.segment and query.segment.dimension not in self.dimensions:
            raise BadQuery("segment", _("There is no such dimension. Choose another."))
        if not query.of_places and query.view not in self.dimensions:
            raise BadQuery("view", _("There is no such dimension. Choose another."))
        self._check_compared(query)

    def _check_compared(self, query: Query) -> None:
        """Two groups are of one dimension: the same customer may stand in two dimensions, never in two values."""
        if query.compare is None:
            return
        if query.of_places and query.compare == query.segment:
            raise BadQuery("compare", _("A group cannot be compared with itself. Choose another."))
        among = query.view if not query.of_places else query.segment.dimension if query.segment else ""
        if query.compare.dimension != among or among not in self.dimensions:
            raise BadQuery(
                "compare",
                _("Choose first which customers to look at, then others of the same division to compare them with."),
            )


def load_structure() -> Structure:
    """Everything in use, in seven queries: of each what is told here, as definitions have many fields."""
    channels = {channel.pk: channel for channel in Channel.objects.in_use().only("name", "slug")}
    dimensions = dict(Dimension.objects.in_use().values_list("slug", "name"))
    units = list(Unit.objects.only("name", "slug"))
    places = {
        id: Place(
            id=id,
            slug=slug,
            name=name,
            channel_id=channel_id,
            unit=unit or "",
            owner=f"{first or ''} {last or ''}".strip() or email or "",
        )
        for id, slug, name, channel_id, unit, first, last, email in Touchpoint.objects.in_use().values_list(
            "pk", "slug", "name", "channel_id", "unit__name", "owner__first_name", "owner__last_name", "owner__email"
        )
    }
    steps: dict[int, list[Place]] = {}
    for stage_id, touchpoint_id in Step.objects.order_by("stage_id", "position", "id").values_list(
        "stage_id", "touchpoint_id"
    ):
        if touchpoint_id in places:
            steps.setdefault(stage_id, []).append(places[touchpoint_id])
    stages: dict[int, list[Stage]] = {}
    for stage in Stage.objects.in_use().order_by("position", "id").only("name", "journey_id"):
        stages.setdefault(stage.journey_id, []).append(stage)
    return Structure(
        journeys=tuple(
            JourneyOf(
                id=journey.pk,
                slug=journey.slug,
                name=journey.name,
                stages=tuple(
                    StageOf(
                        id=stage.pk,
                        name=stage.name,
                        journey_id=journey.pk,
                        journey=journey.name,
                        touchpoints=tuple(steps.get(stage.pk, ())),
                    )
                    for stage in stages.get(journey.pk, ())
                ),
            )
            for journey in Journey.objects.measured().only("name", "slug")
        ),
        places=places,
        channels=channels,
        dimensions={UNIT: _("Unit"), **dimensions},
        units={str(unit.pk): unit.name for unit in units},
        unit_slugs={str(unit.pk): unit.slug for unit in units},
    )
