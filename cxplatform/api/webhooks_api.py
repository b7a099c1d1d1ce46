"""/api/v1/webhooks: endpoints that are told what happens, what became of each delivery, and telling it again.

Here and not with what sends them, since the frame of the API stands above it. All of it is under a scope of its own:
whoever sets up a webhook has everything told to them, and a chat's address is a secret.
"""

from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.response import Response

from cxplatform.api import fields
from cxplatform.api.pagination import CursorPages
from cxplatform.api.problems import NOT_YOURS, wrong_fields
from cxplatform.api.views import TenantAPIView, TenantMixin
from cxplatform.deliveries.models import Webhook, WebhookDelivery
from cxplatform.deliveries.webhooks import keeping, sending, telling
from cxplatform.deliveries.webhooks.outside import Refused, check
from cxplatform.tenancy.models import Scope

MOST = 500
STATES: dict[str, dict[str, Any]] = {
    "waiting": {"sent_at": None, "given_up_at": None},
    "taken": {"sent_at__isnull": False},
    "given_up": {"given_up_at__isnull": False},
}


class WebhookSerializer(fields.StrictModelSerializer):
    """An endpoint. `place` is where it leads: the whole address, except of a chat, whose address is a secret."""

    name = fields.Text(max_length=100)
    url = fields.Text(max_length=500, write_only=True, help_text="Where we post to: https, outside our own network.")
    place = serializers.CharField(read_only=True)
    format = fields.Choice(
        choices=list(Webhook.Format.values),
        required=False,
        help_text="standard: signed JSON. slack, teams: a message for people, without names of customers.",
    )
    types = serializers.ListField(
        child=fields.Text(max_length=100), required=False, help_text="What it is told of; empty: everything."
    )
    paused = fields.Flag(required=False)

    example = {"name": "CRM", "url": "https://crm.example.com/hooks/cx", "types": ["promise.alert_raised"]}

    class Meta:
        model = Webhook
        fields = ("id", "name", "url", "place", "format", "types", "paused", "failing_since", "created_at")
        read_only_fields = ("id", "failing_since", "created_at")

    def validate_name(self, name: str) -> str:
        others = Webhook.objects.in_use().exclude(pk=self.instance.pk if self.instance else None)
        if others.filter(name=name).exists():
            raise serializers.ValidationError("A webhook of this name exists. Choose another name.")
        return name

    def validate_url(self, url: str) -> str:
        try:
            check(url)
        except Refused as error:
            raise serializers.ValidationError(str(error)) from error
        return url

    def validate_types(self, types: list[str]) -> list[str]:
        if unknown := set(types) - set(telling.known_types()):
            known = ", ".join(sorted(telling.known_types()))
            raise serializers.ValidationError(f"Nothing is told of {sorted(unknown)[0]!r}. Known: {known}.")
        return sorted(set(types))


class SecretSerializer(WebhookSerializer):
    """A webhook with its secret, which is told here and never again."""

    secret = serializers.CharField(read_only=True)
    old_secret_until = serializers.DateTimeField(read_only=True, source="previous_until", allow_null=True)

    class Meta(WebhookSerializer.Meta):
        fields = (*WebhookSerializer.Meta.fields, "secret", "old_secret_until")  # type: ignore[assignment]


class DeliverySerializer(serializers.Serializer[WebhookDelivery]):
    id = serializers.UUIDField(help_text="The same as the header webhook-id.")
    type = serializers.CharField()
    state = serializers.ChoiceField(choices=list(STATES))
    happened_at = serializers.DateTimeField()
    attempts = serializers.IntegerField()
    taken_at = serializers.DateTimeField(allow_null=True)
    status = serializers.IntegerField(allow_null=True, help_text="What was answered last; null where nothing was.")
    error = serializers.CharField()

    def to_representation(self, row: WebhookDelivery) -> dict[str, Any]:
        return {
            "id": row.id,
            "type": row.type,
            "state": "taken" if row.sent_at else "given_up" if row.given_up_at else "waiting",
            "happened_at": row.created_at,
            "attempts": row.attempts,
            "taken_at": row.sent_at,
            "status": row.status,
            "error": row.error,
        }


class ReplaySerializer(fields.StrictSerializer):
    """Deliveries by their ids; without any, all that were given up."""

    deliveries = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=MOST)

    example = {"deliveries": ["0199e7a0-5c1b-7a60-b0a3-2f6f0c1d2e3f"]}


class AgainSerializer(serializers.Serializer[Any]):
    again = serializers.IntegerField(help_text="How many are in line again.")


class Webhooks(TenantAPIView):
    scopes = {"GET": Scope.WEBHOOKS, "POST": Scope.WEBHOOKS}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(operation_id="list_webhooks", summary="Read webhooks", responses=WebhookSerializer(many=True))
    def get(self, request: Any) -> Response:
        """All that are in use, by name. `failing_since` is when one ceased to answer; null where it answers."""
        return Response(WebhookSerializer(Webhook.objects.in_use()[:MOST], many=True).data)

    @extend_schema(
        operation_id="make_webhook",
        summary="Make a webhook",
        request=WebhookSerializer,
        responses={201: SecretSerializer},
    )
    def post(self, request: Any) -> Response:
        """The answer holds the secret by which its receiver checks signatures: it is not told again."""
        serializer = WebhookSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        told = dict(serializer.validated_data)
        paused = told.pop("paused", False)
        made = keeping.make(**told)
        if paused:
            keeping.change(made, paused=True)
        return Response(SecretSerializer(made).data, status=201)


class OneWebhook(TenantAPIView):
    scopes = {"GET": Scope.WEBHOOKS, "PATCH": Scope.WEBHOOKS, "DELETE": Scope.WEBHOOKS}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(operation_id="read_webhook", summary="Read a webhook", responses=WebhookSerializer)
    def get(self, request: Any, pk: int) -> Response:
        """One endpoint and how it does."""
        return Response(WebhookSerializer(_usable(pk)).data)

    @extend_schema(
        operation_id="change_webhook",
        summary="Change a webhook, pause or resume it",
        request=WebhookSerializer(partial=True),
        responses=WebhookSerializer,
    )
    def patch(self, request: Any, pk: int) -> Response:
        """What happens while it is `paused` waits, for a day, until it is resumed."""
        webhook = _usable(pk)
        serializer = WebhookSerializer(webhook, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        if serializer.validated_data:
            keeping.change(webhook, **serializer.validated_data)
        return Response(WebhookSerializer(webhook).data)

    @extend_schema(operation_id="remove_webhook", summary="Remove a webhook", responses={204: None})
    def delete(self, request: Any, pk: int) -> Response:
        """Nothing more is told to it."""
        keeping.remove(_usable(pk))
        return Response(status=204)


class Rotation(TenantAPIView):
    scopes = {"POST": Scope.WEBHOOKS}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(
        operation_id="rotate_webhook_secret",
        summary="Give a webhook a new secret",
        request=None,
        responses={200: SecretSerializer},
    )
    def post(self, request: Any, pk: int) -> Response:
        """Until `old_secret_until`, a day, what is posted is signed with the old one too."""
        return Response(SecretSerializer(keeping.rotate(_usable(pk))).data)


class Test(TenantAPIView):
    scopes = {"POST": Scope.WEBHOOKS}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(
        operation_id="try_webhook", summary="Try a webhook", request=None, responses={202: WebhookSerializer}
    )
    def post(self, request: Any, pk: int) -> Response:
        """An event of the type webhook.test is on its way; what becomes of it is among the deliveries."""
        webhook = _usable(pk)
        telling.tell_one(webhook)
        return Response(WebhookSerializer(webhook).data, status=202)


class Replay(TenantAPIView):
    scopes = {"POST": Scope.WEBHOOKS}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(
        operation_id="replay_webhook",
        summary="Tell again",
        request=ReplaySerializer,
        responses={202: AgainSerializer},
    )
    def post(self, request: Any, pk: int) -> Response:
        """Puts deliveries in line again under their ids, so that a receiver which has one knows it again."""
        webhook = _usable(pk)
        serializer = ReplaySerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        ours = WebhookDelivery.objects.filter(webhook=webhook)
        wanted = serializer.validated_data.get("deliveries")
        rows = ours.filter(given_up_at__isnull=False) if wanted is None else ours.filter(id__in=wanted)
        ids = list(rows.values_list("id", flat=True))
        if wanted is not None and (missing := set(wanted) - set(ids)):
            raise wrong_fields({"deliveries": f"There is no delivery {sorted(map(str, missing))[0]} of this webhook."})
        return Response({"again": sending.again(delivery_ids=ids)}, status=202)


class Deliveries(TenantMixin, ListAPIView):
    scopes = {"GET": Scope.WEBHOOKS}
    query = CursorPages.query | {"state"}
    serializer_class = DeliverySerializer
    pagination_class = CursorPages

    def get_queryset(self) -> Any:
        manager = (
            WebhookDelivery._base_manager if getattr(self, "swagger_fake_view", False) else WebhookDelivery.objects
        )
        return manager.all()

    @extend_schema(
        operation_id="list_webhook_deliveries",
        summary="Read what a webhook was told",
        parameters=[OpenApiParameter("state", str, enum=list(STATES), description="One state alone. Default: all.")],
    )
    def get(self, request: Any, pk: int) -> Response:
        """In the order in which it happened, kept for thirty days: what was answered, and what still waits."""
        state = request.query_params.get("state", "")
        if state and state not in STATES:
            raise wrong_fields({"state": f"Send one of: {', '.join(STATES)}."})
        rows = self.get_queryset().filter(webhook=_usable(pk), **STATES.get(state, {}))
        page: Any = self.paginate_queryset(rows)
        return self.get_paginated_response(DeliverySerializer(page, many=True).data)


def _usable(pk: int) -> Webhook:
    found = Webhook.objects.in_use().filter(pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise Http404(NOT_YOURS)
    return found  # type: ignore[no-any-return]
