"""GET /api/v1/business-cases: cases with their scenarios, and one with its figures, years and swings."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from cxplatform.api.problems import NOT_YOURS, wrong_fields
from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy.models import Scope
from dashboards.cases.inputs import MARKS, PARTS, SCENARIOS, SORTS, Input, from_stored
from dashboards.cases.model import Line, model_of
from dashboards.cases.page import ASSUMED, SUMMARY
from dashboards.cases.read import case_of, load_list, version_of, versions_of
from dashboards.cases.results import Results, place_of, results
from dashboards.models import CaseVersion

_NUMBER: dict[str, Any] = {"type": ["number", "null"]}
_TEXT: dict[str, Any] = {"type": ["string", "null"]}


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _listed(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": _object(properties)}


_RESULTS = {**dict.fromkeys(SUMMARY, _NUMBER), "payback_years": _NUMBER}
_CASE: dict[str, Any] = {
    "id": {"type": "integer"},
    "title": {"type": "string"},
    "currency": {"type": "string"},
    "years": {"type": "integer"},
    "version": {"type": "integer"},
    "note": {"type": "string"},
    "saved_at": {"type": "string", "format": "date-time"},
    "scenarios": _object({name: _object(_RESULTS) for name in SCENARIOS}),
}
_INPUT: dict[str, Any] = {
    "key": {"type": "string"},
    "title": {"type": "string"},
    "kind": {"type": "string", "enum": ["count", "share", "money", "number"]},
    "low": _NUMBER,
    "base": _NUMBER,
    "high": _NUMBER,
    "mark": {"type": "string", "enum": list(MARKS)},
    "source": {"type": "string"},
    "known_on": _TEXT | {"format": "date"},
    "sort": _TEXT | {"enum": [*SORTS, None], "description": "Of the case's own costs and benefits."},
    "part": _TEXT | {"enum": [*PARTS, None]},
}
_LINE: dict[str, Any] = {
    "key": {"type": "string"},
    "title": {"type": "string"},
    "part": _TEXT,
    "group": {"type": "string"},
    "values": {"type": "array", "items": _NUMBER, "description": "From the start (year 0) on."},
}
_MORE: dict[str, Any] = {
    "assumed": {"type": "string", "description": "What the figures are and are not: to be shown with them."},
    "inputs": _listed(_INPUT),
    "lines": _listed(_LINE),
    "swings": _listed({"key": {"type": "string"}, "npv_at_low": _NUMBER, "npv_at_high": _NUMBER}),
    "not_counted": _listed({"key": {"type": "string"}, "missing": {"type": "array", "items": {"type": "string"}}}),
}
_ALL: dict[Any, Any] = {(200, "application/json"): _object({"cases": _listed(_CASE)})}
_ONE: dict[Any, Any] = {(200, "application/json"): _object({**_CASE, **_MORE})}


class BusinessCases(TenantAPIView):
    scopes = {"GET": Scope.READ}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(operation_id="list_business_cases", summary="Read business cases", responses=_ALL)
    def get(self, request: Any) -> Response:
        """Each case in its newest version. What the figures come to if they hold: a calculation, not an effect that
        was shown."""
        return Response({"cases": [_case(each.version, each.results) for each in load_list()]})


class OneBusinessCase(TenantAPIView):
    scopes = {"GET": Scope.READ}
    query: ClassVar[frozenset[str] | None] = frozenset({"version"})

    @extend_schema(
        operation_id="read_business_case",
        summary="Read a business case",
        parameters=[OpenApiParameter("version", int, description="Default: the newest.")],
        responses=_ONE,
    )
    def get(self, request: Any, pk: int) -> Response:
        """A version with its figures (shares 0 to 1), the base scenario by year, and what moves the result most.

        `swings` are the net present value with one figure at either end of its range and the others at their base.
        """
        asked = request.query_params.get("version", "")
        if asked and not (asked.isascii() and asked.isdecimal()):
            raise wrong_fields({"version": "Send the number of a version."})
        try:
            version = version_of(versions_of(case_of(pk)), asked)
        except Http404:
            raise Http404(NOT_YOURS) from None
        found = results(model_of(from_stored(version.inputs), version.years))
        lines = [line for line in found.model.lines if not line.once]
        return Response(
            {
                **_case(version, found),
                "assumed": str(ASSUMED),
                "inputs": [_input(each) for each in found.model.inputs],
                "lines": [_line(line, found.worked.over(line.key, place_of("base"))) for line in lines],
                "swings": [
                    {"key": each.of.key, "npv_at_low": _rounded(each.low), "npv_at_high": _rounded(each.high)}
                    for each in found.swings
                ],
                "not_counted": [
                    {"key": line.key, "missing": [each.key for each in gaps]} for line, gaps in found.uncounted
                ],
            }
        )


def _case(version: CaseVersion, of: Results) -> dict[str, Any]:
    return {
        "id": version.case_id,
        "title": version.case.title,
        "currency": version.case.currency,
        "years": version.years,
        "version": version.number,
        "note": version.note,
        "saved_at": version.saved_at.isoformat(),
        "scenarios": {
            name: {
                **{key: _rounded(of.total(key, name)) for key in SUMMARY},
                "payback_years": _rounded(of.payback(name)),
            }
            for name in SCENARIOS
        },
    }


def _input(each: Input) -> dict[str, Any]:
    return {
        "key": each.key,
        "title": each.title,
        "kind": each.kind,
        "low": each.at("low"),
        "base": each.base,
        "high": each.at("high"),
        "mark": each.mark,
        "source": each.source,
        "known_on": each.known_on.isoformat() if each.known_on else None,
        "sort": each.sort or None,
        "part": each.part or None,
    }


def _line(line: Line, values: Sequence[float | None]) -> dict[str, Any]:
    return {
        "key": line.key,
        "title": str(line.title),
        "part": line.part or None,
        "group": line.group,
        "values": [_rounded(value, decimals=4) for value in values],
    }


def _rounded(value: float | None, *, decimals: int = 2) -> float | None:
    return None if value is None else round(value, decimals) + 0.0
