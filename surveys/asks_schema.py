"""The OpenAPI description of asks, which are decoded by hand."""

from typing import Any

from surveys.asking.reasons import REASONS


def _text(longest: int, description: str, *, null: bool = True) -> dict[str, Any]:
    kind: Any = ["string", "null"] if null else "string"
    return {"type": kind, "minLength": 1, "maxLength": longest, "description": description}


_REASON = {
    "type": "string",
    "description": "Empty, or a code: " + ", ".join(REASONS) + ". `quiet` stands on what is planned for later.",
}
_MOMENT = {"type": ["string", "null"], "format": "date-time"}
_BODY = {
    "type": "object",
    "required": ["survey", "customer"],
    "additionalProperties": False,
    "properties": {
        "survey": _text(100, "The identifier of a published survey.", null=False),
        "customer": _text(200, "The identifier your systems use for the customer.", null=False),
        "methods": {
            "type": "array",
            "items": {"type": "string", "enum": ["email", "sms", "ivr", "link"]},
            "minItems": 1,
            "maxItems": 4,
            "uniqueItems": True,
            "default": ["email", "sms"],
            "description": "The ways to ask, the best first; the first that the customer can be reached by is taken.",
        },
        "due_at": {
            **_MOMENT,
            "description": "When to ask, at the latest two years from now; without an offset it is local time of the"
            " organisation. Default: now.",
        },
        "touchpoint": _text(100, "The identifier of the touchpoint it is about. Default: the survey's."),
        "channel": _text(100, "The identifier of the channel."),
        "unit": _text(100, "The identifier of the unit."),
        "correlation": {"type": "string", "maxLength": 200, "description": "What it is about: a case, an order."},
        "lifetime_days": {
            "type": "integer",
            "minimum": 1,
            "maximum": 90,
            "default": 14,
            "description": "Days the invitation can be answered.",
        },
        "test": {"type": "boolean", "default": False, "description": "Nobody is asked, and the reason is `test`."},
        "dry_run": {"type": "boolean", "default": False, "description": "Only say what would be decided now."},
    },
    "example": {"survey": "after-visit", "customer": "C-5531", "methods": ["email"], "touchpoint": "tyre-change"},
}
ASK_BODY = {"application/json": _BODY}
ASK_ANSWER: dict[Any, Any] = {
    (200, "application/json"): {
        "type": "object",
        "required": ["id", "state", "reason", "explanation", "method", "due_at"],
        "properties": {
            "id": {"type": ["string", "null"], "format": "uuid", "description": "Null in a dry run."},
            "state": {"type": "string", "enum": ["planned", "skipped"]},
            "reason": _REASON,
            "explanation": {"type": "string"},
            "method": {"type": "string"},
            "due_at": {"type": "string", "format": "date-time"},
        },
        "example": {
            "id": "019aab5e-2f6b-7a80-8000-3b1f7c1d2e4f",
            "state": "skipped",
            "reason": "too_soon",
            "explanation": "Another ask is too near in time.",
            "method": "email",
            "due_at": "2026-11-22T09:30:00+02:00",
        },
    }
}
ASKS_ANSWER: dict[Any, Any] = {
    (200, "application/json"): {
        "type": "object",
        "required": ["customer", "asks", "next"],
        "properties": {
            "customer": {"type": "string"},
            "asks": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["id", "survey", "method", "state", "reason", "explanation", "decided_at", "due_at"],
                    "properties": {
                        "id": {"type": "string", "format": "uuid"},
                        "survey": {"type": "string"},
                        "method": {"type": "string"},
                        "state": {"type": "string"},
                        "reason": _REASON,
                        "explanation": {"type": "string"},
                        "decided_at": {"type": "string", "format": "date-time"},
                        "due_at": {"type": "string", "format": "date-time"},
                        "sent_at": _MOMENT,
                        "answered_at": _MOMENT,
                    },
                },
            },
            "next": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["kind", "at", "reason", "explanation"],
                    "properties": {
                        "kind": {"type": "string"},
                        "at": {**_MOMENT, "description": "Null = never."},
                        "reason": _REASON,
                        "explanation": {"type": "string"},
                    },
                },
            },
        },
    }
}
