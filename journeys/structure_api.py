"""Channels, units, dimensions, touchpoints, personas and processes over REST."""

from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cxplatform.api import fields
from journeys.definitions_api import DefinitionSerializer, Owner, endpoints
from journeys.designs_api import EMOTION
from journeys.exchange.apply import set_offers
from journeys.hours import MOST_LANGUAGES, WEEKDAYS
from journeys.links import set_links
from journeys.models import (
    TAGS,
    Channel,
    Dimension,
    Persona,
    Process,
    ProcessTouchpoint,
    Touchpoint,
    TouchpointChannel,
    Unit,
)
from journeys.models.blueprint import MOST_WAITING

_MOST_PARTS = 200
_TIME = {"type": "string", "pattern": r"^([01]\d|2[0-4]):[0-5]\d$"}
_SPANS = {"type": "array", "items": {"type": "array", "items": _TIME, "minItems": 2, "maxItems": 2}}
_HOURS = {
    "type": "object",
    "description": "By weekday, pairs of opening and closing time; {} = not told.",
    "additionalProperties": False,
    "properties": dict.fromkeys(WEEKDAYS, _SPANS),
    "example": {"mon": [["08:00", "16:00"]], "sat": [["10:00", "14:00"]]},
}


@extend_schema_field(_HOURS)
class Hours(serializers.JSONField):
    pass


@extend_schema_field({"type": "object", "additionalProperties": _HOURS, "description": "Hours by language."})
class LanguageHours(serializers.JSONField):
    pass


class ChannelSerializer(DefinitionSerializer):
    hours = Hours(required=False)
    languages = serializers.ListField(
        child=fields.Text(max_length=10), required=False, max_length=MOST_LANGUAGES, help_text="Codes such as fi, sv."
    )
    language_hours = LanguageHours(required=False)
    example = {"slug": "web", "name": "Web", "digital": True, "languages": ["fi", "en"]}

    class Meta:
        model = Channel
        fields = (
            *DefinitionSerializer.common,
            "digital",
            "hours",
            "languages",
            "language_hours",
            "cost_per_contact",
            "message_by",
        )


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


class OfferSerializer(fields.StrictSerializer):
    """A further channel a touchpoint is offered through, and how well it works there."""

    channel = fields.SlugReference(Channel)
    strength = fields.Whole(min_value=1, max_value=5, required=False, allow_null=True)


def _tags(name: str) -> serializers.ListField:
    return serializers.ListField(
        child=fields.Choice(choices=TAGS[name].choices), required=False, max_length=len(TAGS[name].choices)
    )


class TouchpointSerializer(DefinitionSerializer):
    channel = fields.SlugReference(Channel, required=False, allow_null=True)
    unit = fields.SlugReference(Unit, required=False, allow_null=True)
    owner = Owner(required=False, allow_null=True)
    waiting_minutes = fields.Whole(
        min_value=0, max_value=MOST_WAITING, required=False, allow_null=True, help_text="Meant; null = nobody waits."
    )
    emotion = fields.Whole(**EMOTION, help_text="Designed, from -2 to 2.")
    mix, drivers, needs = _tags("mix"), _tags("drivers"), _tags("needs")
    channels = OfferSerializer(  # type: ignore[call-arg]
        many=True, required=False, max_length=50, source="offered", help_text="Further channels. Replaces the list."
    )
    parts = ("offered",)

    example = {"slug": "web-shop", "name": "Web shop", "channel": "web", "unit": "turku", "emotion": 1}

    class Meta:
        model = Touchpoint
        fields = (
            *DefinitionSerializer.common,
            "channel",
            "unit",
            "owner",
            "role",
            "by",
            "interactivity",
            "waiting_minutes",
            "evidence",
            "peer_help",
            "emotion",
            "mix",
            "drivers",
            "needs",
            "channels",
        )

    def arrange_offered(self, touchpoint: Touchpoint, rows: list[dict[str, Any]]) -> None:
        if len({row["channel"].pk for row in rows}) < len(rows):
            raise serializers.ValidationError("A channel is named twice. Name it once.")
        set_offers(touchpoint, [(row["channel"], row.get("strength")) for row in rows])


class PersonaSerializer(DefinitionSerializer):
    dimension = fields.SlugReference(Dimension, required=False, allow_null=True)
    example = {"slug": "busy-parent", "name": "Busy parent", "goals": "Get it done in one go", "dimension": None}

    class Meta:
        model = Persona
        fields = (
            *DefinitionSerializer.common,
            "goals",
            "needs",
            "challenges",
            "delights",
            "fears",
            "dimension",
            "value",
        )


class ProcessSerializer(DefinitionSerializer):
    owner = Owner(required=False, allow_null=True)
    unit = fields.SlugReference(Unit, required=False, allow_null=True)
    touchpoints = serializers.ListField(
        child=fields.SlugReference(Touchpoint), required=False, max_length=_MOST_PARTS, source="touchpoints_of"
    )
    parts = ("touchpoints_of",)
    example = {"slug": "billing", "name": "Billing", "system": "ERP", "touchpoints": ["web-shop"]}

    class Meta:
        model = Process
        fields = (*DefinitionSerializer.common, "owner", "unit", "system", "review_on", "touchpoints")

    def to_representation(self, process: Any) -> dict[str, Any]:
        process.touchpoints_of = [link.touchpoint for link in process.serves.all()]
        return super().to_representation(process)

    def arrange_touchpoints_of(self, process: Process, touchpoints: list[Touchpoint]) -> None:
        set_links(
            model=ProcessTouchpoint,
            of=process,
            mine="process",
            theirs="touchpoint",
            wanted=dict.fromkeys(touchpoints),
        )


def _offered() -> Prefetch:
    return Prefetch("offered", TouchpointChannel._base_manager.select_related("channel").order_by("channel__slug"))


def _serves() -> Prefetch:
    return Prefetch("serves", ProcessTouchpoint._base_manager.select_related("touchpoint").order_by("touchpoint__slug"))


urlpatterns = [
    *endpoints("channels", ChannelSerializer),
    *endpoints("units", UnitSerializer),
    *endpoints("dimensions", DimensionSerializer),
    *endpoints("personas", PersonaSerializer, related=("dimension",)),
    *endpoints("processes", ProcessSerializer, related=("owner", "unit"), fetched=(_serves,)),
    *endpoints("touchpoints", TouchpointSerializer, related=("channel", "unit", "owner"), fetched=(_offered,)),
]
