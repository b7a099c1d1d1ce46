"""/api/v1/changes and /findings: what the company changed, in and out, and what workers found."""

from typing import Any, ClassVar

from django.http import Http404
from django.utils import timezone, translation
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from cxplatform.api import fields
from cxplatform.api.problems import NOT_YOURS, wrong_fields
from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy.models import Scope
from dashboards.ahead import forecasts, links, sales
from dashboards.ahead.outlook import outlooks
from dashboards.changes import effects
from dashboards.changes.forms import EARLIEST
from dashboards.changes.lines import TITLES, lines
from dashboards.changes.noted import note, take_back
from dashboards.goals import load_goals
from dashboards.insights.read import findings
from dashboards.models import Insight, JourneyChange
from dashboards.structure import Structure, load_structure
from journeys.models import Journey, Touchpoint

KINDS = (*TITLES, effects.KIND, forecasts.KIND, sales.KIND)
MOST = 500


class ChangeSerializer(fields.StrictModelSerializer):
    """A change that customers meet from a day on. Without a place it is of the whole company."""

    day = serializers.DateField()
    touchpoint = fields.SlugReference(Touchpoint, required=False, allow_null=True)
    journey = fields.SlugReference(Journey, required=False, allow_null=True)
    stage = serializers.IntegerField(read_only=True, allow_null=True, source="stage_id")

    example = {"day": "2026-09-03", "what": "Checkout in two steps", "touchpoint": "web-shop", "made_by": "Web team"}

    class Meta:
        model = JourneyChange
        fields = ("id", "day", "what", "touchpoint", "journey", "stage", "made_by")
        read_only_fields = ("id",)

    def validate(self, told: dict[str, Any]) -> dict[str, Any]:
        if told.get("touchpoint") and told.get("journey"):
            raise serializers.ValidationError({"journey": ["Send a touchpoint or a journey, not both."]})
        return told

    def validate_day(self, day: Any) -> Any:
        if not EARLIEST <= day <= timezone.localdate():
            raise serializers.ValidationError("Send a day from the year 2000 to today: a change ahead is a plan.")
        return day


_SCORE = {
    "type": "object",
    "additionalProperties": True,
    "description": "The finding's own figures; scores with low, high and n. Their names differ by kind.",
}
_FINDINGS: dict[Any, Any] = {
    (200, "application/json"): {
        "type": "object",
        "required": ["findings"],
        "properties": {
            "findings": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["kind", "rank", "text", "figures", "touchpoint", "stage", "journey", "from", "to"],
                    "properties": {
                        "kind": {"type": "string", "enum": list(KINDS)},
                        "rank": {"type": "integer", "description": "1 is the first of its kind."},
                        "text": {"type": "string", "description": "A sentence, in the company's language."},
                        "figures": {"type": "array", "items": {"type": "string"}},
                        "touchpoint": {"type": ["string", "null"]},
                        "stage": {"type": ["integer", "null"]},
                        "journey": {"type": ["string", "null"]},
                        "from": {"type": "string", "format": "date"},
                        "to": {"type": "string", "format": "date"},
                        "data": _SCORE,
                    },
                },
            }
        },
    }
}


class Changes(TenantAPIView):
    scopes = {"GET": Scope.READ, "POST": Scope.DEFINITIONS_WRITE}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(operation_id="list_changes", summary="Read changes", responses=ChangeSerializer(many=True))
    def get(self, request: Any) -> Response:
        """The newest five hundred, the newest first. What each did is a finding of the kind "change"."""
        rows = JourneyChange.objects.select_related("touchpoint", "journey")[:MOST]
        return Response(ChangeSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="note_change",
        summary="Note a change",
        request=ChangeSerializer,
        responses={201: ChangeSerializer},
    )
    def post(self, request: Any) -> Response:
        """Two weeks after its day it is tested: before against after, less what the season did a year before."""
        serializer = ChangeSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return Response(ChangeSerializer(note(**serializer.validated_data)).data, status=201)


class OneChange(TenantAPIView):
    scopes = {"DELETE": Scope.DEFINITIONS_WRITE}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(operation_id="take_back_change", summary="Take back a change", responses={204: None})
    def delete(self, request: Any, pk: int) -> Response:
        """For one that was noted by mistake."""
        change = JourneyChange.objects.filter(pk=pk).first()
        if change is None:
            raise Http404(NOT_YOURS)
        take_back(change)
        return Response(status=204)


class Findings(TenantAPIView):
    scopes = {"GET": Scope.READ}
    query: ClassVar[frozenset[str] | None] = frozenset({"kind"})

    @extend_schema(
        operation_id="list_findings",
        summary="Read findings",
        parameters=[OpenApiParameter("kind", str, enum=list(KINDS), description="One kind alone. Default: all.")],
        responses=_FINDINGS,
    )
    def get(self, request: Any) -> Response:
        """What workers found in the figures: each kind's first before its second."""
        kind = request.query_params.get("kind", "")
        if kind and kind not in KINDS:
            raise wrong_fields({"kind": f"Send one of: {', '.join(KINDS)}."})
        with translation.override(self.tenant.language):
            return Response({"findings": _rows([kind] if kind else KINDS)})


def _rows(kinds: Any) -> list[dict[str, Any]]:
    structure, found = load_structure(), findings(kinds)
    told: list[tuple[Insight, str, tuple[str, ...]]] = []
    for kind in kinds:
        if kind == forecasts.KIND:
            goals = load_goals(timezone.localdate().year)
            every = outlooks(found[kind], structure, goals)
            told += [(each.insight, each.text, (each.past,) if each.past else ()) for each in every]
        elif kind == sales.KIND:
            told += [
                (each, text, (figures,) if figures else ())
                for each in found[kind]
                for text, figures in [links.said(each)]
            ]
        else:
            told += [(line.insight, line.text, line.figures) for line in lines(found[kind], structure)]
    return [_row(insight, text, figures, structure) for insight, text, figures in told]


def _row(insight: Insight, text: str, figures: tuple[str, ...], structure: Structure) -> dict[str, Any]:
    place = structure.places.get(insight.touchpoint_id or 0)  # type: ignore[attr-defined]
    journey = next((each for each in structure.journeys if each.id == insight.journey_id), None)  # type: ignore[attr-defined]
    return {
        "kind": insight.kind,
        "rank": insight.rank,
        "text": text,
        "figures": list(figures),
        "touchpoint": place.slug if place else None,
        "stage": insight.stage_id,  # type: ignore[attr-defined]
        "journey": journey.slug if journey else None,
        "from": insight.start.isoformat(),
        "to": insight.last.isoformat(),
        "data": insight.data,
    }
