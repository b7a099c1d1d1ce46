"""GET /api/v1/scores/answers: who answered and what, behind a score of a touchpoint or a stage."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from cxplatform.api import problems
from cxplatform.api.views import TenantAPIView
from cxplatform.stats.metrics import Metric, value_of
from cxplatform.tenancy.models import Scope
from dashboards import api_asked
from dashboards.api_schema import FILTERS, HEAD
from dashboards.journeys.passages_behind import MOST_PAGES, read_page
from dashboards.leadership.answers_behind import Answer, behind_of, load_answers
from dashboards.query import BadQuery
from dashboards.structure import Place, Structure

_COUNT: dict[str, Any] = {"type": ["integer", "null"], "minimum": 0}
_TEXT: dict[str, Any] = {"type": ["string", "null"]}
_ANSWER: dict[str, Any] = {
    "customer": _TEXT | {"description": "Your number of the customer; null of one who is not known or was erased."},
    "answered_at": {"type": "string", "format": "date-time"},
    "value": {"type": ["number", "null"], "description": "On the metric's own scale; null where it has choices."},
    "choice": _TEXT | {"description": "What was chosen, of a metric that has choices and no scale."},
    "texts": {"type": "array", "items": {"type": "string"}, "description": "What was written, masked."},
}
_PROPERTIES: dict[str, Any] = {
    **HEAD,
    "closed": {
        "type": ["string", "null"],
        "enum": ["few", "rest", None],
        "description": "Why nothing is told: few = of too few people; rest = all but too few, who could be subtracted.",
    },
    "answers": _COUNT,
    "customers": _COUNT | {"description": "How many they are; null where so many that `customers_at_least` is told."},
    "customers_at_least": _COUNT
    | {"description": "Told in place of `customers` of lists so long that only their newest are looked at."},
    "next": {"type": ["integer", "null"], "description": "Send it as `page` for earlier answers."},
    "results": {"type": "array", "items": {"type": "object", "required": list(_ANSWER), "properties": _ANSWER}},
}
ANSWER = {"type": "object", "required": list(_PROPERTIES), "properties": _PROPERTIES}


class ScoreAnswers(TenantAPIView):
    scopes = {"GET": Scope.CUSTOMERS_READ}

    @extend_schema(
        operation_id="score_answers",
        summary="Who answered what behind a score",
        parameters=[
            OpenApiParameter("touchpoint", str, description="The answers at this touchpoint; this or `stage`."),
            OpenApiParameter("stage", int, description="Those at a stage's touchpoints: its `id` in /heatmap."),
            *(each for each in FILTERS if each.name not in ("journey", "touchpoint")),
            OpenApiParameter("page", int, description="`next` of the page before."),
        ],
        responses={(200, "application/json"): ANSWER},
    )
    def get(self, request: Any) -> Response:
        """The answers that `/scores` counted at a touchpoint or `/heatmap` at a stage, newest first, 50 a page.

        Ask with the same metric, days, channel, unit and dimension. Nobody is told of where they are fewer people than
        the organisation's minimum, or all but so few that a subtraction would tell.
        """
        given = request.query_params.copy()
        stage = given.pop("stage", [])
        try:
            page = read_page(request.query_params)
        except BadQuery as error:
            raise problems.wrong_fields({error.parameter: str(error)}) from None
        given.pop("page", None)
        if "journey" in given:
            raise problems.wrong_fields({"journey": "Unknown parameter. Name a touchpoint or a stage."})
        if bool(stage) == ("touchpoint" in given):
            raise problems.wrong_fields({"touchpoint": "Name one touchpoint, or one stage in its place."})
        asked = api_asked.read(given, tenant=self.tenant, divided=False)
        places = _stage(asked.structure, stage) if stage else asked.places or ()
        found = load_answers(
            behind_of(asked.structure, places),
            query=asked.reading.query,
            of=asked.metric,
            structure=asked.structure,
            tenant=self.tenant,
            page=page,
        )
        return Response(
            {
                "metric": asked.metric.name,
                "unit": asked.metric.unit,
                "from": asked.period.start.isoformat(),
                "to": asked.period.last.isoformat(),
                "filter": dict(asked.filters) | ({"stage": stage[0]} if stage else {}),
                "closed": found.closed or None,
                "answers": None if found.closed else found.answers,
                "customers": None if found.closed or found.many else found.people,
                "customers_at_least": found.people if found.many else None,
                "next": page + 1 if found.further and page < MOST_PAGES else None,
                "results": [_told(answer, asked.metric) for answer in found.rows],
            }
        )


def _stage(structure: Structure, given: list[str]) -> tuple[Place, ...]:
    found = next((stage for stage in structure.stages() if given == [str(stage.id)]), None)
    if found is None:
        raise problems.wrong_fields({"stage": "No stage in use has this number. GET /api/v1/heatmap lists them."})
    return found.touchpoints


def _told(answer: Answer, of: Metric) -> dict[str, Any]:
    return {
        "customer": answer.customer.external_id if answer.customer else None,
        "answered_at": answer.time,
        "value": None if of.choices else value_of(of, answer.bin),
        "choice": of.choices[answer.bin] if of.choices else None,
        "texts": answer.texts,
    }
