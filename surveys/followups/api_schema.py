"""The OpenAPI description of follow-ups, which are decoded by hand."""

from typing import Any

from surveys.models import Cause, FollowUp, FollowUpStep

_MOMENT = {"type": "string", "format": "date-time"}
_LATER = {"type": ["string", "null"], "format": "date-time"}
_TEXT = {"type": "string"}
_NAME = {"type": ["string", "null"]}
_ROW: dict[str, Any] = {
    "id": {"type": "integer"},
    "version": {"type": "integer", "description": "Send it with a change: who changes an older one is told so."},
    "cause": {"type": "string", "enum": list(Cause.values)},
    "state": {"type": "string", "enum": list(FollowUp.State.values)},
    "owner": {**_NAME, "description": "The e-mail address of whose it is."},
    "customer": {**_NAME, "description": "The customer's identifier in your systems."},
    "touchpoint": _NAME,
    "channel": _NAME,
    "unit": _NAME,
    "correlation": {**_TEXT, "description": "The matter's key, in its events `followup.*` too."},
    "response": {"type": ["string", "null"], "format": "uuid", "description": "The answer that opened it."},
    "signal_at": _MOMENT,
    "opened_at": _MOMENT,
    "contact_due": _MOMENT,
    "fix_due": _MOMENT,
    "contacted_at": _LATER,
    "solved_at": _LATER,
    "confirmed_at": _LATER,
    "closed_at": _LATER,
    "wish": {**_TEXT, "description": "What would put it right, in the customer's own words."},
    "fixed": {"type": "string", "enum": ["", *FollowUp.Fixed.values]},
    "value": {"type": ["number", "null"], "description": "The score of the signal, 0-100."},
    "recovery_value": {"type": ["number", "null"], "description": "The score given after it was put right, 0-100."},
    "contacts": {"type": "integer", "minimum": 0},
    "transfers": {"type": "integer", "minimum": 0},
    "repeat_contacts": {"type": "integer", "minimum": 0},
    "repeat_cost": {"type": ["number", "null"], "description": "Null while nobody has said what a contact costs."},
    "given": {"type": "number"},
    "currency": _TEXT,
}
_STEP = {
    "type": "object",
    "required": ["kind", "at", "by", "text", "data"],
    "properties": {
        "kind": {"type": "string", "enum": list(FollowUpStep.Kind.values)},
        "at": _MOMENT,
        "by": _NAME,
        "text": _TEXT,
        "data": {"type": "object"},
    },
}
_ITEM = {
    "type": "object",
    "required": ["id", "text", "due", "confirmed_at", "done_at"],
    "properties": {
        "id": {"type": "integer"},
        "text": _TEXT,
        "due": {"type": ["string", "null"], "format": "date"},
        "confirmed_at": _LATER,
        "done_at": _LATER,
    },
}
_OBJECT = {"type": "object", "required": [*_ROW], "properties": _ROW}
_WHOLE = {
    "type": "object",
    "required": [*_ROW, "agreed", "steps"],
    "properties": {
        **_ROW,
        "agreed": {"type": "array", "items": _ITEM},
        "steps": {"type": "array", "items": _STEP, "description": "The trail, oldest first."},
    },
}
LIST_ANSWER: dict[Any, Any] = {
    (200, "application/json"): {
        "type": "object",
        "required": ["next", "results"],
        "properties": {
            "next": {
                "type": ["string", "null"],
                "format": "uri",
                "description": "The following page; null on the last.",
            },
            "results": {"type": "array", "items": _OBJECT},
        },
    }
}
WHOLE_ANSWER: dict[Any, Any] = {(200, "application/json"): _WHOLE}
MADE_ANSWER: dict[Any, Any] = {(201, "application/json"): _WHOLE}
_SLUG = {"type": ["string", "null"], "minLength": 1, "maxLength": 100}
_BY = {
    "type": ["string", "null"],
    "maxLength": 254,
    "description": "Who did it, by e-mail: a member who handles feedback. Left out, the trail names nobody.",
}
_WORDS = {"type": "string", "maxLength": 10_000}
OPEN_BODY = {
    "application/json": {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "text": {**_WORDS, "description": "Why it is opened."},
            "wish": {**_WORDS, "description": "What would put it right, in the customer's own words."},
            "customer": {"type": ["string", "null"], "minLength": 1, "maxLength": 200},
            "response": {"type": ["string", "null"], "format": "uuid", "description": "The answer it is about."},
            "touchpoint": _SLUG,
            "channel": _SLUG,
            "unit": _SLUG,
            "correlation": {"type": "string", "maxLength": 200},
            "owner": {**_BY, "description": "Whose it is to be, by e-mail. Default: whom the rules mean."},
            "by": _BY,
        },
        "example": {"text": "Called the switchboard, twice", "customer": "C-5531"},
    }
}
VERBS = (
    "assign", "thank", "contacted", "not_reached", "wish", "assess", "investigate", "offer", "agree",
    "confirm_in_writing", "item_done", "solve", "close", "reopen", "note", "invite", "answered",
)  # fmt: skip
CHANGE_BODY = {
    "application/json": {
        "type": "object",
        "required": ["do"],
        "additionalProperties": False,
        "properties": {
            "do": {"type": "string", "enum": list(VERBS)},
            "version": {
                "type": ["integer", "null"],
                "minimum": 1,
                "description": "The version you read; 409 when somebody has changed it since. Default: any.",
            },
            "by": _BY,
            "text": {**_WORDS, "description": "What was said or done; of `solve` the reply the customer reads."},
            "to": {
                "type": "string",
                "maxLength": 254,
                "description": "Of `assign` a member's e-mail; of `invite` what to, such as co-development.",
            },
            "amount": {"type": ["number", "null"], "minimum": 0, "description": "What an offer costs."},
            "items": {
                "type": "array",
                "maxItems": 50,
                "items": {
                    "type": "object",
                    "required": ["text"],
                    "additionalProperties": False,
                    "properties": {
                        "text": {"type": "string", "minLength": 1, "maxLength": 500},
                        "due": {"type": ["string", "null"], "format": "date"},
                    },
                },
                "description": "Of `agree`: what was agreed.",
            },
            "item": {"type": ["integer", "null"], "minimum": 1, "description": "Of `item_done`: which."},
            "fixed": {"type": "string", "enum": list(FollowUp.Fixed.values), "description": "Of `answered`."},
            "value": {"type": ["number", "null"], "minimum": 0, "maximum": 100, "description": "Of `answered`."},
        },
        "example": {"do": "contacted", "version": 3, "text": "Called, will come by on Friday"},
    }
}
