"""The editor of notes: what was found, where, by whom, with files."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from cxplatform.tenancy.admin import site
from cxplatform.tenancy.context import current_actor
from cxplatform.tenancy.editing import ArchivableAdmin, Menu, TenantForm
from journeys.attachments import ACCEPTED, MOST, attach, detach, read_file
from journeys.models import Attachment, Note


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/input.html"  # no link to what is there: downloads have their own list

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class FilesField(forms.Field):
    """Several files at once, each checked."""

    widget = _Files

    def clean(self, value: Any) -> list[Attachment]:
        return [read_file(file) for file in value or [] if file]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data)


class NoteForm(TenantForm):
    uploads = FilesField(
        label=_("Files"),
        required=False,
        help_text=_("Pictures, PDF, Word, Excel, text or sound, at most 5 MB each."),
        widget=_Files(attrs={"accept": ACCEPTED}),
    )
    drop: Any = forms.ModelMultipleChoiceField(
        queryset=None,
        required=False,
        label=_("Remove files"),
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    class Meta:
        model = Note
        fields = ("text",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Attachment.objects.filter(note=self.instance.pk).defer("content")
        self.fields["drop"].queryset = mine  # type: ignore[attr-defined]
        self.initial.setdefault("author", current_actor().label)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        here = Attachment.objects.filter(note=self.instance.pk).count() if self.instance.pk else 0
        if here + len(cleaned.get("uploads") or []) > MOST:
            self.add_error("uploads", ValidationError(_("A note has at most %d files. Make another note.") % MOST))
        return cleaned


@admin.register(Note, site=site)
class NoteAdmin(ArchivableAdmin):
    menu = Menu(_("Journeys"), "sticky_note_2", 17)
    form = NoteForm
    list_display = ("noted_on", "short", "about", "source", "author", "file_count")
    list_display_links = ("noted_on", "short")
    list_filter = ("source", "journey", "touchpoint")
    list_select_related = ("journey", "touchpoint")
    search_fields = ("text", "author")
    readonly_fields = ("attached",)
    fieldsets = (
        (None, {"fields": (("touchpoint", "journey"), "text", ("source", "noted_on"), "author")}),
        (_("Files"), {"fields": ("attached", "uploads", "drop")}),
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Note]:
        return super().get_queryset(request).annotate(files=models.Count("attachments"))

    @display(description=_("what was found"))
    def short(self, note: Note) -> str:
        return str(note)

    @display(description=_("about"))
    def about(self, note: Note) -> str:
        return " · ".join(str(part) for part in (note.journey, note.touchpoint) if part)

    @display(description=_("files"), ordering="files")
    def file_count(self, note: Any) -> Any:
        return note.files or "–"

    @display(description=_("files"))
    def attached(self, note: Note) -> Any:
        if not note.pk:
            return "–"
        links = [
            (reverse("note_file", args=[file.pk]), file.file_name, file.size // 1024 + 1)
            for file in note.attachments.defer("content")  # type: ignore[attr-defined]
        ]
        return format_html_join(", ", '<a class="editor-link" href="{}">{}</a> {} kB', links) or "–"

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        for file in form.cleaned_data.get("drop") or []:
            detach(file)
        if form.cleaned_data.get("uploads"):
            attach(form.instance, form.cleaned_data["uploads"])
        super().save_related(request, form, formsets, change)
