"""The OpenAPI description of unsolicited feedback."""

from typing import Any


def _text(longest: int, description: str, **more: Any) -> dict[str, Any]:
    return {"type": ["string", "null"], "maxLength": longest, "description": description, **more}


PIECE: dict[str, Any] = {
    "type": "object",
    "required": ["id", "source"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string", "minLength": 1, "maxLength": 200, "description": "The id that the source gives it."},
        "source": {
            "type": "string",
            "minLength": 1,
            "maxLength": 40,
            "description": "Where it was said: google, facebook, e-mail ...",
        },
        "text": _text(10_000, "What was said. A text, a rating or both."),
        "rating": {"type": ["number", "null"], "description": "On its own scale, which is sent with it."},
        "rating_scale": _text(10, "The lowest and the highest value of the rating, as in 1-5."),
        "link": _text(2_000, "The page on which it stands, beginning with https:// or http://."),
        "author": _text(200, "The name its author shows there."),
        "time": _text(
            40, "When; without an offset it is local time of the organisation. Default: now.", format="date-time"
        ),
        "language": _text(10, "The language it is written in."),
        "customer": _text(200, "The identifier your systems use for the customer, where it is known."),
        "touchpoint": _text(300, "The identifier of the touchpoint it is about."),
        "channel": _text(300, "The identifier of the channel. Default: the touchpoint's."),
        "unit": _text(300, "The identifier of the unit. Default: the touchpoint's."),
    },
}
_EXAMPLE = {
    "id": "review-8812",
    "source": "google",
    "text": "Renkaat vaihtuivat vartissa.",
    "rating": 5,
    "rating_scale": "1-5",
    "link": "https://maps.example.com/reviews/8812",
    "author": "Maija M.",
    "time": "2026-11-22T09:30:00+02:00",
    "touchpoint": "tyre-change",
}
FEEDBACK_BODY = {
    "application/json": {
        "oneOf": [
            PIECE,
            {"type": "array", "maxItems": 1000, "items": PIECE},
            {
                "type": "object",
                "required": ["feedback"],
                "additionalProperties": False,
                "properties": {"feedback": {"type": "array", "maxItems": 1000, "items": PIECE}},
            },
        ],
        "example": _EXAMPLE,
    }
}
_INTEGER = {"type": "integer", "minimum": 0}
FEEDBACK_ANSWER: dict[Any, Any] = {
    (200, "application/json"): {
        "type": "object",
        "required": ["accepted", "duplicates", "rejected"],
        "properties": {
            "accepted": _INTEGER | {"description": "Pieces stored now, for good."},
            "duplicates": _INTEGER | {"description": "Pieces that had been sent before: the first one stays."},
            "rejected": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["index", "id", "errors"],
                    "properties": {
                        "index": _INTEGER | {"description": "Its place in what was sent, from 0."},
                        "id": {"type": "string"},
                        "errors": {
                            "type": "object",
                            "additionalProperties": {"type": "string"},
                            "description": "By field, what is wrong and what to do.",
                        },
                    },
                },
            },
        },
        "example": {"accepted": 1, "duplicates": 0, "rejected": []},
    }
}
