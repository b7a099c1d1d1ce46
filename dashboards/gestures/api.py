"""/api/v1/gestures: the catalogue, and what came of it."""

from typing import Any, ClassVar

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from cxplatform.api import fields
from cxplatform.api.views import TenantAPIView
from cxplatform.stats.score import Score
from cxplatform.tenancy.models import Scope
from dashboards.gestures.effect import KIND, WITHIN
from dashboards.gestures.page import DAYS, Row, load_catalogue
from dashboards.models import Gesture, Look
from dashboards.tasks import look_for
from journeys.definitions_api import DefinitionSerializer, Owner, endpoints
from journeys.models import Touchpoint

_NUMBER: dict[str, Any] = {"type": ["number", "null"]}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}


def _object(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties, **more}


_SCORE = _object({"n": _COUNT, "score": _NUMBER, "low": _NUMBER, "high": _NUMBER})
_EFFECT = _object(
    {
        "metric": {"type": "string"},
        "met": _SCORE,
        "others": _SCORE,
        "difference": _NUMBER,
        "low": _NUMBER,
        "high": _NUMBER,
        "verdict": {"type": "string"},
    },
    type=["object", "null"],
    description=f"Customers who answered within {WITHIN} days of it beside the others at the same touchpoints. Nobody "
    "drew lots for who meets it, so that a difference is no proof.",
)
_FIGURES = _object(
    {
        "days": _COUNT,
        "gestures": {
            "type": "array",
            "items": _object(
                {
                    "slug": {"type": "string"},
                    "event_type": {"type": "string"},
                    "uses": _COUNT,
                    "customers": {
                        **_COUNT,
                        "description": "0 where they are fewer than the organisation's smallest group.",
                    },
                    "spent": _NUMBER,
                    "currency": {"type": "string"},
                    "effect": _EFFECT,
                }
            ),
        },
        "unknown": {
            "type": "array",
            "description": "Gestures that events tell of and no catalogue knows.",
            "items": _object({"slug": {"type": "string"}, "uses": _COUNT}),
        },
    }
)


class GestureSerializer(DefinitionSerializer):
    """Something done for a customer that nobody promised. It was done where an event of its `event_type` says so."""

    touchpoint = fields.SlugReference(Touchpoint, required=False, allow_null=True)
    owner = Owner(required=False, allow_null=True)
    event_type = serializers.CharField(read_only=True)

    example = {
        "slug": "coffee",
        "name": "Coffee while waiting",
        "description": "Where the wait is over a quarter of an hour.",
        "cost": 1.2,
        "currency": "EUR",
        "with_customers": "six customers, in a workshop",
    }

    class Meta:
        model = Gesture
        fields = (
            *DefinitionSerializer.common, "event_type", "touchpoint", "cost", "currency", "with_customers",
            "with_staff", "owner",
        )  # fmt: skip

    def validate_currency(self, code: str) -> str:
        if not (len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()):
            raise serializers.ValidationError("Send three capital letters, such as EUR.")
        return code

    def validate(self, told: dict[str, Any]) -> dict[str, Any]:
        designed = [told.get(name, getattr(self.instance, name, "")) for name in ("with_customers", "with_staff")]
        if not any(designed):
            raise serializers.ValidationError({"with_customers": ["Say who designed it: customers, staff, or both."]})
        return told

    def create(self, values: dict[str, Any]) -> Any:
        made = super().create(values)
        _look_again(made.tenant_id)
        return made

    def update(self, definition: Any, values: dict[str, Any]) -> Any:
        changed = super().update(definition, values)
        _look_again(changed.tenant_id)
        return changed


def _look_again(tenant_id: int) -> None:
    """Its effect is looked for at once, and not only in the next night."""
    Look.objects.filter(kind=KIND).delete()
    look_for.after_commit(tenant_id, KIND)


class GestureFigures(TenantAPIView):
    scopes = {"GET": Scope.READ}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(
        operation_id="gesture_figures",
        summary="Read what came of gestures",
        responses={(200, "application/json"): _FIGURES},
    )
    def get(self, request: Any) -> Response:
        """Of each in the catalogue: how often it was done lately and at what cost, and what customers who met it say
        beside the others. Groups under the organisation's minimum have no scores."""
        today = timezone.localdate(timezone=self.tenant.zone)
        found = load_catalogue(tenant=self.tenant, today=today)
        return Response(
            {
                "days": DAYS,
                "gestures": [_row(row) for row in found.rows],
                "unknown": [{"slug": slug, "uses": uses} for slug, uses in found.unknown],
            }
        )


def _row(row: Row) -> dict[str, Any]:
    effect = row.effect
    return {
        "slug": row.gesture.slug,
        "event_type": row.gesture.event_type,
        "uses": row.uses,
        "customers": row.customers,
        "spent": float(row.spent) if row.spent is not None else None,
        "currency": row.gesture.currency,
        "effect": effect
        and {
            "metric": effect.metric.name,
            "met": _score(effect.met),
            "others": _score(effect.others),
            "difference": effect.change.difference,
            "low": effect.change.low,
            "high": effect.change.high,
            "verdict": effect.change.verdict,
        },
    }


def _score(of: Score) -> dict[str, Any]:
    return {"n": of.n, "score": of.value, "low": of.low, "high": of.high}


urlpatterns = [
    path("gesture-figures", GestureFigures.as_view()),
    *endpoints("gestures", GestureSerializer, related=("touchpoint", "owner")),
]
