"""/api/v1/ivr: for telephone systems. The question to read aloud, and what the caller pressed."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from cxplatform.api import body
from cxplatform.api.problems import wrong_fields
from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy.models import Scope
from surveys.doors import ivr

_CHOICES = ("first", "later", "partly", "no", "too_early")


def _text(longest: int, description: str) -> dict[str, Any]:
    return {"type": ["string", "null"], "maxLength": longest, "description": description}


_BODY: dict[str, Any] = {
    "application/json": {
        "type": "object",
        "required": ["call_id", "consent"],
        "additionalProperties": False,
        "properties": {
            "call_id": {
                "type": "string",
                "minLength": 1,
                "maxLength": 200,
                "description": "The call's own id: the same call again is the same answer.",
            },
            "consent": {
                "type": "boolean",
                "description": "Whether the caller agreed to be asked. A refusal is kept and never holds an answer.",
            },
            "answer": {
                "description": "The key pressed, 1-5, or the name of the choice; null where none was.",
                "anyOf": [
                    {"type": "integer", "minimum": 1, "maximum": 5},
                    {"type": "string", "enum": [*"12345", *_CHOICES]},
                    {"type": "null"},
                ],
            },
            "survey": _text(100, "The identifier of the survey. Default: the only one that asks this."),
            "customer": _text(200, "The identifier your systems use for the customer."),
            "phone": _text(50, "The caller's number, where the customer is not known. It is not stored."),
            "language": _text(10, "The language the caller was asked in. Default: the customer's own."),
            "touchpoint": _text(300, "The identifier of the touchpoint. Default: the survey's."),
            "unit": _text(300, "The identifier of the unit."),
            "correlation": _text(200, "What belongs together: a case, an order, a visit."),
        },
        "example": {
            "call_id": "pbx-2026-11-22-0042",
            "consent": True,
            "answer": 1,
            "customer": "C-5531",
            "language": "fi",
            "touchpoint": "phone-service",
        },
    }
}
_ANSWER: dict[Any, Any] = {
    (200, "application/json"): {
        "type": "object",
        "required": ["invitation", "state", "response", "duplicate"],
        "properties": {
            "invitation": {"type": "string", "format": "uuid", "description": "The call's row in the contact ledger."},
            "state": {"type": "string", "enum": ["answered", "asked", "refused"]},
            "response": {
                "type": ["string", "null"],
                "format": "uuid",
                "description": "The answer's id; null where there is none, or the survey is anonymous.",
            },
            "duplicate": {"type": "boolean", "description": "This call had been told before: the first one stays."},
        },
    }
}
_QUESTION: dict[Any, Any] = {
    (200, "application/json"): {
        "type": "object",
        "required": ["survey", "language", "question", "options", "ask"],
        "properties": {
            "survey": {"type": "string"},
            "language": {"type": "string", "enum": ["fi", "sv", "en"]},
            "question": {"type": "string"},
            "options": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["key", "name", "label"],
                    "properties": {
                        "key": {"type": "integer"},
                        "name": {"type": "string"},
                        "label": {"type": "string"},
                    },
                },
            },
            "ask": {"type": "boolean", "description": "False where the customer has said not to be asked."},
        },
    }
}


class IvrQuestion(TenantAPIView):
    scopes = {"GET": Scope.RESPONSES_WRITE}
    query = frozenset({"survey", "customer", "phone", "language"})

    @extend_schema(
        operation_id="ivr_question",
        summary="The question for a phone call",
        parameters=[
            OpenApiParameter("survey", str, description="Default: the only survey that asks this."),
            OpenApiParameter("customer", str, description="The customer's identifier in your systems."),
            OpenApiParameter("phone", str, description="The caller's number."),
            OpenApiParameter("language", str, description="The language of the call, where the customer's is unknown."),
        ],
        responses=_QUESTION,
    )
    def get(self, request: Any) -> Response:
        """What to read aloud after the caller agreed: first contact resolution, in the customer's own language, also
        where the call was served in another, and what each key means."""
        sent = request.query_params
        try:
            found = ivr.question(
                survey=sent.get("survey") or None,
                customer=sent.get("customer") or None,
                language=sent.get("language") or None,
            )
        except ivr.Wrong as wrong:
            raise wrong_fields(wrong.errors) from None
        return Response(
            {
                "survey": found.survey.slug,
                "language": found.language,
                "question": found.screen.title,
                "options": [
                    {"key": key, "name": option.value, "label": option.label}
                    for key, option in enumerate(found.screen.options, 1)
                ],
                "ask": not ivr.unwanted(customer=sent.get("customer"), phone=sent.get("phone")),
            }
        )


class IvrAnswers(TenantAPIView):
    scopes = {"POST": Scope.RESPONSES_WRITE}
    query = frozenset[str]()

    @extend_schema(
        operation_id="ivr_answer", summary="Send the answer of a phone call", request=_BODY, responses=_ANSWER
    )
    def post(self, request: Any) -> Response:
        """Record one call: whether the caller agreed to be asked and, if so, the key pressed.

        A refusal is a row of the contact ledger, so that nobody is asked again too soon, and holds no answer. The
        same `call_id` again is the same call.
        """
        sent: ivr.IvrAnswer = body.decode(body.read(request._request), ivr.IvrAnswer)
        try:
            taken = ivr.take(sent)
        except ivr.Wrong as wrong:
            raise wrong_fields(wrong.errors) from None
        return Response(
            {
                "invitation": taken.invitation_id,
                "state": taken.state,
                "response": taken.response_id,
                "duplicate": taken.duplicate,
            }
        )
