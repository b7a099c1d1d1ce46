"""POST /api/v1/feedback: reviews, social media and e-mails that nobody asked for."""

from typing import Any, ClassVar

import msgspec
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from cxplatform.api import body
from cxplatform.api.problems import Problem, wrong_fields
from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy.models import Scope
from journeys.record import Rejection
from surveys.feedback_schema import FEEDBACK_ANSWER, FEEDBACK_BODY
from surveys.unsolicited import Feedback, check, receive

MOST = 1_000


class Unsolicited(TenantAPIView):
    scopes = {"POST": Scope.RESPONSES_WRITE}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(
        operation_id="send_feedback",
        summary="Send unsolicited feedback",
        request=FEEDBACK_BODY,
        responses=FEEDBACK_ANSWER,
    )
    def post(self, request: Any) -> Response:
        """Record what customers say elsewhere: reviews, social media, e-mail.

        Send one, an array or {"feedback": [...]}, at most 1,000. The same `source` and `id` are the same piece and
        are kept once. It is shown where it belongs, with its source and link, and is never pooled with the scores
        of surveys: its writers chose themselves. Each is also an event `feedback.received`.
        """
        pieces: list[Feedback] = []
        places: list[int] = []
        rejected: list[Rejection] = []
        for place, item in enumerate(_items(request.data)):
            piece = _piece(item)
            if isinstance(piece, dict):
                sent = item.get("id") if isinstance(item, dict) else None
                rejected.append(Rejection(place, sent[:200] if isinstance(sent, str) else "", piece))
            else:
                pieces.append(piece)
                places.append(place)
        done = receive(pieces)
        rejected += [Rejection(places[one.index], one.id, one.errors) for one in done.rejected]
        return Response(
            {
                "accepted": done.accepted,
                "duplicates": done.duplicates,
                "rejected": [
                    {"index": one.index, "id": one.id, "errors": one.errors}
                    for one in sorted(rejected, key=lambda one: one.index)
                ],
            }
        )


def _items(data: Any) -> list[Any]:
    if isinstance(data, dict) and set(data) == {"feedback"}:
        data = data["feedback"]
        if not isinstance(data, list):
            raise wrong_fields({"feedback": "Send an array of feedback."})
    items = data if isinstance(data, list) else [data]
    if len(items) > MOST:
        raise Problem(f"The request holds {len(items)} pieces. Send at most {MOST:,} at a time.", status=413)
    return items


_HINTS = {
    "time": "Send when it was said, as in 2026-11-22T09:30:00+02:00.",
    "rating": "Send a number on the rating's own scale.",
}


def _piece(item: Any) -> Feedback | dict[str, str]:
    """The piece, or what is wrong with it by field."""
    if not isinstance(item, dict):
        return {"body": "Send an object of fields."}
    if errors := body.faults(item, Feedback, _HINTS):
        return errors
    piece = msgspec.convert(item, Feedback)
    return check(piece) or piece
