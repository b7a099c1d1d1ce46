"""/api/v1/promises/{slug}/participation and /criteria: what stands behind a promise's words."""

from typing import Any

from django.db import transaction
from django.http import Http404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from cxplatform.api import fields
from cxplatform.api.problems import NOT_YOURS
from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy import audit
from cxplatform.tenancy.models import Scope
from journeys.models import Unit
from promises.making import support
from promises.models import Criterion, Participation, Promise
from promises.parts_api import OnePart, Parts, PartSerializer
from promises.present import promise_of

_NOUN = ("participation", "participations")


class ParticipationSerializer(PartSerializer):
    """Staff took part in making a promise: when, how and how many."""

    unit = fields.SlugReference(Unit, required=False, allow_null=True)
    logged_by = serializers.SerializerMethodField(help_text="The member's e-mail; null = an integration.")

    example = {"way": "workshop", "held_on": "2026-10-02", "people": 14, "unit": "turku", "outcome": "24 h, not 8."}

    class Meta:
        model = Participation
        fields = ("id", "way", "held_on", "people", "unit", "outcome", "logged_by")
        read_only_fields = ("id",)
        extra_kwargs = {"people": {"min_value": 1}, "outcome": {"max_length": 4000}}

    @extend_schema_field({"type": ["string", "null"], "format": "email"})
    def get_logged_by(self, row: Any) -> str | None:
        return row.logged_by.email if row.logged_by else None

    def validate_held_on(self, day: Any) -> Any:
        if day > timezone.localdate(timezone=self.context["request"].auth.tenant.zone):
            raise serializers.ValidationError("It is logged when it was held. Send today or an earlier day.")
        return day

    def add(self, promise: Promise, values: dict[str, Any]) -> Any:
        return support.log_participation(promise=promise, fields=values)

    @transaction.atomic
    def change(self, row: Any, values: dict[str, Any]) -> Any:
        before = audit.state(row)
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
        audit.record("changed", row, before=before)
        return row


class Participations(Parts):
    query = Parts.pagination_class.query
    serializer_class, related, noun = ParticipationSerializer, ("unit", "logged_by"), _NOUN


class OneParticipation(OnePart):
    serializer_class, related, noun = ParticipationSerializer, ("unit", "logged_by"), _NOUN

    def take_away(self, row: Any) -> None:
        support.forget_participation(row=row)


_CRITERION: dict[str, Any] = {
    "type": "object",
    "required": ["name", "met", "evidence", "facts", "judged_at", "judged_by"],
    "properties": {
        "name": {"type": "string", "enum": Criterion.Name.values},
        "met": {"type": "boolean"},
        "evidence": {"type": "string"},
        "facts": {"type": "object", "description": "The numbers it was judged by, as they were then."},
        "judged_at": {"type": ["string", "null"], "format": "date-time", "description": "null = not judged yet."},
        "judged_by": {"type": ["string", "null"], "description": "The member's e-mail; null = an integration."},
    },
}


class CriterionSerializer(fields.StrictSerializer):
    met = fields.Flag(help_text="Whether the promise meets it.")
    evidence = fields.Text(max_length=4000, allow_blank=True, help_text="What shows that it does.")

    example = {"met": True, "evidence": "Ten of ten cashiers could say it by heart a week later."}

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        if values["met"] and not values["evidence"].strip():
            raise serializers.ValidationError({"evidence": "Write down what shows that the criterion is met."})
        return values


class Criteria(TenantAPIView):
    scopes = {"GET": Scope.READ}
    query = frozenset[str]()

    @extend_schema(
        operation_id="list_criteria",
        summary="Read a promise's five criteria",
        responses={
            (200, "application/json"): {
                "type": "object",
                "required": ["results"],
                "properties": {"results": {"type": "array", "items": _CRITERION}},
            }
        },
    )
    def get(self, request: Any, slug: str) -> Response:
        """All five, judged or not, with the evidence of each."""
        rows = Criterion.objects.filter(promise=promise_of(slug)).select_related("judged_by")
        judged = {row.name: row for row in rows}
        return Response({"results": [_criterion(name, judged.get(name)) for name in Criterion.Name.values]})


class OneCriterion(TenantAPIView):
    scopes = {"PUT": Scope.DEFINITIONS_WRITE}
    query = frozenset[str]()

    @extend_schema(
        operation_id="judge_criterion",
        summary="Judge one of a promise's criteria",
        request=CriterionSerializer,
        responses={(200, "application/json"): _CRITERION},
    )
    def put(self, request: Any, slug: str, name: str) -> Response:
        """Whether the promise meets it, by what evidence.

        Of possible the numbers of history are kept with it, and another target has it judged anew.
        """
        promise = promise_of(slug)
        if name not in Criterion.Name.values:
            raise Http404(NOT_YOURS)
        serializer = CriterionSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        with transaction.atomic():
            row = support.judge(promise=promise, name=name, **serializer.validated_data)
        return Response(_criterion(name, row))


def _criterion(name: str, row: Criterion | None) -> dict[str, Any]:
    return {
        "name": name,
        "met": bool(row and row.met),
        "evidence": row.evidence if row else "",
        "facts": row.facts if row else {},
        "judged_at": row.judged_at.isoformat() if row else None,
        "judged_by": row.judged_by.email if row and row.judged_by else None,
    }


urlpatterns = [
    path("promises/<str:slug>/participation", Participations.as_view()),
    path("promises/<str:slug>/participation/<int:pk>", OneParticipation.as_view()),
    path("promises/<str:slug>/criteria", Criteria.as_view()),
    path("promises/<str:slug>/criteria/<str:name>", OneCriterion.as_view()),
]
