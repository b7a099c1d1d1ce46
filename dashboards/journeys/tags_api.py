"""GET /api/v1/tag-scores and /api/v1/persona-scores: scores across journeys, for other systems."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from cxplatform.api.problems import wrong_fields
from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy.models import Scope
from dashboards.cells import Cell
from dashboards.journeys.paths_asked import read_query
from dashboards.journeys.tags_personas import TagsPersonas, load_tags_personas
from dashboards.measures import MEASURES
from dashboards.query import BadQuery

_QUERY = frozenset({"from", "to", "against", "metric"})
_NUMBER: dict[str, Any] = {"type": ["number", "null"]}
_CELL: dict[str, Any] = {
    "type": "object",
    "required": ["state"],
    "properties": {
        "state": {
            "type": "string",
            "enum": ["empty", "few", "measured"],
            "description": "few: too few, or a subtraction would tell on few; then there are no figures.",
        },
        "n": {"type": "integer"},
        "score": _NUMBER,
        "low": _NUMBER,
        "high": _NUMBER,
        "verdict": {
            "type": "string",
            "enum": ["better", "worse", "no_clear_change", "not_enough"],
            "description": "Of the change; verdicts of one answer are judged together.",
        },
    },
}
_SLUGS: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
_HEAD: dict[str, Any] = {name: {"type": "string", "format": "date"} for name in ("from", "to")}
_PARAMETERS = [
    OpenApiParameter("from", OpenApiTypes.DATE, description="First day. Default: 90 days up to today."),
    OpenApiParameter("to", OpenApiTypes.DATE, description="Last day, counted too. Default: today."),
    OpenApiParameter(
        "against",
        str,
        enum=["season", "previous"],
        description="What is compared with. Default: the same season last year where it was measured, else the period"
        " before.",
    ),
]


def _answer(required: dict[str, Any]) -> dict[Any, Any]:
    properties = _HEAD | required
    return {(200, "application/json"): {"type": "object", "required": list(properties), "properties": properties}}


def _rows(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "object", "required": list(of), "properties": of}}


class TagScores(TenantAPIView):
    scopes = {"GET": Scope.READ}
    query = _QUERY

    @extend_schema(
        operation_id="tag_scores",
        summary="Scores by what touchpoints are tagged with",
        parameters=[*_PARAMETERS, OpenApiParameter("metric", str, enum=list(MEASURES), default="nps")],
        responses=_answer(
            {
                "metric": {"type": "string"},
                "tags": _rows(
                    {
                        "kind": {"type": "string", "description": "mix (the seven Ps), drivers or needs."},
                        "tag": {"type": "string"},
                        "touchpoints": _SLUGS,
                        "left_out": _SLUGS | {"description": "Of those, the ones whose answers are not in the score."},
                        "worst": {"type": ["string", "null"]},
                        "cell": _CELL,
                    }
                ),
            }
        ),
    )
    def get(self, request: Any) -> Response:
        """The seven Ps, the drivers of experience and the needs customers bring: answers of the touchpoints that carry
        a tag, together."""
        page = _page(self)
        return Response(
            {
                **_head(page),
                "metric": page.asked.metric.name,
                "tags": [
                    {
                        "kind": group.field,
                        "tag": row.tag,
                        "touchpoints": [place.slug for place in row.places],
                        "left_out": [place.slug for place in row.left_out],
                        "worst": row.worst.place.slug if row.worst else None,
                        "cell": _cell(row.cell),
                    }
                    for group in page.tags
                    for row in group.rows
                ],
            }
        )


class PersonaScores(TenantAPIView):
    scopes = {"GET": Scope.READ}
    query = _QUERY - {"metric"}

    @extend_schema(
        operation_id="persona_scores",
        summary="Scores of the customers for whom personas stand",
        parameters=_PARAMETERS,
        responses=_answer(
            {
                "everybody": {"type": "object", "additionalProperties": _CELL},
                "personas": _rows(
                    {
                        "persona": {"type": "string"},
                        "journeys": _SLUGS,
                        "stands_for": {"type": "boolean", "description": "Whether a dimension and a value name them."},
                        "scores": {"type": "object", "additionalProperties": _CELL, "description": "By measure."},
                    }
                ),
            }
        ),
    )
    def get(self, request: Any) -> Response:
        """Every persona in use beside all customers, by each measure that was answered."""
        page = _page(self)
        table = page.personas
        names = [measure.key for measure in table.measures]

        def scores(cells: tuple[Cell, ...]) -> dict[str, Any]:
            return {name: _cell(cell) for name, cell in zip(names, cells, strict=True)} if cells else {}

        return Response(
            {
                **_head(page),
                "everybody": scores(table.everybody),
                "personas": [
                    {
                        "persona": row.persona.slug,
                        "journeys": [journey.slug for journey in row.journeys],
                        "stands_for": row.stands_for,
                        "scores": scores(row.cells),
                    }
                    for row in table.rows
                ],
            }
        )


def _page(view: TenantAPIView) -> TagsPersonas:
    query = read_query(view.request.query_params, zone=view.tenant.zone, known=_QUERY)
    try:
        return load_tags_personas(query=query, minimum=view.tenant.anonymity_minimum)
    except BadQuery as error:
        raise wrong_fields({error.parameter: str(error)}) from None


def _head(page: TagsPersonas) -> dict[str, Any]:
    period = page.asked.query.period
    return {"from": period.start.isoformat(), "to": period.last.isoformat()}


def _cell(cell: Cell) -> dict[str, Any]:
    if cell.score is None:
        return {"state": cell.state}
    score = cell.score
    figures = {"score": score.value, "low": score.low, "high": score.high}
    rounded = {name: None if value is None else round(value, 6) for name, value in figures.items()}
    return {"state": cell.state, "n": score.n, **rounded, "verdict": cell.verdict}
