"""The OpenAPI description of scores and heatmap."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

_VALUE: dict[str, Any] = {"type": ["number", "null"]}
_NUMBERS: dict[str, Any] = {
    "hidden": {"type": "boolean", "description": "So few answered that nothing more is told."},
    "n": {"type": "integer", "minimum": 0},
    "score": _VALUE | {"description": "In the unit of the metric; null without answers."},
    "low": _VALUE,
    "high": _VALUE,
    "shares": {
        "type": "object",
        "additionalProperties": {"type": "number"},
        "description": "Per cent of n by part of the scale (promoters, easy ...).",
    },
    "beside": {
        "type": "object",
        "additionalProperties": {"type": "object", "properties": {"score": _VALUE, "low": _VALUE, "high": _VALUE}},
        "description": "What the metric puts beside the leading number (its mean, its net ...).",
    },
}
HEAD: dict[str, Any] = {
    "metric": {"type": "string", "description": "With its scale, as in nps/0-10."},
    "unit": {"type": "string", "enum": ["points", "percent", "mean"]},
    "from": {"type": "string", "format": "date"},
    "to": {"type": "string", "format": "date"},
    "filter": {"type": "object", "additionalProperties": {"type": "string"}},
}
SCORES_ANSWER: dict[str, Any] = {
    "type": "object",
    "required": [*HEAD, "by", "total"],
    "properties": {
        **HEAD,
        "by": {"type": ["string", "null"]},
        "total": {"type": "object", "required": ["hidden"], "properties": _NUMBERS},
        "groups": {
            "type": "array",
            "description": "With `by`; none where the total is hidden.",
            "items": {
                "type": "object",
                "required": ["value", "name", "hidden"],
                "properties": {"value": {"type": ["string", "null"]}, "name": {"type": "string"}, **_NUMBERS},
            },
        },
    },
}
_STAGE = {
    "type": "object",
    "required": ["id", "name", "touchpoints", "target", "verdict", "change", "worst", "last_answer", "hidden"],
    "properties": {
        "id": {"type": "integer"},
        "name": {"type": "string"},
        "touchpoints": {"type": "array", "items": {"type": "string"}},
        "target": _VALUE,
        "verdict": {
            "type": ["string", "null"],
            "enum": ["better", "worse", "no_clear_change", "not_enough", None],
            "description": "Of the comparison asked for, false discoveries over all stages controlled.",
        },
        "change": {
            "type": ["object", "null"],
            "properties": dict.fromkeys(("difference", "low", "high"), _VALUE),
            "description": "In the unit of the metric, with its 95 % interval.",
        },
        "worst": {
            "type": ["object", "null"],
            "properties": {"touchpoint": {"type": "string"}, "score": {"type": "number"}},
        },
        "last_answer": {"type": ["string", "null"], "format": "date"},
        **_NUMBERS,
    },
}
HEATMAP_ANSWER: dict[str, Any] = {
    "type": "object",
    "required": [*HEAD, "against", "compared_from", "compared_to", "journeys"],
    "properties": {
        **HEAD,
        "against": {"type": "string", "enum": ["target", "season", "previous", "baseline"]},
        "compared_from": {"type": ["string", "null"], "format": "date", "description": "Null against targets."},
        "compared_to": {"type": ["string", "null"], "format": "date"},
        "journeys": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["slug", "name", "stages"],
                "properties": {
                    "slug": {"type": "string"},
                    "name": {"type": "string"},
                    "stages": {"type": "array", "items": _STAGE},
                },
            },
        },
    },
}
FILTERS = [
    OpenApiParameter("metric", str, description="nps, ces, fcr ..., or one with its scale; image/3:reliable."),
    OpenApiParameter("from", OpenApiTypes.DATE, description="First day. Default: 90 days up to today."),
    OpenApiParameter("to", OpenApiTypes.DATE, description="Last day, counted too. Default: today."),
    OpenApiParameter("journey", str, description="Only this journey, by its identifier."),
    OpenApiParameter("touchpoint", str, description="Only this touchpoint, by its identifier."),
    OpenApiParameter("channel", str, description="Only this channel, by its identifier."),
    OpenApiParameter("unit", str, description="Only this unit, by its identifier."),
    OpenApiParameter(
        "dimension",
        {"type": "object", "additionalProperties": {"type": "string"}},
        style="form",
        explode=True,
        description="Only one value of a dimension: its identifier is the parameter's name, as in `priority=high`.",
    ),
]
HEATMAP_PARAMETERS = [
    *FILTERS,
    OpenApiParameter(
        "against",
        str,
        description="What to compare with: target (default), season (the same days a year before), previous (as many "
        "days right before), baseline (the newest) or baseline:<identifier>.",
    ),
]
SCORES_PARAMETERS = [
    OpenApiParameter(
        "by",
        str,
        description="Divide by touchpoint, stage, journey, channel, unit, day, month or a dimension's identifier.",
    ),
    *FILTERS,
]
_NONE_OR_COUNT: dict[str, Any] = {"type": ["integer", "null"], "minimum": 0}
CHOICES_ANSWER: dict[str, Any] = {
    "type": "object",
    "required": ["from", "to", "filter", "questions"],
    "properties": {
        **{name: HEAD[name] for name in ("from", "to", "filter")},
        "questions": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["survey", "question", "kind", "title", "hidden", "n", "options"],
                "properties": {
                    "survey": {
                        "type": ["string", "null"],
                        "description": "Its identifier; null for an image word, which is counted over all surveys.",
                    },
                    "question": {"type": "string", "description": "The question's key."},
                    "kind": {"type": "string", "enum": ["one", "many", "image"]},
                    "title": {"type": "string"},
                    "hidden": {"type": "boolean"},
                    "n": _NONE_OR_COUNT,
                    "options": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["option", "label", "hidden", "n", "count", "share", "low", "high"],
                            "properties": {
                                "option": {"type": "string"},
                                "label": {"type": "string"},
                                "hidden": {"type": "boolean"},
                                "n": _NONE_OR_COUNT,
                                "count": _NONE_OR_COUNT,
                                **dict.fromkeys(("share", "low", "high"), _VALUE),
                            },
                        },
                    },
                },
            },
        },
    },
}
CHOICES_PARAMETERS = FILTERS[1:]
