"""The OpenAPI description of compliance."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from promises.models import Rule

COUNT = {"type": "integer", "minimum": 0}
SHARE = {"type": ["number", "null"], "minimum": 0, "maximum": 100, "description": "In per cent; null without n."}
NUMBERS: dict[str, Any] = {
    "hidden": {"type": "boolean", "description": "So few are counted that nothing more is told."},
    "n": COUNT | {"description": "Kept and broken: what the rate is worked out from."},
    "kept": COUNT,
    "kept_by_fallback": COUNT,
    "broken": COUNT,
    "excluded": COUNT,
    "rate": SHARE,
    "low": SHARE,
    "high": SHARE,
    "verdict": {"type": "string", "enum": ["better", "worse", "no_clear_change", "not_enough"]},
    "on_target": {"type": ["boolean", "null"]},
    "excluded_flag": {"type": "boolean", "description": "Over 5 % were excluded."},
}
MONTH: dict[str, Any] = {
    "type": "object",
    "description": "The current calendar month of everybody, whatever the filters.",
    "properties": {
        "n": COUNT,
        "broken": COUNT,
        "pending": COUNT,
        "may_still_fail": {"type": ["integer", "null"], "minimum": 0},
        "budget_used": {"type": ["number", "null"], "minimum": 0, "description": "In per cent."},
    },
}
_GROUP = {
    "type": "object",
    "required": ["value", "hidden"],
    "properties": {"value": {"type": ["string", "null"]}, **NUMBERS},
}
_SOME = {"type": ["integer", "null"], "minimum": 0}
_MOMENT = {"type": ["string", "null"], "format": "date-time"}
_RULE: dict[str, Any] = {
    "type": "object",
    "required": ["id", "part", "wording", "kind", "target", "hidden", "month"],
    "properties": {
        "id": {"type": "integer"},
        "part": {"type": "string", "enum": ["promise", "instruction", "instruction_target"]},
        "wording": {"type": "string"},
        "kind": {"type": "string", "enum": Rule.Kind.values},
        "target": {"type": "number", "description": "In per cent."},
        "version": {"type": "integer", "minimum": 1},
        **NUMBERS,
        "exceeded": _SOME | {"description": "Kept with so much of the time left as the promise sets; null if hidden."},
        "near_misses": _SOME | {"description": "Kept with hardly any time left; null if hidden."},
        "month": MONTH,
        "groups": {"type": "array", "items": _GROUP, "description": "With `by`."},
    },
}
COMPLIANCE_ANSWER: dict[str, Any] = {
    "type": "object",
    "required": ["promise", "from", "to", "channel", "filter", "by", "rules"],
    "properties": {
        "promise": {
            "type": "object",
            "required": ["slug", "name", "wording", "lifecycle"],
            "properties": {
                "slug": {"type": "string"},
                "name": {"type": "string"},
                "wording": {"type": "string"},
                "lifecycle": {"type": "string", "enum": ["draft", "pilot", "public", "retired"]},
            },
        },
        "from": {"type": "string", "format": "date"},
        "to": {"type": "string", "format": "date"},
        "channel": {"type": ["string", "null"]},
        "filter": {"type": "object", "additionalProperties": {"type": "string"}},
        "by": {"type": ["string", "null"]},
        "rules": {"type": "array", "items": _RULE},
        "earlier": {
            "type": "array",
            "items": {
                **_RULE,
                "properties": {**_RULE["properties"], "valid_from": _MOMENT, "valid_until": _MOMENT},
            },
            "description": "Versions that are no longer in force.",
        },
    },
}
COMPLIANCE_PARAMETERS = [
    OpenApiParameter("from", OpenApiTypes.DATE, description="First day, by due time. Default: 90 days up to `to`."),
    OpenApiParameter("to", OpenApiTypes.DATE, description="Last day, counted too. Default: today."),
    OpenApiParameter("by", str, description="Divide by channel, unit, touchpoint, month or a dimension's identifier."),
    OpenApiParameter("channel", str, description="Only this channel, by its identifier."),
    OpenApiParameter("unit", str, description="Only this unit, by its identifier."),
    OpenApiParameter("touchpoint", str, description="Only this touchpoint, by its identifier."),
    OpenApiParameter(
        "dimension",
        {"type": "object", "additionalProperties": {"type": "string"}},
        style="form",
        explode=True,
        description="Only one value of a dimension: its identifier is the parameter's name, as in `priority=high`.",
    ),
]
