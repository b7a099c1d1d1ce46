"""What belongs to a promise, over REST: listed, read, made, changed and taken away alike."""

from typing import Any, ClassVar

from django.http import Http404
from django.utils.functional import cached_property
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import GenericAPIView, ListCreateAPIView
from rest_framework.response import Response

from cxplatform.api import fields
from cxplatform.api.pagination import CursorPages
from cxplatform.api.problems import NOT_YOURS, wrong_fields
from cxplatform.api.views import TenantMixin
from cxplatform.tenancy.models import Scope
from promises.models import Promise
from promises.present import promise_of

_ARCHIVED = ("0", "1", "all")


class PartSerializer(fields.StrictModelSerializer):
    """Base of what belongs to a promise: `add` and `change` call the room's verbs."""

    def add(self, promise: Promise, values: dict[str, Any]) -> Any:
        raise NotImplementedError

    def change(self, row: Any, values: dict[str, Any]) -> Any:
        raise NotImplementedError

    def create(self, values: dict[str, Any]) -> Any:
        return self.add(self.context["promise"], values)

    def update(self, row: Any, values: dict[str, Any]) -> Any:
        return self.change(row, values)


class _Part(TenantMixin, GenericAPIView):
    """`related` are foreign keys to fetch with a row; `noun` is (one, many) in the schema's words."""

    related: tuple[str, ...] = ()
    noun: tuple[str, str] = ("", "")
    words: ClassVar[dict[str, tuple[str, str, str]]]
    pagination_class = CursorPages

    @property
    def model(self) -> Any:
        return self.serializer_class.Meta.model  # type: ignore[union-attr]

    def describe(self, method: str) -> tuple[str, str, str]:
        """Operation id, summary and description for the schema."""
        one, many = self.noun
        verb, summary, description = self.words[method]
        name = many if "{many}" in summary else one
        return f"{verb}_{name}".replace(" ", "_"), summary.format(one=one, many=many), description.format(one=one)

    def get_queryset(self) -> Any:
        if self.promise is None:
            return self.model._base_manager.none()
        return self.model.objects.select_related("promise", *self.related).filter(promise=self.promise)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "promise": self.promise}

    @cached_property
    def promise(self) -> Promise | None:
        return None if getattr(self, "swagger_fake_view", False) else promise_of(self.kwargs["slug"])


class Parts(_Part, ListCreateAPIView):
    scopes = {"GET": Scope.READ, "POST": Scope.DEFINITIONS_WRITE}
    words = {
        "GET": ("list", "List a promise's {many}", "A page at a time, by id."),
        "POST": ("create", "Add {one} to a promise", "Fields that can only be read are ignored when sent."),
    }

    def get(self, request: Any, slug: str) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def post(self, request: Any, slug: str) -> Response:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        made = serializer.save()
        return Response(self.get_serializer(self.get_queryset().get(pk=made.pk)).data, status=201)


class ArchivableParts(Parts):
    query = CursorPages.query | {"archived"}
    words = {**Parts.words, "GET": ("list", "List a promise's {many}", "Those in use, a page at a time, by id.")}

    @extend_schema(
        parameters=[
            OpenApiParameter("archived", str, enum=_ARCHIVED, default="0", description="Which of them to list.")
        ]
    )
    def get(self, request: Any, slug: str) -> Response:
        archived = request.query_params.get("archived", "0")
        if archived not in _ARCHIVED:
            raise wrong_fields({"archived": "Send 0 for those in use, 1 for the archived, or all."})
        rows = self.get_queryset()
        if archived != "all":
            rows = rows.filter(archived_at__isnull=archived == "0")
        return self.get_paginated_response(self.get_serializer(self.paginate_queryset(rows), many=True).data)


class OnePart(_Part):
    scopes = {"GET": Scope.READ, "PATCH": Scope.DEFINITIONS_WRITE, "DELETE": Scope.DEFINITIONS_WRITE}
    query = frozenset[str]()
    words = {
        "GET": ("read", "Read {one}", "Archived ones too."),
        "PATCH": ("change", "Change {one}", "What is left out stays as it is."),
        "DELETE": ("remove", "Take away {one}", "It leaves the lists; the history keeps it."),
    }

    def get_object(self) -> Any:
        found = self.get_queryset().filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404(NOT_YOURS)
        return found

    def take_away(self, row: Any) -> None:
        raise NotImplementedError

    def get(self, request: Any, slug: str, pk: int) -> Response:
        return Response(self.get_serializer(self.get_object()).data)

    def patch(self, request: Any, slug: str, pk: int) -> Response:
        serializer = self.get_serializer(self.get_object(), data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        serializer.save()
        return Response(self.get_serializer(self.get_object()).data)

    def delete(self, request: Any, slug: str, pk: int) -> Response:
        self.take_away(self.get_object())
        return Response(status=204)
