"""What texts and types of events mean, over REST; stored events follow in the background."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.response import Response

from cxplatform.api import fields
from cxplatform.api.pagination import CursorPages
from cxplatform.api.problems import NOT_YOURS, wrong_fields
from cxplatform.api.views import TenantAPIView, TenantMixin
from cxplatform.tenancy.models import Scope
from journeys.mapping import TARGETS, Meaning, describe, forget, map_text
from journeys.models import EventType, TextMapping, Touchpoint, UnmappedText
from journeys.models.rules import OWN_TYPES
from journeys.remapping import remap

MOST = 200
_MAPPED = {
    (200, "application/json"): {
        "type": "object",
        "required": ["mapped"],
        "properties": {"mapped": {"type": "integer", "minimum": 0}},
        "example": {"mapped": 2},
    }
}


_MAPPINGS = {
    "application/json": {
        "type": "array",
        "maxItems": MOST,
        "items": {
            "type": "object",
            "required": ["kind", "text", "means"],
            "additionalProperties": False,
            "properties": {
                "kind": {"type": "string", "enum": TextMapping.Kind.values},
                "text": {"type": "string", "minLength": 1, "maxLength": 300, "description": "As events have it."},
                "means": {"type": "string", "maxLength": 100, "description": "The identifier of what is meant."},
            },
        },
        "example": [{"kind": "touchpoint", "text": "Webshop (old)", "means": "web-shop"}],
    }
}


class UnmappedSerializer(serializers.ModelSerializer):
    """A text or a type that events came with and nobody has given a meaning."""

    class Meta:
        model = UnmappedText
        fields = ("kind", "text", "events", "first_seen", "last_seen")


class Unmapped(TenantMixin, ListAPIView):
    scopes = {"GET": Scope.READ}
    query = CursorPages.query | {"kind"}
    serializer_class = UnmappedSerializer
    pagination_class = CursorPages

    def get_queryset(self) -> Any:
        manager = UnmappedText._base_manager if getattr(self, "swagger_fake_view", False) else UnmappedText.objects
        mapped = TextMapping._base_manager.filter(kind=OuterRef("kind"), text=OuterRef("text"))
        described = EventType._base_manager.filter(type=OuterRef("text"))
        return manager.filter(~Exists(mapped), ~(Q(kind="type") & Exists(described)))

    @extend_schema(
        operation_id="list_unmapped",
        summary="List texts without a meaning",
        parameters=[OpenApiParameter("kind", str, enum=UnmappedText.Kind.values, description="Only of this kind.")],
    )
    def get(self, request: Any) -> Response:
        """Touchpoints, channels and units that events name and nobody has defined, and types of events that name no
        touchpoint, with how many came."""
        rows = self.get_queryset()
        if kind := request.query_params.get("kind"):
            if kind not in UnmappedText.Kind.values:
                raise wrong_fields({"kind": f"Send one of {', '.join(UnmappedText.Kind.values)}."})
            rows = rows.filter(kind=kind)
        return self.get_paginated_response(self.get_serializer(self.paginate_queryset(rows), many=True).data)


class MappingSerializer(fields.StrictSerializer):
    """What a text that integrations send means: the identifier of a touchpoint, channel or unit in use."""

    kind = fields.Choice(choices=TextMapping.Kind.choices)
    text = fields.Text(min_length=1, max_length=300, trim_whitespace=False)
    means = fields.Text(max_length=100)

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        found = TARGETS[values["kind"]].objects.in_use().filter(slug=values["means"]).first()
        if found is None:
            raise serializers.ValidationError(
                {"means": f"There is no {values['kind']} of this identifier in use. Make it first, or correct it."}
            )
        return values | {"target": found.pk}

    def to_representation(self, mapping: Any) -> dict[str, Any]:
        slugs = self.context["slugs"]
        return {"kind": mapping.kind, "text": mapping.text, "means": slugs.get((mapping.kind, mapping.target_id))}


class Mappings(TenantMixin, ListAPIView):
    scopes = {"GET": Scope.READ, "POST": Scope.DEFINITIONS_WRITE}
    query = CursorPages.query
    serializer_class = MappingSerializer
    pagination_class = CursorPages

    def get_queryset(self) -> Any:
        fake = getattr(self, "swagger_fake_view", False)
        return TextMapping._base_manager.all() if fake else TextMapping.objects.all()

    @extend_schema(operation_id="list_mappings", summary="List meanings of texts")
    def get(self, request: Any) -> Response:
        """All that has been said, a page at a time; `means` is the identifier of what is meant."""
        page = self.paginate_queryset(self.get_queryset())
        slugs = {
            (kind, pk): slug
            for kind, model in TARGETS.items()
            for pk, slug in model.objects.filter(pk__in=[m.target_id for m in page if m.kind == kind]).values_list(
                "pk", "slug"
            )
        }
        shown = MappingSerializer(page, many=True, context={"slugs": slugs})
        return self.get_paginated_response(shown.data)

    @extend_schema(
        operation_id="map_texts",
        summary="Say what texts mean",
        request=_MAPPINGS,
        responses=_MAPPED,
    )
    def post(self, request: Any) -> Response:
        """An array of at most 200. Each counts from now on, and what has already arrived follows in the background:
        events, answers, promises and passages. A text that had a meaning gets the new one."""
        if not isinstance(request.data, list):
            raise wrong_fields({"body": "Send an array of {kind, text, means}."})
        if len(request.data) > MOST:
            raise wrong_fields({"body": f"The request holds {len(request.data)} texts. Send at most {MOST} at a time."})
        serializer = MappingSerializer(data=request.data, many=True)
        serializer.is_valid(raise_exception=True)
        items = {
            (row["kind"], row["text"]): map_text(row["kind"], row["text"], row["target"])
            for row in serializer.validated_data
        }
        remap(list(items.values()))
        return Response({"mapped": len(items)})


class EventTypeSerializer(fields.StrictModelSerializer):
    """What a type of event means to the company."""

    touchpoint = fields.SlugReference(
        Touchpoint, required=False, allow_null=True, help_text="Where such events happen that name no touchpoint."
    )

    class Meta:
        model = EventType
        fields = ("type", "name", "touchpoint", "meaning", "ignored")
        read_only_fields = ("type",)
        extra_kwargs = {
            "meaning": {"help_text": "failure, bot (a machine began to serve), human (a human did), or empty."},
            "ignored": {"help_text": "true: no encounter, it makes no step of a journey."},
        }


class EventTypes(TenantMixin, ListAPIView):
    scopes = {"GET": Scope.READ}
    query = CursorPages.query
    serializer_class = EventTypeSerializer
    pagination_class = CursorPages

    def get_queryset(self) -> Any:
        manager = EventType._base_manager if getattr(self, "swagger_fake_view", False) else EventType.objects
        return manager.select_related("touchpoint")

    @extend_schema(operation_id="list_event_types", summary="List types of events")
    def get(self, request: Any) -> Response:
        """Those that are described. Many systems send chat.unanswered, call.abandoned, bot.dead_end, checkout.error,
        payment.declined, form.error and trial.ended_without_contact as failures, and bot.started and human.joined to
        tell how long it takes to reach a human: describe them with PUT, or take them over on the page of what
        integrations send."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class OneEventType(TenantAPIView):
    scopes = {"GET": Scope.READ, "PUT": Scope.DEFINITIONS_WRITE, "DELETE": Scope.DEFINITIONS_WRITE}
    query = frozenset[str]()

    @extend_schema(operation_id="get_event_type", summary="Read a type of event", responses=EventTypeSerializer)
    def get(self, request: Any, type: str) -> Response:
        return Response(EventTypeSerializer(_found(type)).data)

    @extend_schema(
        operation_id="put_event_type",
        summary="Describe a type of event",
        request=EventTypeSerializer,
        responses={200: EventTypeSerializer},
    )
    def put(self, request: Any, type: str) -> Response:
        """What is left out becomes empty. Stored events of the type follow in the background."""
        if len(type) > 100 or type.startswith(OWN_TYPES):
            raise wrong_fields({"type": "At most 100 characters, and not one of ours (survey., promise., cx.)."})
        serializer = EventTypeSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        sent = serializer.validated_data
        place = sent.get("touchpoint")
        told = Meaning(place.pk if place else None, sent.get("meaning", ""), sent.get("ignored", False))
        try:
            remap([describe(type, told, name=sent.get("name", ""))])
        except ValidationError as error:
            raise wrong_fields({"type": " ".join(error.messages)}) from None
        return Response(EventTypeSerializer(_found(type)).data)

    @extend_schema(operation_id="delete_event_type", summary="Forget a type of event", responses={204: None})
    def delete(self, request: Any, type: str) -> Response:
        """Events that it had placed stand nowhere again."""
        forget([_found(type)])
        return Response(status=204)


def _found(type: str) -> EventType:
    found: EventType | None = EventType.objects.select_related("touchpoint").filter(type=type).first()
    if found is None:
        raise Http404(NOT_YOURS)
    return found


urlpatterns = [
    path("unmapped", Unmapped.as_view()),
    path("mappings", Mappings.as_view()),
    path("event-types", EventTypes.as_view()),
    path("event-types/<path:type>", OneEventType.as_view()),
]
