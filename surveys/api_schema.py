"""The OpenAPI description of responses, which are decoded by hand for speed."""

from typing import Any


def _text(longest: int, description: str) -> dict[str, Any]:
    return {"type": ["string", "null"], "maxLength": longest, "description": description}


_INTEGER = {"type": "integer", "minimum": 0}
SUBMISSION: dict[str, Any] = {
    "type": "object",
    "required": ["submission_id", "survey", "answers"],
    "additionalProperties": False,
    "properties": {
        "submission_id": {
            "type": "string",
            "minLength": 1,
            "maxLength": 100,
            "description": "An id of your own. The same id again is the same response.",
        },
        "survey": {"type": "string", "maxLength": 100, "description": "The identifier of a published survey."},
        "answers": {
            "type": "object",
            "additionalProperties": {"type": ["number", "string", "array", "null"], "items": {"type": "string"}},
            "description": "By question key: a whole number on the scale, the name of a choice, a list of names where"
            " several may be chosen, or a text. The answer to a profile question (profile:segment) is taken of a known"
            " customer only, and becomes their value of the dimension where they have none.",
        },
        "texts": {
            "type": ["object", "null"],
            "additionalProperties": {"type": "string"},
            "description": "Open answers by question key; they may stand in answers as well.",
        },
        "version": {
            "type": ["integer", "null"],
            "minimum": 1,
            "description": "The version of the survey that was shown. Default: the newest.",
        },
        "answered_at": {
            "type": ["string", "null"],
            "format": "date-time",
            "description": "When; without an offset it is local time of the organisation. Default: now."
            " From the year 2000 to 24 hours ahead.",
        },
        "customer": _text(200, "The identifier your systems use for the customer."),
        "touchpoint": _text(300, "The identifier of the touchpoint. Default: the survey's."),
        "channel": _text(300, "The identifier of the channel. Default: the touchpoint's."),
        "unit": _text(300, "The identifier of the unit. Default: the touchpoint's."),
        "correlation": _text(200, "What belongs together: a case, an order, a visit."),
        "language": _text(10, "The language the respondent was asked in."),
        "audience": {
            "type": ["string", "null"],
            "enum": ["customer", "employee", None],
            "description": "Who answered. Default: whom the survey is for.",
        },
        "properties": {
            "type": ["object", "null"],
            "additionalProperties": True,
            "description": "Data of your own; values of the declared dimensions are kept with the answer.",
        },
        "test": {"type": "boolean", "default": False, "description": "A test is kept and counts nowhere."},
    },
    "example": {
        "submission_id": "till-7-2026-11-20-0042",
        "survey": "after-visit",
        "answers": {"nps": 9, "reason": "Quick and friendly"},
        "answered_at": "2026-11-20T10:15:00+02:00",
        "customer": "C-5531",
        "touchpoint": "tyre-change",
        "properties": {"segment": "consumer"},
    },
}
RESPONSES_BODY = {
    "application/json": {
        "anyOf": [
            SUBMISSION,
            {"type": "array", "items": SUBMISSION, "maxItems": 1000},
            {
                "type": "object",
                "required": ["responses"],
                "additionalProperties": False,
                "properties": {"responses": {"type": "array", "items": SUBMISSION, "maxItems": 1000}},
            },
        ]
    }
}
RESPONSES_ANSWER: dict[Any, Any] = {
    (200, "application/json"): {
        "type": "object",
        "required": ["accepted", "duplicates", "rejected", "responses"],
        "properties": {
            "accepted": _INTEGER | {"description": "Responses stored now, for good."},
            "duplicates": _INTEGER | {"description": "Responses that had been sent before: the first one stays."},
            "rejected": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["index", "submission_id", "errors"],
                    "properties": {
                        "index": _INTEGER | {"description": "Its place in what was sent, from 0."},
                        "submission_id": {"type": "string"},
                        "errors": {
                            "type": "object",
                            "additionalProperties": {"type": "string"},
                            "description": "By field, what is wrong and what to do.",
                        },
                    },
                },
            },
            "responses": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["index", "submission_id", "id", "duplicate"],
                    "properties": {
                        "index": _INTEGER,
                        "submission_id": {"type": "string"},
                        "id": {"type": "string", "format": "uuid", "description": "Of the response and its event."},
                        "duplicate": {"type": "boolean"},
                    },
                },
            },
        },
        "example": {
            "accepted": 1,
            "duplicates": 0,
            "rejected": [
                {
                    "index": 1,
                    "submission_id": "till-7-0043",
                    "errors": {"answers.nps": "nps/0-10: 11 is not on the scale; give a whole number from 0 to 10"},
                }
            ],
            "responses": [
                {
                    "index": 0,
                    "submission_id": "till-7-0042",
                    "id": "019ab4f2-7c1e-7d3a-9a55-0c5f6d1b2e3f",
                    "duplicate": False,
                }
            ],
        },
    }
}
