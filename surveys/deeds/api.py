"""/api/v1/deeds: "you said, we did", as customers are told of it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import Http404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from cxplatform.api import fields
from cxplatform.api.problems import NOT_YOURS, wrong_fields
from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy import audit
from cxplatform.tenancy.models import Scope
from journeys.models import Touchpoint
from surveys.deeds.forms import EARLIEST, LONGEST
from surveys.models import Deed
from surveys.questionnaire.wordings import LANGUAGES

MOST = 500


class Texts(serializers.DictField):
    """A text in each language that it is written in: {"fi": "...", "en": "..."}."""

    child = fields.Text(max_length=LONGEST)

    def to_internal_value(self, data: Any) -> Any:
        texts = super().to_internal_value(data)
        unknown = sorted(set(texts) - set(LANGUAGES))
        if unknown:
            known = ", ".join(LANGUAGES)
            raise serializers.ValidationError(f"Unknown language: {unknown[0][:20]}. Send one of: {known}.")
        return texts


class DeedSerializer(fields.StrictModelSerializer):
    """What customers said and what was done about it. They are told of it from `done_on` on while it is `published`,
    at its touchpoint or, without one, everywhere."""

    touchpoint = fields.SlugReference(Touchpoint, required=False, allow_null=True)
    said = Texts()
    did = Texts()
    done_on = serializers.DateField()
    improvement = serializers.IntegerField(read_only=True, allow_null=True, source="improvement_id")

    example = {
        "said": {"en": "The chat closes too early."},
        "did": {"en": "It is open until nine in the evening."},
        "done_on": "2026-09-03",
        "published": True,
    }

    class Meta:
        model = Deed
        fields = ("id", "touchpoint", "said", "did", "done_on", "published", "improvement")
        read_only_fields = ("id",)

    def validate_done_on(self, day: Any) -> Any:
        if not EARLIEST <= day <= timezone.localdate():
            raise serializers.ValidationError("Send a day from the year 2000 to today: tell of what has been done.")
        return day

    def validate(self, told: dict[str, Any]) -> dict[str, Any]:
        said, did = (told.get(name, getattr(self.instance, name, {})) for name in ("said", "did"))
        own = self.context["request"].auth.tenant.language
        first = own if own in LANGUAGES else "en"
        errors = {}
        for name, texts, other in (("said", said, did), ("did", did, said)):
            if not texts.get(first):
                errors[name] = [f"Write it in the organisation's own language too: {first}."]
            elif missing := sorted(code for code in other if other[code] and not texts.get(code)):
                errors[name] = [f"Write both in {missing[0]}, or neither."]
        if errors:
            raise serializers.ValidationError(errors)
        return told


class Deeds(TenantAPIView):
    scopes = {"GET": Scope.READ, "POST": Scope.DEFINITIONS_WRITE}
    query: ClassVar[frozenset[str] | None] = frozenset({"published"})

    @extend_schema(
        operation_id="list_deeds",
        summary="Read what was said and done",
        parameters=[OpenApiParameter("published", str, enum=["0", "1"], description="Those told to customers alone.")],
        responses=DeedSerializer(many=True),
    )
    def get(self, request: Any) -> Response:
        """The newest five hundred, the newest first."""
        rows = Deed.objects.select_related("touchpoint")
        if asked := request.query_params.get("published", ""):
            if asked not in {"0", "1"}:
                raise wrong_fields({"published": "Send 0 or 1."})
            rows = rows.filter(published=asked == "1")
        return Response(DeedSerializer(rows[:MOST], many=True).data)

    @extend_schema(
        operation_id="tell_deed",
        summary="Tell what was done",
        request=DeedSerializer,
        responses={201: DeedSerializer},
    )
    def post(self, request: Any) -> Response:
        """Published, those who answer there are told of it from now on."""
        serializer = DeedSerializer(data=request.data, context={"request": request})
        serializer.is_valid(raise_exception=True)
        made = Deed.objects.create(**serializer.validated_data)
        audit.record("created", made)
        return Response(DeedSerializer(made).data, status=201)


class OneDeed(TenantAPIView):
    scopes = {"GET": Scope.READ, "PATCH": Scope.DEFINITIONS_WRITE, "DELETE": Scope.DEFINITIONS_WRITE}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(operation_id="read_deed", summary="Read one thing done", responses=DeedSerializer)
    def get(self, request: Any, pk: int) -> Response:
        """As it is now."""
        return Response(DeedSerializer(_deed(pk)).data)

    @extend_schema(
        operation_id="change_deed",
        summary="Change what is told of it",
        request=DeedSerializer(partial=True),
        responses=DeedSerializer,
    )
    def patch(self, request: Any, pk: int) -> Response:
        """Other words, place or day; `published` tells it, or stops telling it."""
        row = _deed(pk)
        serializer = DeedSerializer(row, data=request.data, partial=True, context={"request": request})
        serializer.is_valid(raise_exception=True)
        told: Mapping[str, Any] = serializer.validated_data
        if told:
            before = audit.stored(row)
            for name, value in told.items():
                setattr(row, name, value)
            row.save()
            audit.record("changed", row, before=before)
        return Response(DeedSerializer(row).data)

    @extend_schema(operation_id="remove_deed", summary="Remove what was told", responses={204: None})
    def delete(self, request: Any, pk: int) -> Response:
        """Customers are told of it no more."""
        row = _deed(pk)
        audit.record("removed", row, before=audit.state(row))
        row.delete()
        return Response(status=204)


def _deed(pk: int) -> Deed:
    found: Deed | None = Deed.objects.select_related("touchpoint").filter(pk=pk).first()
    if found is None:
        raise Http404(NOT_YOURS)
    return found


urlpatterns = [
    path("deeds", Deeds.as_view()),
    path("deeds/<int:pk>", OneDeed.as_view()),
]
