"""/api/v1/experiments: those there are with what they found, and the variant that falls to a customer or a visitor."""

from typing import Any, ClassVar

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from cxplatform.api import fields
from cxplatform.api.problems import NOT_YOURS
from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Scope, Tenant
from dashboards.experiments import lot
from dashboards.experiments.figures import load_found
from dashboards.models import Experiment

_NUMBER: dict[str, Any] = {"type": ["number", "null"]}
_DAY: dict[str, Any] = {"type": ["string", "null"], "format": "date"}
_TEXT: dict[str, Any] = {"type": "string"}
_HEAD: dict[str, Any] = {
    "slug": _TEXT,
    "name": _TEXT,
    "touchpoint": _TEXT,
    "metric": _TEXT,
    "property": {"type": "string", "description": "The property in which events and answers carry the variant."},
    "state": {"type": "string", "enum": list(Experiment.State.values)},
    "started": _DAY,
    "stopped": _DAY,
    "least": {"type": "number"},
    "planned": {"type": "integer", "minimum": 0, "description": "Customers of each variant."},
}
_VARIANT: dict[str, Any] = {
    "key": _TEXT,
    "name": _TEXT,
    "n": {"type": "integer", "minimum": 0, "description": "Customers, each counted by the first answer."},
    "answers": {"type": "integer", "minimum": 0, "description": "How many answers they gave in all."},
    "score": _NUMBER,
    "low": _NUMBER,
    "high": _NUMBER,
    "difference": _NUMBER,
    "difference_low": _NUMBER,
    "difference_high": _NUMBER,
    "verdict": {"type": ["string", "null"], "enum": ["better", "worse", "no_clear_difference", "not_yet", None]},
}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


_ONE = _object(
    {
        **_HEAD,
        "verdict": {
            "type": "string",
            "enum": ["better", "worse", "no_clear_difference", "not_yet"],
            "description": "Of the whole: of the variant that differs most clearly from the first.",
        },
        "best": {"type": ["string", "null"], "description": "The key of that variant, where one differs clearly."},
        "uneven": {"type": "boolean", "description": "Customers are split as no lot splits them: believe no figure."},
        "change": {"type": ["integer", "null"], "description": "The dated change that came of it (/changes)."},
        "improvement": {"type": ["integer", "null"], "description": "The improvement that came of it."},
        "variants": {"type": "array", "items": _object(_VARIANT)},
    }
)
_LIST = _object({"experiments": {"type": "array", "items": _object(_HEAD)}})


class AssignSerializer(fields.StrictSerializer):
    """One of the two: a customer's number, or an id of your own for a visitor whom nobody knows yet."""

    customer = fields.Text(required=False, max_length=lot.LONGEST)
    visitor = fields.Text(required=False, max_length=lot.LONGEST)

    example = {"customer": "A10001"}

    def validate(self, told: dict[str, Any]) -> dict[str, Any]:
        if bool(told.get("customer")) == bool(told.get("visitor")):
            raise serializers.ValidationError({"customer": ["Send a customer or a visitor: one of them."]})
        return told


class Experiments(TenantAPIView):
    scopes = {"GET": Scope.READ}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(
        operation_id="list_experiments", summary="Read experiments", responses={(200, "application/json"): _LIST}
    )
    def get(self, request: Any) -> Response:
        """All but those put away."""
        rows = Experiment.objects.in_use().select_related("touchpoint").order_by("-id")[:500]
        return Response({"experiments": [_head(one) for one in rows]})


class OneExperiment(TenantAPIView):
    scopes = {"GET": Scope.READ}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(
        operation_id="read_experiment", summary="Read an experiment", responses={(200, "application/json"): _ONE}
    )
    def get(self, request: Any, slug: str) -> Response:
        """Its variants with score, n (customers) and interval, and each one's difference from the first with an
        interval that holds however often you look. A score of fewer than the organisation's smallest group is null.
        """
        of = _find(slug)
        tenant = Tenant.objects.get(pk=active_tenant_id())
        today = timezone.now().astimezone(tenant.zone).date()
        found = load_found(of, today=today, minimum=tenant.anonymity_minimum)
        variants = [
            {
                "key": one.key,
                "name": one.name,
                "n": one.n if one.score else 0,
                "answers": one.answers if one.score else 0,
                "score": one.score.value if one.score else None,
                "low": one.score.low if one.score else None,
                "high": one.score.high if one.score else None,
                "difference": one.against.difference if one.against else None,
                "difference_low": one.against.low if one.against else None,
                "difference_high": one.against.high if one.against else None,
                "verdict": one.against.verdict if one.against else None,
            }
            for one in found.variants
        ]
        return Response(
            {
                **_head(of),
                "verdict": found.verdict,
                "best": found.best.key if found.best else None,
                "uneven": found.uneven,
                "change": of.change_id,
                "improvement": of.improvement_id,
                "variants": variants,
            }
        )


class Assign(TenantAPIView):
    scopes = {"POST": Scope.EVENTS_WRITE}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(
        operation_id="assign_variant",
        summary="Draw a variant",
        request=AssignSerializer,
        responses={
            (200, "application/json"): _object(
                {"experiment": _TEXT, "variant": _TEXT, "property": _TEXT, "running": {"type": "boolean"}}
            )
        },
    )
    def post(self, request: Any, slug: str) -> Response:
        """The same customer or visitor always draws the same. A customer keeps the variant, and their answers carry it
        whichever way they are asked; of a visitor send it yourself, as this property of events and answers or as
        `variant=experiment:key` of a survey link. Where the experiment does not run it is the first variant.
        """
        of = _find(slug)
        serializer = AssignSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        variant = lot.assign(of, **serializer.validated_data)
        running = of.state == Experiment.State.RUNNING
        return Response({"experiment": of.slug, "variant": variant, "property": of.dimension, "running": running})


def _find(slug: str) -> Experiment:
    found = Experiment.objects.in_use().select_related("touchpoint").filter(slug=slug).first()
    if found is None:
        raise Http404(NOT_YOURS)
    return found  # type: ignore[no-any-return]


def _head(of: Experiment) -> dict[str, Any]:
    return {
        "slug": of.slug,
        "name": of.name,
        "touchpoint": of.touchpoint.slug,
        "metric": of.metric,
        "property": of.dimension,
        "state": of.state,
        "started": of.started_on.isoformat() if of.started_on else None,
        "stopped": of.stopped_on.isoformat() if of.stopped_on else None,
        "least": of.least,
        "planned": of.planned,
    }
