"""/api/v1/kpis: figures of other systems, in and out."""

from typing import Any, ClassVar

import msgspec
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from cxplatform.api import body
from cxplatform.api.problems import Problem, wrong_fields
from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy.models import Scope
from dashboards.kpis.take_in import KpiFigure, take_in
from dashboards.models import KpiSeries

MOST = 1_000
_TEXT = {"type": ["string", "null"]}
_FIGURE: dict[str, Any] = {
    "type": "object",
    "required": ["kpi", "day", "value"],
    "additionalProperties": False,
    "properties": {
        "kpi": {"type": "string", "minLength": 1, "maxLength": 200, "description": "Its name or identifier."},
        "day": {"type": "string", "format": "date", "description": "Any day of the week or month."},
        "value": {"type": "number"},
        "unit": _TEXT | {"maxLength": 40, "description": "Kept of the first value: EUR, min, pcs ..."},
        "grain": _TEXT | {"enum": ["week", "month", None], "description": "Default: month."},
        "source": _TEXT | {"maxLength": 100},
    },
}
_BODY = {
    "application/json": {
        "oneOf": [_FIGURE, {"type": "array", "maxItems": MOST, "items": _FIGURE}],
        "example": {"kpi": "Waiting time", "day": "2026-11-01", "value": 4.5, "unit": "min"},
    }
}
_COUNT = {"type": "integer", "minimum": 0}
_TAKEN: dict[Any, Any] = {
    (200, "application/json"): {
        "type": "object",
        "required": ["accepted", "duplicates", "rejected"],
        "properties": {
            "accepted": _COUNT,
            "duplicates": _COUNT,
            "rejected": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["index", "errors"],
                    "properties": {
                        "index": _COUNT,
                        "errors": {"type": "object", "additionalProperties": {"type": "string"}},
                    },
                },
            },
        },
    }
}
_SERIES: dict[Any, Any] = {
    (200, "application/json"): {
        "type": "object",
        "required": ["kpis"],
        "properties": {
            "kpis": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["kpi", "name", "unit", "grain", "source", "side", "better", "target", "values"],
                    "properties": {
                        **{name: {"type": "string"} for name in ("kpi", "name", "unit", "grain", "source")},
                        "side": {"type": "string", "enum": ["", "money", "customers", "staff"]},
                        "better": {"type": "string", "enum": ["higher", "lower"]},
                        "target": {"type": ["number", "null"]},
                        "values": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "required": ["start", "value"],
                                "properties": {
                                    "start": {"type": "string", "format": "date"},
                                    "value": {"type": "number"},
                                },
                            },
                        },
                    },
                },
            }
        },
    }
}


class Kpis(TenantAPIView):
    scopes = {"GET": Scope.READ, "POST": Scope.EVENTS_WRITE}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(operation_id="list_kpis", summary="Read KPIs", responses=_SERIES)
    def get(self, request: Any) -> Response:
        """Every series with its values, oldest first; a value is known by the first day of its week or month."""
        return Response(
            {
                "kpis": [
                    {
                        "kpi": one.slug,
                        "name": one.name,
                        "unit": one.unit,
                        "grain": one.grain,
                        "source": one.source,
                        "side": one.side,
                        "better": one.better,
                        "target": one.target,
                        "values": [
                            {"start": value.start.isoformat(), "value": value.value}
                            for value in sorted(one.values.all(), key=lambda value: value.start)
                        ],
                    }
                    for one in KpiSeries.objects.prefetch_related("values")
                ]
            }
        )

    @extend_schema(operation_id="send_kpis", summary="Send KPIs", request=_BODY, responses=_TAKEN)
    def post(self, request: Any) -> Response:
        """Send one value or an array of at most 1,000. The same week or month again replaces the value."""
        items = request.data if isinstance(request.data, list) else [request.data]
        if len(items) > MOST:
            raise Problem(f"The request holds {len(items)} values. Send at most {MOST:,} at a time.", status=413)
        rejected: dict[int, dict[str, str]] = {}
        figures, places = [], []
        for place, item in enumerate(items):
            if not isinstance(item, dict):
                raise wrong_fields({"body": "Send an object of fields, or an array of them."})
            if errors := body.faults(item, KpiFigure, {"day": "Send a day, as in 2026-11-01."}):
                rejected[place] = errors
            else:
                figures.append(msgspec.convert(item, KpiFigure))
                places.append(place)
        done = take_in(figures)
        rejected |= {places[place]: errors for place, errors in done.rejected.items()}
        return Response(
            {
                "accepted": done.accepted,
                "duplicates": done.duplicates,
                "rejected": [{"index": place, "errors": rejected[place]} for place in sorted(rejected)],
            }
        )
