"""The OpenAPI description of the board, of outcomes and of what is about to break."""

from typing import Any

from promises.api_schema import COUNT, MONTH, NUMBERS, SHARE
from promises.models import Promise, Status

_MOMENT: dict[str, Any] = {"type": "string", "format": "date-time"}
_NAME = {"type": ["string", "null"], "description": "Its identifier."}
_POINTS = {"type": "number", "description": "Points on 0-100."}
_GAP: dict[str, Any] = {
    "type": ["object", "null"],
    "required": ["metric", "difference", "low", "high", "n_broken", "n_kept"],
    "properties": {
        "metric": {"type": "string", "description": "What was asked, like nps/0-10."},
        "difference": {**_POINTS, "description": "Under 0: they score lower where it broke."},
        "low": _POINTS,
        "high": _POINTS,
        "n_broken": COUNT,
        "n_kept": COUNT,
    },
}
_PROMISE: dict[str, Any] = {
    "type": "object",
    "required": [
        "slug", "name", "wording", "lifecycle", "visibility", "rule", "target", "hidden", "month", "months",
        "broken_against_kept",
    ],
    "properties": {
        "slug": {"type": "string"},
        "name": {"type": "string"},
        "wording": {"type": "string"},
        "lifecycle": {"type": "string", "enum": Promise.Lifecycle.values},
        "visibility": {"type": "string", "enum": Promise.Visibility.values},
        "rule": {"type": "integer", "description": "The rule it stands for."},
        "target": {"type": "number", "description": "In per cent."},
        **NUMBERS,
        "month": MONTH,
        "months": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["month", "rate"],
                "properties": {"month": {"type": "string", "pattern": r"^\d{4}-\d{2}$"}, "rate": SHARE},
            },
        },
        "broken_against_kept": _GAP,
    },
}  # fmt: skip
BOARD_ANSWER: dict[str, Any] = {
    "type": "object",
    "required": [
        "from",
        "to",
        "channel",
        "filter",
        "judged",
        "on_target",
        "clearly_on_target",
        "clearly_short",
        "promises",
    ],
    "properties": {
        "from": {"type": "string", "format": "date"},
        "to": {"type": "string", "format": "date"},
        "channel": {"type": ["string", "null"]},
        "filter": {"type": "object", "additionalProperties": {"type": "string"}},
        "judged": COUNT | {"description": "Promises with a rate to show."},
        "on_target": COUNT | {"description": "Those of them that meet their target, as their rates stand."},
        "clearly_on_target": COUNT | {"description": "Those whose whole interval is above their target."},
        "clearly_short": COUNT | {"description": "Those whose whole interval is below their target."},
        "promises": {"type": "array", "items": _PROMISE},
    },
}
_OUTCOME: dict[str, Any] = {
    "type": "object",
    "required": ["id", "promise", "rule", "status", "reason", "opened_at", "due_at", "closed_at"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "promise": {"type": "string"},
        "rule": {"type": "integer"},
        "status": {"type": "string", "enum": Status.values},
        "reason": {"type": "string", "description": "Why it was excluded."},
        "correlation": {"type": ["string", "null"], "description": "The case, where the rule goes by cases."},
        "customer": {"type": ["string", "null"], "description": "Your identifier of the customer."},
        "touchpoint": _NAME,
        "channel": _NAME,
        "unit": _NAME,
        "opened_at": _MOMENT,
        "due_at": {**_MOMENT, "type": ["string", "null"]},
        "closed_at": {**_MOMENT, "type": ["string", "null"]},
        "told_at": {**_MOMENT, "type": ["string", "null"], "description": "When the customer was told it is late."},
        "used": {"type": ["number", "null"], "description": "Share of the time allowed that it took."},
        "dimensions": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
DUE_ANSWER: dict[str, Any] = {
    "type": "object",
    "required": ["results"],
    "properties": {"results": {"type": "array", "items": _OUTCOME}},
}
OUTCOMES_ANSWER: dict[str, Any] = {
    "type": "object",
    "required": ["next", "results"],
    "properties": {
        "next": {
            "type": ["string", "null"],
            "format": "uri",
            "description": "The address of the following page; null on the last.",
        },
        "results": {"type": "array", "items": _OUTCOME},
    },
}
