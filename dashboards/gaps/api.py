"""GET /api/v1/blind-spots: where staff guess otherwise than customers answer, for other systems."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy.models import Scope
from dashboards.gaps.finder import KIND
from dashboards.insights.read import findings
from journeys.models import Touchpoint

_NUMBER: dict[str, Any] = {"type": ["number", "null"]}
_COUNT: dict[str, Any] = {"type": ["integer", "null"], "minimum": 0}
FIGURES = ("gap", "low", "high", "staff", "customers", "n_staff", "n_customers")
_ANSWER: dict[Any, Any] = {
    (200, "application/json"): {
        "type": "object",
        "required": ["gaps"],
        "properties": {
            "gaps": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["touchpoint", "about", "metric", "kind", "wave", "lacks", "from", "to", *FIGURES],
                    "properties": {
                        "touchpoint": {"type": ["string", "null"], "description": "null = the whole company."},
                        "about": {"type": "string", "enum": ["score", "importance", "belief"]},
                        "metric": {"type": "string"},
                        "kind": {"type": "string", "enum": ["blind_spot", "hidden_strength", "none", "not_enough"]},
                        "wave": {"type": "string", "description": "The quarter in which staff were asked."},
                        "lacks": {
                            "type": "array",
                            "items": {"type": "string", "enum": ["staff", "customers"]},
                            "description": "Of whom too few answered: then there are no figures.",
                        },
                        "from": {"type": "string", "format": "date"},
                        "to": {"type": "string", "format": "date"},
                        **dict.fromkeys(FIGURES[:5], _NUMBER),
                        **dict.fromkeys(FIGURES[5:], _COUNT),
                    },
                },
            }
        },
    }
}


class BlindSpots(TenantAPIView):
    scopes = {"GET": Scope.READ}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(operation_id="list_blind_spots", summary="Read blind spots", responses=_ANSWER)
    def get(self, request: Any) -> Response:
        """What staff guessed in mirror surveys less what customers answered, on 0-100, the most telling first.

        A gap is a `blind_spot` (staff too high) or a `hidden_strength` (too low) from 10 points on, when its 95 %
        interval `low` ... `high` lies wholly beyond half of that. It is worked out at most once an hour.
        """
        slugs = dict(Touchpoint.objects.in_use().values_list("pk", "slug"))
        return Response(
            {
                "gaps": [
                    {
                        "touchpoint": slugs[each.touchpoint_id] if each.touchpoint_id else None,
                        "about": each.data["aspect"],
                        "metric": each.data["metric"],
                        "kind": each.data["kind"],
                        "wave": each.data["wave"],
                        "lacks": each.data.get("lacks", []),
                        "from": each.start.isoformat(),
                        "to": each.last.isoformat(),
                        **{name: each.data.get(name) for name in FIGURES},
                    }
                    for each in findings([KIND])[KIND]
                    if each.touchpoint_id is None or each.touchpoint_id in slugs
                ]
            }
        )
