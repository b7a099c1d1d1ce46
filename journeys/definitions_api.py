"""Definitions over REST: listed, read, made, changed and archived alike, whichever room they are of."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.core.exceptions import ValidationError as InvalidDefinition
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import Http404
from django.urls import URLPattern, re_path
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import GenericAPIView, ListCreateAPIView
from rest_framework.response import Response

from cxplatform.api import fields
from cxplatform.api.pagination import CursorPages
from cxplatform.api.problems import NOT_YOURS, wrong_fields
from cxplatform.api.views import TenantMixin
from cxplatform.tenancy import audit
from cxplatform.tenancy.models import Scope, User

_ARCHIVED = {"0": Q(archived_at=None), "1": Q(archived_at__isnull=False), "all": Q()}
SLUG = r"(?P<slug>[a-z0-9][a-z0-9_.-]{0,99})"


@extend_schema_field({"type": "boolean"})
class Archived(fields.Flag):
    """true archives, false takes into use again."""

    def to_representation(self, value: Any) -> bool:
        return bool(value)

    def get_attribute(self, instance: Any) -> Any:
        # Not None even where the column is: DRF would write null without asking this field.
        return instance.archived_at or False

    def to_internal_value(self, data: Any) -> Any:
        return timezone.now() if super().to_internal_value(data) else None


@extend_schema_field({"type": "string", "format": "email"})
class Owner(fields.Reference):
    """A member of the company, by e-mail."""

    default_error_messages = {
        "invalid": "Send an e-mail address, or null for nobody.",
        "does_not_exist": "No member has this address. Invite the person first.",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=User.objects.none(), **kwargs)

    def to_representation(self, value: Any) -> str:
        return value.email  # type: ignore[no-any-return]

    def to_internal_value(self, data: Any) -> User:
        if not isinstance(data, str):
            self.fail("invalid")
        tenant = self.context["request"].auth.tenant
        found = User.objects.filter(memberships__tenant=tenant, email=data.lower()).first()
        if found is None:
            self.fail("does_not_exist")
        return found  # type: ignore[no-any-return]


class DefinitionSerializer(fields.StrictModelSerializer):
    """Base of all definitions' serializers. `parts` names nested lists, which `arrange_<name>` puts in order."""

    archived = Archived(source="archived_at", required=False)
    parts: tuple[str, ...] = ()
    Meta: Any

    common = ("slug", "name", "description", "archived", "updated_at")

    def __init_subclass__(cls) -> None:
        cls.__doc__ = cls.__doc__ or cls.Meta.model.__doc__  # what the schema says of it

    def validate_slug(self, slug: str) -> str:
        if self.instance is None:
            self._check_free(slug)
        elif slug != self.instance.slug:
            raise serializers.ValidationError(
                "The identifier is what integrations send, so it cannot be changed here. Make a new one and archive"
                " this, or let the CX lead change it in the admin."
            )
        return slug

    def _check_free(self, slug: str) -> None:
        taken = self.Meta.model.objects.filter(slug=slug).first()
        if taken is None:
            return
        if taken.archived_at:
            raise serializers.ValidationError(
                'This identifier is in use by an archived one. PATCH it with {"archived": false}, or choose another.'
            )
        raise serializers.ValidationError("This identifier is already in use. Choose another, or PATCH that one.")

    @transaction.atomic
    def create(self, values: dict[str, Any]) -> Any:
        parts = {name: values.pop(name) for name in self.parts if name in values}
        definition = self.Meta.model(**values)
        _check(definition)
        try:
            with transaction.atomic():
                definition.save()
        except IntegrityError:
            # Made by another request since it was looked for.
            self._check_free(values["slug"])
            raise
        audit.record("created", definition)
        self._arrange(definition, parts)
        return definition

    @transaction.atomic
    def update(self, definition: Any, values: dict[str, Any]) -> Any:
        parts = {name: values.pop(name) for name in self.parts if name in values}
        before = audit.stored(definition)
        if values.get("archived_at") and definition.archived_at:
            del values["archived_at"]  # it stays archived since when it was
        action = _action(definition, values)
        for name, value in values.items():
            setattr(definition, name, value)
        if values:
            _check(definition)
            definition.save()
            audit.record(action, definition, before=before)
        self._arrange(definition, parts)
        return definition

    def _arrange(self, definition: Any, parts: dict[str, Any]) -> None:
        for name, rows in parts.items():
            try:
                getattr(self, f"arrange_{name}")(definition, rows)
            except serializers.ValidationError as error:
                raise serializers.ValidationError({name: error.detail}) from None


def _check(definition: Any) -> None:
    try:
        definition.clean()
    except InvalidDefinition as error:
        raise serializers.ValidationError(serializers.as_serializer_error(error)) from None


def _action(definition: Any, values: dict[str, Any]) -> str:
    if "archived_at" not in values or bool(values["archived_at"]) == bool(definition.archived_at):
        return "changed"
    return "archived" if values["archived_at"] else "restored"


class _Endpoint(TenantMixin, GenericAPIView):
    """What belongs to a definition is fetched with it, so that a page costs a fixed number of queries.

    `related` are foreign keys, `fetched` functions that make prefetches, `annotated` adds what SQL computes;
    functions, as a queryset can be made only while a tenant is active.
    """

    related: tuple[str, ...] = ()
    fetched: tuple[Callable[[], Any], ...] = ()
    annotated: Callable[[Any], Any] | None = None
    words: ClassVar[dict[str, tuple[str, str, str]]]
    pagination_class = CursorPages

    @property
    def model(self) -> Any:
        return self.serializer_class.Meta.model  # type: ignore[union-attr]

    def describe(self, method: str) -> tuple[str, str, str]:
        """Operation id, summary and description for the schema."""
        one, many = self.model._meta.verbose_name, self.model._meta.verbose_name_plural
        verb, summary, description = self.words[method]
        name = many if summary.endswith("{many}") else one
        return (
            f"{verb}_{name}".replace(" ", "_"),
            summary.format(one=one, many=many),
            description.format(one=one, many=many),
        )

    def get_queryset(self) -> Any:
        manager = self.model._base_manager if getattr(self, "swagger_fake_view", False) else self.model.objects
        rows = manager.select_related(*self.related).prefetch_related(*(part() for part in self.fetched))
        return self.annotated(rows) if self.annotated else rows


class Definitions(_Endpoint, ListCreateAPIView):
    scopes = {"GET": Scope.READ, "POST": Scope.DEFINITIONS_WRITE}
    query = CursorPages.query | {"q", "archived"}
    words = {
        "GET": ("list", "List {many}", "All {many} in use, a page at a time."),
        "POST": (
            "create",
            "Create a {one}",
            "Fields that can only be read are ignored when sent, so what was read can be sent back.",
        ),
    }

    @extend_schema(
        parameters=[
            OpenApiParameter("q", str, description="Part of the name or of the identifier."),
            OpenApiParameter("archived", str, enum=list(_ARCHIVED), default="0", description="Which of them to list."),
        ]
    )
    def get(self, request: Any) -> Response:
        rows = self.get_queryset().filter(self._wanted(request))
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def _wanted(self, request: Any) -> Q:
        archived = request.query_params.get("archived", "0")
        if archived not in _ARCHIVED:
            raise wrong_fields({"archived": "Send 0 for those in use, 1 for the archived, or all."})
        sought = request.query_params.get("q", "")
        found = Q(name__icontains=sought) | Q(slug__icontains=sought) if sought else Q()
        return _ARCHIVED[archived] & found

    def post(self, request: Any) -> Response:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        made = serializer.save()
        return Response(self.get_serializer(self.get_queryset().get(pk=made.pk)).data, status=201)


class OneDefinition(_Endpoint):
    scopes = {"GET": Scope.READ, "PATCH": Scope.DEFINITIONS_WRITE, "DELETE": Scope.DEFINITIONS_WRITE}
    query = frozenset[str]()
    words = {
        "GET": ("get", "Read a {one}", "Archived ones too."),
        "PATCH": ("change", "Change a {one}", "What is left out stays as it is. The identifier cannot be changed."),
        "DELETE": (
            "archive",
            "Archive a {one}",
            'Nothing is lost: results keep it, and PATCH with {{"archived": false}} takes it into use again.',
        ),
    }
    lookup_field = "slug"

    def get_object(self, *, lock: bool = False) -> Any:
        rows = self.get_queryset()
        if lock:
            rows = rows.select_for_update(of=("self",))
        found = rows.filter(slug=self.kwargs["slug"]).first()
        if found is None:
            raise Http404(NOT_YOURS)
        return found

    def get(self, request: Any, slug: str) -> Response:
        return Response(self.get_serializer(self.get_object()).data)

    def patch(self, request: Any, slug: str) -> Response:
        serializer = self.get_serializer(self.get_object(lock=True), data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        serializer.save()
        return Response(self.get_serializer(self.get_object()).data)

    def delete(self, request: Any, slug: str) -> Response:
        definition = self.get_object(lock=True)
        if definition.archived_at is None:
            before = audit.stored(definition)
            definition.archived_at = timezone.now()
            definition.save(update_fields=["archived_at"])
            audit.record("archived", definition, before=before)
        return Response(status=204)


def endpoints(plural: str, serializer: type[DefinitionSerializer], **fetching: Any) -> list[URLPattern]:
    """The two addresses of one kind of definition; `fetching` as the attributes of the views say."""
    return [
        re_path(rf"^{plural}$", Definitions.as_view(serializer_class=serializer, **fetching)),
        re_path(rf"^{plural}/{SLUG}$", OneDefinition.as_view(serializer_class=serializer, **fetching)),
    ]
