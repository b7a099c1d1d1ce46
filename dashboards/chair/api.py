"""GET /api/v1/chair and /api/v1/quotes: what is heard in meetings, for screens and systems of the company's own."""

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy.models import Scope
from dashboards.chair.cases import RECENT, Case, cases
from dashboards.feedback import quotes
from dashboards.structure import load_structure

_TEXT = {"type": "string"}
_WORDS = {
    "type": "array",
    "items": {"type": "object", "required": ["text", "language"], "properties": {"text": _TEXT, "language": _TEXT}},
}
_STEP = {
    "type": "object",
    "required": ["name", "channel", "minutes", "score"],
    "properties": {
        "name": _TEXT,
        "channel": _TEXT,
        "minutes": {"type": "number", "description": "From the start of the story."},
        "score": _TEXT | {"description": "As on the page; empty where none was given there."},
    },
}
_CASE = {
    "type": "object",
    "required": ["day", "journey", "month", "steps", "words"],
    "properties": {
        "day": {"type": "string", "format": "date"},
        "journey": _TEXT | {"description": "Empty where the answer belonged to none."},
        "month": _TEXT | {"description": "When it happened, such as 2026-11."},
        "steps": {"type": "array", "items": _STEP},
        "words": _WORDS,
    },
}
_QUOTE = {
    "type": "object",
    "required": ["response", "question", "text", "language", "answered_on", "why", "chosen_at"],
    "properties": {
        "response": {"type": "string", "format": "uuid"},
        "question": _TEXT,
        "text": _TEXT,
        "language": _TEXT,
        "answered_on": {"type": "string", "format": "date"},
        "why": _TEXT,
        "chosen_at": {"type": "string", "format": "date-time"},
    },
}


def _list(name: str, item: dict[str, Any]) -> dict[Any, Any]:
    properties = {name: {"type": "array", "items": item}}
    return {(200, "application/json"): {"type": "object", "required": [name], "properties": properties}}


class Chair(TenantAPIView):
    scopes = {"GET": Scope.READ}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(operation_id="read_chair", summary="Read the customer's chair", responses=_list("cases", _CASE))
    def get(self, request: Any) -> Response:
        """The cases of the last week, the newest first: one customer's way through, told with their consent and
        without their name. Keep none of it: a case whose customer takes the consent back is no longer told.
        """
        today = timezone.localdate(timezone=self.tenant.zone)
        found = cases(until=today, structure=load_structure(), most=RECENT)
        return Response({"cases": [_case(each) for each in found]})


class Quotes(TenantAPIView):
    scopes = {"GET": Scope.READ}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(operation_id="list_quotes", summary="Read quotes", responses=_list("quotes", _QUOTE))
    def get(self, request: Any) -> Response:
        """Verbatims, masked, that were chosen to be heard and wait for the next meeting, the newest chosen first."""
        return Response(
            {
                "quotes": [
                    {
                        "response": each.verbatim.response_id,
                        "question": each.verbatim.key,
                        "text": each.verbatim.text,
                        "language": each.verbatim.language,
                        "answered_on": each.verbatim.answered_at.astimezone(self.tenant.zone).date(),
                        "why": each.quote.why,
                        "chosen_at": each.quote.chosen_at,
                    }
                    for each in quotes.waiting()
                ]
            }
        )


def _case(case: Case) -> dict[str, Any]:
    return {
        "day": case.day,
        "journey": case.journey,
        "month": f"{case.month:%Y-%m}",
        "steps": [
            {"name": step.name, "channel": step.channel, "minutes": round(step.minutes, 1), "score": step.score}
            for step in case.steps
        ],
        "words": [{"text": each.text, "language": each.language} for each in case.words],
    }
