"""Notes and their files over REST: what interviews and visits have told, from the tools where they are written."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db.models import Prefetch, Q
from django.http import Http404, HttpResponse
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from cxplatform.api import body, fields
from cxplatform.api.pagination import CursorPages
from cxplatform.api.problems import NOT_YOURS, wrong_fields
from cxplatform.api.views import TenantAPIView, TenantMixin
from cxplatform.tenancy import audit
from cxplatform.tenancy.context import current_actor
from cxplatform.tenancy.models import Scope
from journeys.attachments import attach, detach, download, read_file
from journeys.definitions_api import Archived, DefinitionSerializer
from journeys.models import Attachment, Journey, Note, Touchpoint

_ARCHIVED = {"0": Q(archived_at=None), "1": Q(archived_at__isnull=False), "all": Q()}


class FileSerializer(serializers.ModelSerializer):
    """A file of a note; its content is at the note's address, `/files/` and its id."""

    class Meta:
        model = Attachment
        fields = ("id", "file_name", "content_type", "size", "added_at")


class NoteSerializer(DefinitionSerializer):
    """A qualitative finding about a touchpoint or a whole journey."""

    journey = fields.SlugReference(Journey, required=False, allow_null=True)
    touchpoint = fields.SlugReference(Touchpoint, required=False, allow_null=True)
    archived = Archived(source="archived_at", required=False)
    files = FileSerializer(source="attachments", many=True, read_only=True)

    example = {
        "touchpoint": "web-shop",
        "text": "Five of eight looked for the opening hours before anything else.",
        "source": "interview",
        "noted_on": "2026-10-14",
    }

    class Meta:
        model = Note
        fields = (
            "id",
            "journey",
            "touchpoint",
            "text",
            "source",
            "author",
            "noted_on",
            "files",
            "archived",
            "updated_at",
        )
        read_only_fields = ("id", "updated_at")
        extra_kwargs = {
            "text": {"max_length": 20_000, "help_text": "What was found."},
            "author": {"help_text": "Who found it. Default: the key."},
            "noted_on": {"help_text": "Default: today."},
        }

    def create(self, values: dict[str, Any]) -> Any:
        values["author"] = values.get("author") or current_actor().label[:300]
        return super().create(values)


class _Notes(TenantMixin, GenericAPIView):
    serializer_class = NoteSerializer
    pagination_class = CursorPages

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Note._base_manager.all()
        files = Prefetch("attachments", Attachment.objects.defer("content"))
        return Note.objects.select_related("journey", "touchpoint").prefetch_related(files)

    def note(self, pk: int, *, lock: bool = False) -> Any:
        rows = self.get_queryset()
        found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=pk).first()
        if found is None:
            raise Http404(NOT_YOURS)
        return found

    def told(self, pk: int, *, status: int = 200) -> Response:
        return Response(self.get_serializer(self.note(pk)).data, status=status)


class Notes(_Notes):
    scopes = {"GET": Scope.READ, "POST": Scope.DEFINITIONS_WRITE}
    query = CursorPages.query | {"journey", "touchpoint", "archived"}

    @extend_schema(
        operation_id="list_notes",
        summary="List notes",
        parameters=[
            OpenApiParameter("journey", str, description="Only of the journey of this identifier."),
            OpenApiParameter("touchpoint", str, description="Only of the touchpoint of this identifier."),
            OpenApiParameter("archived", str, enum=list(_ARCHIVED), default="0", description="Which of them to list."),
        ],
        responses=NoteSerializer(many=True),
    )
    def get(self, request: Any) -> Response:
        """Those in use, a page at a time, with the names of their files."""
        given = request.query_params
        if given.get("archived", "0") not in _ARCHIVED:
            raise wrong_fields({"archived": "Send 0 for those in use, 1 for the archived, or all."})
        rows = self.get_queryset().filter(_ARCHIVED[given.get("archived", "0")])
        for name in ("journey", "touchpoint"):
            if name in given:
                rows = rows.filter(**{f"{name}__slug": given[name]})
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(operation_id="create_note", summary="Add a note", responses={201: NoteSerializer})
    def post(self, request: Any) -> Response:
        """About a touchpoint, a journey or both. Files are sent to it afterwards."""
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return self.told(serializer.save().pk, status=201)


class OneNote(_Notes):
    scopes = {"GET": Scope.READ, "PATCH": Scope.DEFINITIONS_WRITE, "DELETE": Scope.DEFINITIONS_WRITE}
    query = frozenset[str]()

    @extend_schema(operation_id="get_note", summary="Read a note")
    def get(self, request: Any, pk: int) -> Response:
        """Archived ones too."""
        return self.told(pk)

    @extend_schema(operation_id="change_note", summary="Change a note")
    def patch(self, request: Any, pk: int) -> Response:
        """What is left out stays as it is; `{"archived": false}` takes an archived note into use again."""
        serializer = self.get_serializer(self.note(pk, lock=True), data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        serializer.save()
        return self.told(pk)

    @extend_schema(operation_id="archive_note", summary="Archive a note", responses={204: None})
    def delete(self, request: Any, pk: int) -> Response:
        """Nothing is lost, its files neither."""
        note = self.note(pk, lock=True)
        if note.archived_at is None:
            before = audit.stored(note)
            note.archived_at = timezone.now()
            note.save(update_fields=["archived_at"])
            audit.record("archived", note, before=before)
        return Response(status=204)


class NoteFiles(_Notes):
    scopes = {"POST": Scope.DEFINITIONS_WRITE}
    query = frozenset({"name"})

    @extend_schema(
        operation_id="add_note_file",
        summary="Add a file to a note",
        parameters=[OpenApiParameter("name", str, required=True, description="What the file is called, interview.pdf")],
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={201: FileSerializer},
    )
    def post(self, request: Any, pk: int) -> Response:
        """The body is the file, of any `Content-Type`: a picture, PDF, Word, Excel, text or sound, at most 5 MB; a note
        has at most 20. A file is what it begins with, whatever it is called."""
        note = self.note(pk, lock=True)
        try:
            file = read_file(ContentFile(body.read(request._request), name=request.query_params.get("name", "")))
            attach(note, [file])
        except ValidationError as error:
            raise wrong_fields({"name": " ".join(error.messages)}) from None
        return Response(FileSerializer(file).data, status=201)


class NoteFile(TenantAPIView):
    scopes = {"GET": Scope.READ, "DELETE": Scope.DEFINITIONS_WRITE}
    query = frozenset[str]()

    @extend_schema(
        operation_id="get_note_file",
        summary="Download a file of a note",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Any, pk: int, file: int) -> HttpResponse:
        return download(_file(pk, file))

    @extend_schema(operation_id="delete_note_file", summary="Remove a file of a note", responses={204: None})
    def delete(self, request: Any, pk: int, file: int) -> Response:
        """The history keeps its name."""
        detach(_file(pk, file))
        return Response(status=204)


def _file(note: int, file: int) -> Attachment:
    found: Attachment | None = Attachment.objects.select_related("note").filter(pk=file, note_id=note).first()
    if found is None:
        raise Http404(NOT_YOURS)
    return found


urlpatterns = [
    path("notes", Notes.as_view()),
    path("notes/<int:pk>", OneNote.as_view()),
    path("notes/<int:pk>/files", NoteFiles.as_view()),
    path("notes/<int:pk>/files/<int:file>", NoteFile.as_view()),
]
