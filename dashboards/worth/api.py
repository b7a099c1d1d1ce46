"""GET /api/v1/worth: revenue and retention by class, and perceived value by encounter, for other systems."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from cxplatform.api.views import TenantAPIView
from cxplatform.stats.score import Score
from cxplatform.tenancy.models import Scope
from dashboards.insights.read import findings
from dashboards.worth.finder import KIND
from dashboards.worth.views import load_value

_NUMBER: dict[str, Any] = {"type": ["number", "null"]}
_COUNT: dict[str, Any] = {"type": ["integer", "null"], "minimum": 0, "description": "Null where too few to be told."}
FIGURES = ("stayed", "stayed_low", "stayed_high", "paid", "paid_low", "paid_high")
_DAY: dict[str, Any] = {"type": ["string", "null"], "format": "date"}
_ANSWER: dict[Any, Any] = {
    (200, "application/json"): {
        "type": "object",
        "required": ["asked", "currency", "answered_from", "answered_to", "followed_to", "classes", "encounters"],
        "properties": {
            "asked": {
                "type": ["string", "null"],
                "enum": ["relationship", "transaction", None],
                "description": "The kind of survey that customers are classed by; null while nothing is known.",
            },
            "currency": {"type": ["string", "null"]},
            "answered_from": _DAY,
            "answered_to": _DAY,
            "followed_to": _DAY,
            "classes": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["class", "n", *FIGURES],
                    "properties": {
                        "class": {"type": "string", "enum": ["promoters", "passives", "detractors"]},
                        "n": _COUNT,
                        **dict.fromkeys(FIGURES, _NUMBER),
                    },
                },
            },
            "encounters": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["number", "and_more", "hidden", "n", "value", "low", "high"],
                    "properties": {
                        "number": {"type": "integer", "minimum": 1},
                        "and_more": {"type": "boolean"},
                        "hidden": {"type": "boolean"},
                        "n": _COUNT,
                        **dict.fromkeys(("value", "low", "high"), _NUMBER),
                    },
                },
            },
        },
    }
}


class Worth(TenantAPIView):
    scopes = {"GET": Scope.READ}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(operation_id="read_worth", summary="Read the value of customers", responses=_ANSWER)
    def get(self, request: Any) -> Response:
        """What customers did in the year after their answer, by class: the per cent that came back (`stayed`) and what
        they paid on average, each with its 95 % interval. A difference, not a cause. And perceived value, benefit less
        sacrifice (-6 ... 6), at their first encounter, the second and so on. Classes are worked out each night.
        """
        found = next(iter(findings([KIND])[KIND]), None)
        data: dict[str, Any] = dict(found.data) if found else {}
        return Response(
            {
                "asked": data.get("asked") or None,
                "currency": data.get("currency"),
                "answered_from": data.get("first"),
                "answered_to": data.get("split"),
                "followed_to": found.last.isoformat() if found else None,
                "classes": [
                    {"class": each["key"], "n": each["n"], **{name: each.get(name) for name in FIGURES}}
                    for each in data.get("classes", ())
                ],
                "encounters": [
                    {"number": nth.number, "and_more": nth.last, "hidden": nth.score is None, **_value(nth.score)}
                    for nth in load_value(minimum=self.tenant.anonymity_minimum)
                ],
            }
        )


def _value(score: Score | None) -> dict[str, Any]:
    names = ("n", "value", "low", "high")
    return {name: getattr(score, name) if score else None for name in names}
