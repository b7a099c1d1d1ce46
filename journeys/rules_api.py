"""Rules on events over REST."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cxplatform.api import fields
from journeys.conditions import OPERATORS
from journeys.definitions_api import DefinitionSerializer, endpoints
from journeys.models import EventRule, Touchpoint, Unit
from journeys.models.rules import MOST_LANGUAGES

_CONDITION = {
    "type": "array",
    "maxItems": 20,
    "description": "Tests of the event's properties, all of which must pass.",
    "items": {
        "type": "object",
        "required": ["property"],
        "additionalProperties": False,
        "properties": {
            "property": {"type": "string", "minLength": 1},
            "operator": {"type": "string", "enum": [one for one in OPERATORS if one != "all"], "default": "eq"},
            "value": {"description": "A text, a number, true or false; a list of them for in; none for present."},
        },
    },
    "example": [{"property": "pressure_bar", "operator": "lt", "value": 1.8}],
}
_TEXTS = {
    "type": "object",
    "maxProperties": MOST_LANGUAGES,
    "description": "What the customer is told, by language. {name} and {company} are filled in. {} = nothing.",
    "additionalProperties": {
        "type": "object",
        "required": ["text"],
        "additionalProperties": False,
        "properties": {
            "subject": {"type": "string", "maxLength": 200},
            "text": {"type": "string", "minLength": 1, "maxLength": 4000},
        },
    },
    "example": {"en": {"subject": "Tyre pressure", "text": "Please check the pressure of your tyres."}},
}


@extend_schema_field(_CONDITION)
class Conditions(serializers.JSONField):
    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, list):
            raise serializers.ValidationError("Send a list of tests, or [] for none.")
        return super().to_internal_value(data)


@extend_schema_field(_TEXTS)
class Texts(serializers.JSONField):
    pass


class EventRuleSerializer(DefinitionSerializer):
    at_touchpoint = fields.SlugReference(Touchpoint, required=False, allow_null=True)
    opens_touchpoint = fields.SlugReference(Touchpoint, required=False, allow_null=True)
    opens_unit = fields.SlugReference(Unit, required=False, allow_null=True)
    conditions = Conditions(required=False)
    texts = Texts(required=False)

    example = {
        "slug": "low-tyre",
        "name": "Low tyre",
        "event_type": "tyre.pressure_low",
        "conditions": [{"property": "pressure_bar", "operator": "lt", "value": 1.8}],
        "opens_touchpoint": "web-shop",
        "opens_unit": "turku",
        "texts": {"en": {"subject": "Tyre pressure", "text": "Please check the pressure of your tyres."}},
        "quiet_hours": 24,
    }

    class Meta:
        model = EventRule
        fields = (
            *DefinitionSerializer.common, "event_type", "at_touchpoint", "conditions", "opens_touchpoint", "opens_unit",
            "opens_type", "texts", "quiet_hours", "latest_hours", "active",
        )  # fmt: skip
        extra_kwargs = {
            "event_type": {"help_text": "The type of event that sets it off."},
            "opens_type": {"help_text": "The type of the event that is made when an encounter is opened."},
            "quiet_hours": {"help_text": "Within these the same customer (or case) sets it off once."},
            "latest_hours": {"help_text": "Events heard of later than this set nothing off."},
        }


urlpatterns = endpoints("event-rules", EventRuleSerializer, related=("at_touchpoint", "opens_touchpoint", "opens_unit"))
