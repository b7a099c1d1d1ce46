"""The OpenAPI description of events, which are decoded by hand for speed."""

from typing import Any

DRY_RUN = {"type": "string", "enum": ["0", "1"], "default": "0"}


def _text(longest: int, description: str, *, empty: bool = True) -> dict[str, Any]:
    kind = {"type": ["string", "null"]} if empty else {"type": "string", "minLength": 1}
    return kind | {"maxLength": longest, "description": description}


EVENT: dict[str, Any] = {
    "type": "object",
    "required": ["id", "type"],
    "additionalProperties": False,
    "properties": {
        "id": _text(200, "Unique within the source. The same id again is the same event.", empty=False),
        "type": _text(100, "What happened, for example order.placed.", empty=False),
        "source": _text(100, "The system that tells of it. Default: the name of the key."),
        "time": {
            "type": ["string", "null"],
            "format": "date-time",
            "description": "When it happened; without an offset it is local time of the organisation. Default: now."
            " From the year 2000 to 24 hours ahead.",
        },
        "sequence": {
            "type": ["integer", "null"],
            "minimum": -(2**63),
            "maximum": 2**63 - 1,
            "description": "Order among events of the same time.",
        },
        "customer": _text(200, "The identifier your systems use for the customer."),
        "touchpoint": _text(300, "The identifier of the touchpoint."),
        "channel": _text(300, "The identifier of the channel. Default: the touchpoint's."),
        "unit": _text(300, "The identifier of the unit. Default: the touchpoint's."),
        "correlation": _text(200, "What belongs together: a case, an order, a visit."),
        "properties": {
            "type": ["object", "null"],
            "additionalProperties": True,
            "description": "Data of your own: dimensions, and what promises are tested by.",
        },
    },
    "example": {
        "id": "order-10042-placed",
        "type": "order.placed",
        "time": "2026-11-20T10:15:00+02:00",
        "customer": "C-5531",
        "touchpoint": "web-shop",
        "correlation": "order-10042",
        "properties": {"segment": "consumer", "total": 412.5},
    },
}
EVENTS_BODY = {
    "application/json": {
        "anyOf": [
            EVENT,
            {"type": "array", "items": EVENT, "maxItems": 5000},
            {
                "type": "object",
                "required": ["events"],
                "additionalProperties": False,
                "properties": {"events": {"type": "array", "items": EVENT, "maxItems": 5000}},
            },
        ]
    },
    "application/x-ndjson": {"type": "string", "description": "One event a line."},
}
REJECTED: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["index", "id", "errors"],
        "properties": {
            "index": {"type": "integer", "minimum": 0, "description": "Its place in what was sent, from 0."},
            "id": {"type": "string"},
            "errors": {
                "type": "object",
                "additionalProperties": {"type": "string"},
                "description": "By field, what is wrong and what to do.",
            },
        },
    },
}
_COUNT = {"type": "integer", "minimum": 0}
EVENTS_ANSWER: dict[Any, Any] = {
    (200, "application/json"): {
        "type": "object",
        "required": ["accepted", "duplicates", "rejected"],
        "properties": {
            "accepted": _COUNT | {"description": "Events stored now, for good."},
            "duplicates": _COUNT | {"description": "Events that had been sent before: nothing was changed."},
            "rejected": REJECTED,
            "dry_run": {"type": "boolean", "description": "There when nothing was stored."},
            "explanations": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["index", "id", "outcome", "explanation"],
                    "properties": {
                        "index": _COUNT,
                        "id": {"type": "string"},
                        "outcome": {"type": "string", "enum": ["accepted", "duplicate"]},
                        "explanation": {"type": "array", "items": {"type": "string"}},
                    },
                },
            },
        },
        "example": {
            "accepted": 1,
            "duplicates": 0,
            "rejected": [{"index": 1, "id": "", "errors": {"id": "This field is required."}}],
        },
    }
}

_DIMENSION = {"type": ["string", "number", "boolean", "null"], "maxLength": 200, "minLength": 1}
_CUSTOMER: dict[str, Any] = {
    "name": {"type": "string", "maxLength": 200},
    "email": {"type": "string", "maxLength": 254, "description": "An address, or an empty text for none."},
    "phone": {"type": "string", "maxLength": 50},
    "locale": {"type": "string", "maxLength": 10, "description": "The language to ask in, for example fi."},
    "account": {"type": "string", "maxLength": 200, "description": "The company the customer belongs to."},
    "role": {"type": "string", "maxLength": 100, "description": "The customer's role in the account."},
    "preferred_channel": {
        "type": "string",
        "maxLength": 100,
        "description": "The identifier of the channel the customer has chosen, or an empty text for none.",
    },
    "ambassador_at": {
        "type": ["string", "null"],
        "format": "date-time",
        "description": "Since when the customer is our ambassador; null for none.",
    },
    "dimensions": {
        "type": "object",
        "maxProperties": 50,
        "propertyNames": {"minLength": 1, "maxLength": 100},
        "additionalProperties": _DIMENSION,
        "description": "By the identifier of a dimension, the customer's value. null takes it away.",
    },
}
CUSTOMER_BODY = {
    "application/json": {
        "type": "object",
        "additionalProperties": False,
        "properties": _CUSTOMER,
        "example": {"name": "Aino Virta", "locale": "fi", "dimensions": {"segment": "consumer"}},
    }
}
_NAMED: dict[str, Any] = {
    "type": "object",
    "required": ["external_id"],
    "additionalProperties": False,
    "properties": {"external_id": {"type": "string", "minLength": 1, "maxLength": 200}} | _CUSTOMER,
    "example": {"external_id": "C-5531", "name": "Aino Virta", "dimensions": {"segment": "consumer"}},
}
CUSTOMERS_BODY = {
    "application/json": {
        "anyOf": [
            _NAMED,
            {"type": "array", "items": _NAMED, "maxItems": 1000},
            {
                "type": "object",
                "required": ["customers"],
                "additionalProperties": False,
                "properties": {"customers": {"type": "array", "items": _NAMED, "maxItems": 1000}},
            },
        ]
    }
}
CUSTOMERS_ANSWER: dict[Any, Any] = {
    (200, "application/json"): {
        "type": "object",
        "required": ["created", "updated", "rejected"],
        "properties": {"created": _COUNT, "updated": _COUNT, "rejected": REJECTED},
        "example": {"created": 1, "updated": 0, "rejected": []},
    }
}
MERGE_BODY = {
    "application/json": {
        "type": "object",
        "required": ["external_id"],
        "additionalProperties": False,
        "properties": {"external_id": {"type": "string", "minLength": 1, "maxLength": 200}},
        "example": {"external_id": "C-7712"},
    }
}
_ROWS = {"type": "array", "items": {"type": "object", "additionalProperties": True}}
EXPORT_ANSWER: dict[Any, Any] = {
    (200, "application/json"): {
        "type": "object",
        "required": ["exported_at", "customer"],
        "properties": {
            "exported_at": {"type": "string", "format": "date-time"},
            "customer": {"type": "object", "additionalProperties": True},
        },
        "additionalProperties": _ROWS,
        "example": {"exported_at": "2026-11-22T09:30:00+00:00", "customer": {"external_id": "C-5531"}, "events": []},
    }
}
