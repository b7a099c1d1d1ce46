"""What the addresses of experiments take and answer."""

from typing import Any

from django.core.exceptions import ValidationError
from rest_framework import serializers

from cxplatform.api import fields
from dashboards.experiments import lot
from dashboards.experiments.declared import LETTERS, LONGEST, offered, too_wide, variants_of
from dashboards.models import Experiment
from journeys.definitions_api import Owner
from journeys.models import Touchpoint

State = Experiment.State
_NUMBER: dict[str, Any] = {"type": ["number", "null"]}
_DAY: dict[str, Any] = {"type": ["string", "null"], "format": "date"}
TEXT: dict[str, Any] = {"type": "string"}
HEAD: dict[str, Any] = {
    "slug": TEXT,
    "name": TEXT,
    "question": TEXT,
    "owner": {"type": ["string", "null"], "format": "email"},
    "touchpoint": TEXT,
    "metric": TEXT,
    "property": {"type": "string", "description": "The property in which events and answers carry the variant."},
    "state": {"type": "string", "enum": list(State.values)},
    "started": _DAY,
    "stopped": _DAY,
    "least": {"type": "number"},
    "planned": {"type": "integer", "minimum": 0, "description": "Customers of each variant; 0 until it is started."},
}
_VARIANT: dict[str, Any] = {
    "key": TEXT,
    "name": TEXT,
    "n": {"type": "integer", "minimum": 0, "description": "Customers, each counted by the first answer."},
    "answers": {"type": "integer", "minimum": 0, "description": "How many answers they gave in all."},
    "score": _NUMBER,
    "low": _NUMBER,
    "high": _NUMBER,
    "difference": _NUMBER,
    "difference_low": _NUMBER,
    "difference_high": _NUMBER,
    "verdict": {"type": ["string", "null"], "enum": ["better", "worse", "no_clear_difference", "not_yet", None]},
}


def of_properties(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


ONE = of_properties(
    {
        **HEAD,
        "verdict": {
            "type": "string",
            "enum": ["better", "worse", "no_clear_difference", "not_yet"],
            "description": "Of the whole: of the variant that differs most clearly from the first.",
        },
        "best": {"type": ["string", "null"], "description": "The key of that variant, where one differs clearly."},
        "uneven": {"type": "boolean", "description": "Customers are split as no lot splits them: believe no figure."},
        "change": {"type": ["integer", "null"], "description": "The dated change that came of it (/changes)."},
        "improvement": {"type": ["integer", "null"], "description": "The improvement that came of it."},
        "variants": {"type": "array", "items": of_properties(_VARIANT)},
    }
)
LIST = of_properties({"experiments": {"type": "array", "items": of_properties(HEAD)}})


class DeclareSerializer(fields.StrictSerializer):
    """What an experiment is judged by, declared before its first answer: its identifier is made of the name. The first
    of the `variants` is what there is now; the others are compared with it."""

    name = fields.Text(max_length=200)
    question = fields.Text(required=False, allow_blank=True, max_length=2_000, help_text="What you want to know.")
    touchpoint = fields.SlugReference(Touchpoint)
    variants = serializers.ListField(
        child=fields.Text(max_length=LONGEST), min_length=2, max_length=len(LETTERS), help_text="Their names."
    )
    metric = fields.Choice(choices=offered(), help_text="What it is judged by.")
    least = fields.Number(
        min_value=0.01,
        max_value=200,
        help_text="The smallest difference worth finding, in the score's unit: points of NPS, percentage points, steps"
        " of a mean. A smaller one takes more answers.",
    )
    owner = Owner(required=False, allow_null=True)

    example = {
        "name": "Checkout in two steps",
        "touchpoint": "web-shop",
        "variants": ["One page", "Two pages"],
        "metric": "nps/0-10",
        "least": 10,
    }

    def validate_variants(self, names: list[str]) -> list[dict[str, str]]:
        try:
            return variants_of(names)
        except ValidationError as error:
            raise serializers.ValidationError(error.messages) from None

    def validate(self, told: dict[str, Any]) -> dict[str, Any]:
        least, of = (told.get(name, getattr(self.instance, name, None)) for name in ("least", "metric"))
        if least is not None and of and (wrong := too_wide(least, of=of)):
            raise serializers.ValidationError({"least": [wrong]})
        return told


class ExperimentMoveSerializer(fields.StrictSerializer):
    """Where an experiment goes: `running` starts it, and `stopped` ends it for good."""

    state = fields.Choice(choices=[State.RUNNING, State.STOPPED])

    example = {"state": "running"}


class AssignSerializer(fields.StrictSerializer):
    """One of the two: a customer's number, or an id of your own for a visitor whom nobody knows yet."""

    customer = fields.Text(required=False, max_length=lot.LONGEST)
    visitor = fields.Text(required=False, max_length=lot.LONGEST)

    example = {"customer": "A10001"}

    def validate(self, told: dict[str, Any]) -> dict[str, Any]:
        if bool(told.get("customer")) == bool(told.get("visitor")):
            raise serializers.ValidationError({"customer": ["Send a customer or a visitor: one of them."]})
        return told
