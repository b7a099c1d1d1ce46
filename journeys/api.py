"""POST /api/v1/events: the door for what happens to customers."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.response import Response

from cxplatform.api import body
from cxplatform.api.problems import wrong_fields
from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy.models import Scope
from journeys import explain, intake
from journeys.api_schema import DRY_RUN, EVENTS_ANSWER, EVENTS_BODY
from journeys.record import Rejection, record

_JSON = {"application/json", ""}
_LINES = {"application/x-ndjson", "application/ndjson", "application/jsonl"}


class Events(TenantAPIView):
    scopes = {"POST": Scope.EVENTS_WRITE}
    query = frozenset({"dry_run"})

    @extend_schema(
        operation_id="send_events",
        summary="Send events",
        request=EVENTS_BODY,
        responses=EVENTS_ANSWER,
        parameters=[OpenApiParameter("dry_run", DRY_RUN, description="1 = store nothing and explain instead.")],
    )
    def post(self, request: Any) -> Response:
        """Send what happened to customers: one event, an array, {"events": [...]} or one event a line (NDJSON).

        At most 5,000 events or 5 MB, after decompression where `Content-Encoding: gzip` is given. Batches of 500
        are a good size. The answer comes when the events are stored for good. One faulty event stops nothing: it
        is listed in `rejected` with its place in the batch and what to do, and the others are taken in.

        Sending the same event (same `source` and `id`) again is safe: it counts once. Where a JSON object has the
        same key twice, the last one holds.

        A touchpoint, channel or unit that is not known yet is kept as text, for staff to map; an unknown customer
        is created. With `?dry_run=1` nothing is stored, and `explanations` says in plain words what each event
        would touch.
        """
        kind = request.content_type.partition(";")[0].strip().lower()
        if kind not in _JSON | _LINES:
            raise UnsupportedMediaType(kind, "Send Content-Type: application/json or application/x-ndjson.")
        dry_run = _flag(request.query_params.get("dry_run", "0"))
        raw = body.read(request._request)
        read = intake.read_events(raw, lines=kind in _LINES, most=settings.API_MAX_EVENTS)
        source = request.auth.name
        if not dry_run:
            recorded = record(events=read.events, source=source)
            return Response(_answer(read, recorded))
        recorded, explanations = explain.explain(events=read.events, source=source)
        said = [
            {"index": read.places[one.index], "id": one.id, "outcome": one.outcome, "explanation": one.explanation}
            for one in explanations
        ]
        return Response(_answer(read, recorded) | {"dry_run": True, "explanations": said})


def _answer(read: intake.Intake, recorded: Any) -> dict[str, Any]:
    rejected = [*read.rejected, *(Rejection(read.places[r.index], r.id, r.errors) for r in recorded.rejected)]
    rejected.sort(key=lambda rejection: rejection.index)
    return {"accepted": recorded.accepted, "duplicates": recorded.duplicates, "rejected": rejected}


def _flag(sent: str) -> bool:
    if sent not in {"0", "1"}:
        raise wrong_fields({"dry_run": "Send 1 or 0."})
    return sent == "1"
