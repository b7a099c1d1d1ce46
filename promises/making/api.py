"""GET and POST /api/v1/promises/{slug}/lifecycle: where a promise stands, what it lacks, and moving it on."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from cxplatform.api import fields
from cxplatform.api.problems import Problem
from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy.models import Scope
from promises.making import gate
from promises.making.lifecycle import Refused, move
from promises.models import LifecycleStep, Promise
from promises.present import promise_of

_STATE = {"type": "string", "enum": Promise.Lifecycle.values}
_STEP: dict[str, Any] = {
    "type": "object",
    "required": ["before", "after", "at", "who", "why", "evidence"],
    "properties": {
        "before": _STATE,
        "after": _STATE,
        "at": {"type": "string", "format": "date-time"},
        "who": {"type": "string", "description": "The person's address, or the key."},
        "why": {"type": "string"},
        "evidence": {"type": "object", "description": "What it was known by: criteria, or what the pilot showed."},
    },
}
_STANDS: dict[str, Any] = {
    "type": "object",
    "required": ["lifecycle", "moves", "steps"],
    "properties": {
        "lifecycle": _STATE,
        "moves": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["to", "missing"],
                "properties": {"to": _STATE, "missing": {"type": "array", "items": {"type": "string"}}},
            },
            "description": "Where it may go from here, and what it still lacks for that.",
        },
        "steps": {"type": "array", "items": _STEP, "description": "The newest first."},
    },
}
_REFUSED = {"$ref": "#/components/schemas/Problem"}


class PromiseMoveSerializer(fields.StrictSerializer):
    to = fields.Choice(choices=Promise.Lifecycle.choices, help_text="Where to move it.")
    why = fields.Text(max_length=2000, help_text="The reason; it stays in the promise's history.")

    example = {"to": "pilot", "why": "The workshop agreed on it, and history says that it can be kept."}


class Lifecycle(TenantAPIView):
    scopes = {"GET": Scope.READ, "POST": Scope.DEFINITIONS_WRITE}
    query = frozenset[str]()

    @extend_schema(
        operation_id="read_lifecycle",
        summary="Read a promise's lifecycle",
        responses={(200, "application/json"): _STANDS},
    )
    def get(self, request: Any, slug: str) -> Response:
        """Where the promise stands, where it may go, what it lacks for that, and each step it has taken."""
        promise = promise_of(slug)
        steps = LifecycleStep.objects.filter(promise=promise)
        return Response(
            {
                "lifecycle": promise.lifecycle,
                "moves": [
                    {"to": to, "missing": gate.missing(promise=promise, to=to)} for to in gate.MOVES[promise.lifecycle]
                ],
                "steps": [_step(step) for step in steps],
            }
        )

    @extend_schema(
        operation_id="move_promise",
        summary="Move a promise on",
        request=PromiseMoveSerializer,
        responses={(201, "application/json"): _STEP, (409, "application/problem+json"): _REFUSED},
    )
    def post(self, request: Any, slug: str) -> Response:
        """To the pilot only what was made in full, and to the public only what its pilot has proven: else 409, and
        `errors` name everything that is missing. Nothing else moves a promise."""
        serializer = PromiseMoveSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        wanted = serializer.validated_data
        try:
            step = move(promise=promise_of(slug), to=wanted["to"], why=wanted["why"])
        except Refused as refused:
            raise Problem(
                "The promise may not move so yet: see errors.",
                status=409,
                errors=[{"field": "to", "message": reason} for reason in refused.reasons],
            ) from None
        return Response(_step(step), status=201)


def _step(step: LifecycleStep) -> dict[str, Any]:
    return {
        "before": step.before,
        "after": step.after,
        "at": step.at.isoformat(),
        "who": step.who,
        "why": step.why,
        "evidence": step.evidence,
    }
