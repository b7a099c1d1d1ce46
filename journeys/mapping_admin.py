"""The editor of what texts and types of events mean."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from cxplatform.tenancy import audit
from cxplatform.tenancy.admin import site
from cxplatform.tenancy.editing import Menu, RemovableAdmin, TenantForm, TenantModelAdmin
from journeys.mapping import TARGETS, TYPE, choices, followed, forget
from journeys.models import EventType, TextMapping, UnmappedText
from journeys.models.rules import OWN_TYPES
from journeys.remapping import Item, remap


@admin.register(UnmappedText, site=site)
class UnmappedTextAdmin(TenantModelAdmin):
    """Its place in the editor's menu; the page itself is that of what integrations send."""

    menu = Menu(_("Journeys"), "help", 18)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect("mapping")


class TextMappingForm(TenantForm):
    means = forms.ChoiceField(label=capfirst(_("means")), widget=UnfoldAdminSelectWidget)

    class Meta:
        model = TextMapping
        fields = ("text",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [
            (TextMapping.Kind(kind).label, [(f"{kind}:{pk}", name) for pk, name in choices(kind)]) for kind in TARGETS
        ]
        means: Any = self.fields["means"]
        means.choices = [("", _("Select value")), *groups]
        if self.instance.pk:
            means.initial = f"{self.instance.kind}:{self.instance.target_id}"

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("means"):
            self.instance.kind, target = cleaned["means"].split(":")
            self.instance.target_id = int(target)
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"kind"}


@admin.register(TextMapping, site=site)
class TextMappingAdmin(RemovableAdmin):
    menu = Menu(_("Journeys"), "link", 19)
    form = TextMappingForm
    list_display = ("text", "kind", "means")
    list_filter = ("kind",)
    search_fields = ("text",)
    fields = ("text", "means")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        before = audit.stored(obj) if change else None
        super().save_model(request, obj, form, change)
        items = [Item(obj.kind, obj.text, [before["target_id"]] if before else [], obj.target_id)]
        if before and (before["kind"], before["text"]) != (obj.kind, obj.text):
            old = Item(before["kind"], before["text"], [before["target_id"]], None)
            items = [old, Item(obj.kind, obj.text, [], obj.target_id)]
        remap(items)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        forget(queryset)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        forget([obj])

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[TextMapping]:
        meant = {
            kind: models.Subquery(model.objects.filter(pk=models.OuterRef("target_id")).values("name"))
            for kind, model in TARGETS.items()
        }
        cases = [models.When(kind=kind, then=name) for kind, name in meant.items()]
        return super().get_queryset(request).annotate(meaning=models.Case(*cases))

    @display(description=_("means"), ordering="meaning")
    def means(self, mapping: Any) -> str:
        return mapping.meaning or "–"


class EventTypeForm(TenantForm):
    def clean_type(self) -> str:
        type_: str = self.cleaned_data["type"]
        if type_.startswith(OWN_TYPES):
            raise ValidationError(_("Types that begin with survey., promise. or cx. are made here. Choose another."))
        return type_


@admin.register(EventType, site=site)
class EventTypeAdmin(RemovableAdmin):
    menu = Menu(_("Journeys"), "bolt", 17)
    form = EventTypeForm
    list_display = ("type", "name", "meaning", "touchpoint", "ignored")
    list_filter = ("meaning", "ignored")
    list_select_related = ("touchpoint",)
    search_fields = ("type", "name")
    fields = ("type", "name", "touchpoint", "meaning", "ignored")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        before = audit.stored(obj) if change else None
        super().save_model(request, obj, form, change)
        items = [followed(before, obj)]
        if before and before["type"] != obj.type:
            came = [before["touchpoint_id"]] if before["touchpoint_id"] else []
            items = [Item(TYPE, before["type"], came, None, True), followed(None, obj)]
        remap(items)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        forget(queryset)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        forget([obj])
