"""Channels, units, dimensions, touchpoints and journeys over REST."""

from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from rest_framework import serializers

from cxplatform.api import fields
from cxplatform.tenancy import audit
from journeys.arrange import arrange
from journeys.definitions_api import DefinitionSerializer, Owner, endpoints
from journeys.models import Channel, Dimension, Journey, Stage, Step, Touchpoint, Unit
from journeys.versions import snapshot

_MOST_PARTS = 200


class ChannelSerializer(DefinitionSerializer):
    example = {"slug": "web", "name": "Web", "digital": True}

    class Meta:
        model = Channel
        fields = (*DefinitionSerializer.common, "digital", "message_by")


class UnitSerializer(DefinitionSerializer):
    example = {"slug": "turku", "name": "Turku store", "partner": False}

    class Meta:
        model = Unit
        fields = (*DefinitionSerializer.common, "partner")


class DimensionSerializer(DefinitionSerializer):
    example = {"slug": "segment", "name": "Segment"}

    class Meta:
        model = Dimension
        fields = DefinitionSerializer.common


class TouchpointSerializer(DefinitionSerializer):
    channel = fields.SlugReference(Channel, required=False, allow_null=True)
    unit = fields.SlugReference(Unit, required=False, allow_null=True)
    owner = Owner(required=False, allow_null=True)

    example = {"slug": "web-shop", "name": "Web shop", "channel": "web", "unit": "turku"}

    class Meta:
        model = Touchpoint
        fields = (*DefinitionSerializer.common, "channel", "unit", "owner")


class StageSerializer(fields.StrictSerializer):
    id = fields.Whole(required=False, help_text="Keeps the stage and its history; leave out to make a new one.")
    name = fields.Text(max_length=200)
    touchpoints = serializers.ListField(
        child=fields.SlugReference(Touchpoint),
        required=False,
        max_length=_MOST_PARTS,
        help_text="Touchpoints of the stage, in order.",
    )

    def to_representation(self, stage: Any) -> dict[str, Any]:
        return {
            "id": stage.pk,
            "name": stage.name,
            "touchpoints": [step.touchpoint.slug for step in stage.steps.all()],
        }


class JourneySerializer(DefinitionSerializer):
    owner = Owner(required=False, allow_null=True)
    stages = StageSerializer(  # type: ignore[call-arg]
        many=True,
        required=False,
        max_length=_MOST_PARTS,
        help_text="All stages in order. What is sent replaces the whole list; a stage left out is archived.",
    )
    parts = ("stages",)

    example = {
        "slug": "winter-tyres",
        "name": "Winter tyres",
        "stages": [{"name": "Choose", "touchpoints": ["web-shop"]}, {"name": "Fit", "touchpoints": []}],
    }

    class Meta:
        model = Journey
        fields = (*DefinitionSerializer.common, "owner", "position", "stages")

    def arrange_stages(self, journey: Journey, rows: list[dict[str, Any]]) -> None:
        wanted = [{name: value for name, value in row.items() if name != "touchpoints"} for row in rows]
        present = Stage.objects.in_use().filter(journey=journey)
        stages, left = arrange(model=Stage, present=present, wanted=wanted, match="id", journey=journey)
        for stage in left:
            before = audit.stored(stage)
            stage.archived_at = timezone.now()
            stage.save(update_fields=["archived_at"])
            audit.record("archived", stage, before=before)
        for stage, row in zip(stages, rows, strict=True):
            if "touchpoints" in row:
                self._arrange_steps(stage, row["touchpoints"])
        snapshot(journey)

    def _arrange_steps(self, stage: Any, touchpoints: list[Touchpoint]) -> None:
        if len({touchpoint.pk for touchpoint in touchpoints}) < len(touchpoints):
            raise serializers.ValidationError(f"The stage {stage.name} names a touchpoint twice. Name it once.")
        wanted = [{"touchpoint_id": touchpoint.pk} for touchpoint in touchpoints]
        present = Step.objects.filter(stage=stage)
        _, left = arrange(model=Step, present=present, wanted=wanted, match="touchpoint_id", stage=stage)
        for step in left:
            audit.record("removed", step)
            step.delete()


def _stages() -> Prefetch:
    steps = Step._base_manager.select_related("touchpoint").order_by("position", "id")
    stages = Stage._base_manager.filter(archived_at=None).order_by("position", "id")
    return Prefetch("stages", stages.prefetch_related(Prefetch("steps", steps)))


urlpatterns = [
    *endpoints("channels", ChannelSerializer),
    *endpoints("units", UnitSerializer),
    *endpoints("dimensions", DimensionSerializer),
    *endpoints("touchpoints", TouchpointSerializer, related=("channel", "unit", "owner")),
    *endpoints("journeys", JourneySerializer, related=("owner",), fetched=(_stages,)),
]
