"""The editor of what customers go through: journeys laid out on a board, touchpoints and their dictionaries."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from cxplatform.tenancy.admin import site
from cxplatform.tenancy.editing import Menu
from journeys import mapping_admin  # noqa: F401  registers texts and mappings
from journeys.board import BoardField
from journeys.editing import DefinitionAdmin, DefinitionForm
from journeys.layout import lay_out
from journeys.models import Channel, Dimension, Journey, Stage, Touchpoint, Unit

GROUP = _("Journeys")


class JourneyForm(DefinitionForm):
    board = BoardField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["board"].show(self.instance if self.instance.pk else None)  # type: ignore[attr-defined]


@admin.register(Journey, site=site)
class JourneyAdmin(DefinitionAdmin):
    menu = Menu(GROUP, "route", 10)
    form = JourneyForm
    list_display = ("name", "stage_count", "owner", "position")
    list_select_related = ("owner",)
    ordering_field = "position"
    fieldsets = (
        (None, {"fields": ("name", "board")}),
        (_("More"), {"fields": ("slug", "description", "owner"), "classes": ("collapse",)}),
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Journey]:
        in_use = models.Q(stages__archived_at=None)
        return super().get_queryset(request).annotate(stages_in_use=models.Count("stages", filter=in_use))

    @display(description=_("stages"))
    def stage_count(self, journey: Any) -> int:
        return int(journey.stages_in_use)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            last = Journey.objects.aggregate(last=models.Max("position"))["last"]
            obj.position = 0 if last is None else last + 1
        super().save_model(request, obj, form, change)

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """A new journey opens on its board: laying it out goes on there."""
        return redirect("admin:journeys_journey_change", obj.pk)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        if "board" in form.changed_data:
            lay_out(journey=form.instance, layout=form.cleaned_data["board"])
        super().save_related(request, form, formsets, change)

    def history_models(self) -> list[tuple[type[models.Model], str]]:
        return [(Stage, "journey")]


@admin.register(Touchpoint, site=site)
class TouchpointAdmin(DefinitionAdmin):
    menu = Menu(GROUP, "touch_app", 11)
    list_display = ("name", "channel", "unit", "owner", "journeys")
    list_filter = ("channel", "unit", "steps__stage__journey")
    list_select_related = ("channel", "unit", "owner")
    search_fields = ("name", "slug", "description")
    readonly_fields = ("journeys",)
    fields = ("name", "channel", "unit", "owner", "description", "slug", "journeys")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Touchpoint]:
        return super().get_queryset(request).prefetch_related("steps__stage__journey")

    @display(description=_("serves journeys"))
    def journeys(self, touchpoint: Touchpoint) -> Any:
        places = (
            [
                (reverse("admin:journeys_journey_change", args=[step.stage.journey_id]), step.stage.journey, step.stage)
                for step in touchpoint.steps.all()  # type: ignore[attr-defined]
                if step.stage.archived_at is None
            ]
            if touchpoint.pk
            else []
        )
        return format_html_join(", ", '<a class="editor-link" href="{}">{} · {}</a>', places) or "–"


@admin.register(Channel, site=site)
class ChannelAdmin(DefinitionAdmin):
    menu = Menu(GROUP, "alt_route", 12)
    list_display = ("name", "slug", "digital")
    fields = ("name", "digital", "description", "slug")


@admin.register(Unit, site=site)
class UnitAdmin(DefinitionAdmin):
    menu = Menu(GROUP, "storefront", 13)
    list_display = ("name", "slug", "partner")
    fields = ("name", "partner", "description", "slug")


@admin.register(Dimension, site=site)
class DimensionAdmin(DefinitionAdmin):
    menu = Menu(GROUP, "category", 14)
    fields = ("name", "slug", "description")
