"""POST /api/v1/responses: the door for answers taken anywhere else than on our own pages."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from cxplatform.api import body
from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy.models import Scope
from journeys.record import Rejection
from surveys.answer import record_responses
from surveys.api_schema import RESPONSES_ANSWER, RESPONSES_BODY
from surveys.intake import read_submissions


class Responses(TenantAPIView):
    scopes = {"POST": Scope.RESPONSES_WRITE}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(
        operation_id="send_responses", summary="Send responses", request=RESPONSES_BODY, responses=RESPONSES_ANSWER
    )
    def post(self, request: Any) -> Response:
        """Record answers taken anywhere: in an app, by phone, on paper, in another survey tool.

        Send one response, an array or {"responses": [...]}, at most 1,000. The answer comes when they are stored
        for good. One faulty response stops nothing: it is listed in `rejected` with its place and what to do, and
        the others are taken in.

        Sending the same `submission_id` again is safe: the first one stays, and its `id` is given again. An
        unknown customer is created; a touchpoint, channel or unit that is not known yet is kept as text, for
        staff to map. Each response is also an event `survey.answered` on the customer's path.
        """
        read = read_submissions(body.read(request._request))
        recorded = record_responses(read.submissions, collected_by="api")
        rejected = [*read.rejected, *(Rejection(read.places[r.index], r.id, r.errors) for r in recorded.rejected)]
        return Response(
            {
                "accepted": recorded.accepted,
                "duplicates": recorded.duplicates,
                "rejected": [
                    {"index": r.index, "submission_id": r.id, "errors": r.errors}
                    for r in sorted(rejected, key=lambda rejection: rejection.index)
                ],
                "responses": [
                    {
                        "index": read.places[taken.index],
                        "submission_id": taken.submission_id,
                        "id": taken.id,
                        "duplicate": taken.duplicate,
                    }
                    for taken in recorded.taken
                ],
            }
        )
