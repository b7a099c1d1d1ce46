"""/api/v1/promises/{slug}/publications and /promise-page: where promises are told, and the public page."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from cxplatform.api import fields
from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy.addresses import absolute, root_url
from cxplatform.tenancy.models import Scope
from journeys.definitions_api import Archived
from promises.models import Promise, PromisePage, Publication
from promises.parts_api import ArchivableParts, OnePart, PartSerializer
from promises.publishing import page as promise_page
from promises.publishing import register
from promises.publishing.lag import Stand, stand

_NOUN = ("publication", "publications")
_LANGUAGES = [code for code, _name in settings.LANGUAGES]


class PublicationSerializer(PartSerializer):
    """A place where a promise is told to customers, and the words that stand there."""

    language = fields.Choice(
        choices=_LANGUAGES, required=False, allow_blank=True, help_text="Of the words there; empty = several or other."
    )
    stands = serializers.SerializerMethodField(help_text="How the place stands to the promise as it is today.")
    archived = Archived(source="archived_at", required=False)

    example = {
        "place": "shelf",
        "where": "Turku, behind the till",
        "language": "en",
        "wording": "We reply within a working day.",
        "since": "2026-11-01",
    }

    class Meta:
        model = Publication
        fields = ("id", "place", "where", "url", "language", "wording", "since", "until", "stands", "archived")
        read_only_fields = ("id",)
        extra_kwargs = {
            "wording": {"max_length": 4000, "help_text": "Word for word; where it lags behind the promise, see stands."}
        }

    @extend_schema_field({"type": "string", "enum": list(Stand)})
    def get_stands(self, row: Any) -> str:
        today = timezone.localdate(timezone=self.context["request"].auth.tenant.zone)
        return str(stand(publication=row, today=today))

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        since = values.get("since", getattr(self.instance, "since", None)) or timezone.localdate()
        until = values.get("until", getattr(self.instance, "until", None))
        if until and until < since:
            raise serializers.ValidationError({"until": "It ends before it begins. Send a later day, or null."})
        return values

    def add(self, promise: Promise, values: dict[str, Any]) -> Any:
        return register.add(promise=promise, fields=values)

    @transaction.atomic
    def change(self, row: Any, values: dict[str, Any]) -> Any:
        if "archived_at" in values:
            register.archive(publication=row, archived=values.pop("archived_at") is not None)
        return register.change(publication=row, fields=values)


class Publications(ArchivableParts):
    serializer_class, noun = PublicationSerializer, _NOUN


class OnePublication(OnePart):
    serializer_class, noun = PublicationSerializer, _NOUN

    def take_away(self, row: Any) -> None:
        register.archive(publication=row)


class TextsSerializer(fields.StrictSerializer):
    """A text in each language; a language left out has none."""

    fi, sv, en = (fields.Text(required=False, allow_blank=True, max_length=2000) for _ in range(3))

    def to_representation(self, stored: Any) -> Any:
        return stored or {}

    def validate(self, texts: dict[str, str]) -> dict[str, str]:
        return {code: text for code, text in texts.items() if text}


class PromisePageSerializer(fields.StrictModelSerializer):
    """The public promise page: whether it is shown, its words, and the promises on it."""

    titles = TextsSerializer(required=False, help_text="At most 200 signs each.")
    introductions = TextsSerializer(required=False)
    promises = serializers.ListField(
        child=fields.SlugReference(Promise),
        required=False,
        max_length=200,
        help_text="The promises on the page; sent, the list replaces what it was. Only public ones for customers.",
    )
    with_rates = serializers.ListField(
        child=fields.SlugReference(Promise),
        required=False,
        max_length=200,
        help_text="Those of which the page tells how they are kept, once enough was judged.",
    )
    address = serializers.SerializerMethodField(help_text="Where everybody reads it, once it is shown.")

    example = {"shown": True, "titles": {"en": "What we promise"}, "promises": ["reply-in-a-day"]}

    class Meta:
        model = PromisePage
        fields = ("shown", "titles", "introductions", "days", "promises", "with_rates", "address")
        extra_kwargs = {"days": {"help_text": "How many last days a rate counts."}}

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_address(self, page: Any) -> str:
        return absolute(root_url("promise_page", self.context["request"].auth.tenant.slug))

    def validate_titles(self, texts: dict[str, str]) -> dict[str, str]:
        if any(len(text) > 200 for text in texts.values()):
            raise serializers.ValidationError("A title is at most 200 signs long.")
        return texts

    def validate_promises(self, promises: list[Promise]) -> list[Promise]:
        may = {promise.pk for promise in promise_page.eligible()}
        for promise in promises:
            if promise.pk not in may:
                raise serializers.ValidationError(
                    f"{promise.slug!r} is not made in public: move it on, or leave it out."
                )
        return promises

    validate_with_rates = validate_promises

    def to_representation(self, page: Any) -> dict[str, Any]:
        rows = list(promise_page.eligible())
        page.promises = [promise for promise in rows if promise.published]
        page.with_rates = [promise for promise in rows if promise.rate_published]
        return super().to_representation(page)


class PromisePageSettings(TenantAPIView):
    scopes = {"GET": Scope.READ, "PATCH": Scope.DEFINITIONS_WRITE}
    query = frozenset[str]()

    @extend_schema(operation_id="read_promise_page", summary="Read the public promise page's settings",
                   responses=PromisePageSerializer)  # fmt: skip
    def get(self, request: Any) -> Response:
        """Whether it is shown, and what is on it."""
        return self._answer()

    @extend_schema(operation_id="change_promise_page", summary="Change the public promise page",
                   request=PromisePageSerializer(partial=True), responses=PromisePageSerializer)  # fmt: skip
    def patch(self, request: Any) -> Response:
        """What is left out stays as it is."""
        serializer = PromisePageSerializer(data=request.data, partial=True, context={"request": request})
        serializer.is_valid(raise_exception=True)
        values = dict(serializer.validated_data)
        chosen = {name: values.pop(name, None) for name in ("promises", "with_rates")}
        published, rates = (None if rows is None else [row.pk for row in rows] for rows in chosen.values())
        promise_page.save(fields=values, published=published, rates=rates)
        return self._answer()

    def _answer(self) -> Response:
        page = promise_page.page_of_company()
        return Response(PromisePageSerializer(page, context={"request": self.request}).data)


urlpatterns = [
    path("promise-page", PromisePageSettings.as_view()),
    path("promises/<str:slug>/publications", Publications.as_view()),
    path("promises/<str:slug>/publications/<int:pk>", OnePublication.as_view()),
]
