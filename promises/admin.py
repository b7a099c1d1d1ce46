"""The editor of promises: what customers hear, how it is measured in plain words, and when the company works."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from cxplatform.tenancy.admin import site
from cxplatform.tenancy.editing import Menu, TenantStackedInline
from journeys.editing import DefinitionAdmin
from promises.forms import CalendarForm, RuleForm
from promises.making import versions
from promises.models import Calendar, Promise, Rule

GROUP = _("Promises")


class RuleInline(TenantStackedInline):
    model = Rule
    form = RuleForm
    ordering_field = "position"
    hide_ordering_field = True
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("part", "target"),
                    "wording",
                    ("kind", "match"),
                    "opening_type",
                    "closing_type",
                    ("hours", "minutes"),
                    "calendar",
                    ("property", "operator"),
                    "value",
                    "position",
                )
            },
        ),
        (
            _("Times from properties, exclusions"),
            {"fields": ("due_property", "closed_property", "excluded_property"), "classes": ("collapse",)},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Rule]:
        return super().get_queryset(request).filter(archived_at=None, valid_until=None)


@admin.register(Promise, site=site)
class PromiseAdmin(DefinitionAdmin):
    menu = Menu(GROUP, "handshake", 30)
    list_display = ("name", "lifecycle_label", "touchpoint", "owner")
    list_filter = ("lifecycle", "touchpoint")
    list_select_related = ("touchpoint", "owner")
    search_fields = ("name", "slug", "wording")
    inlines = (RuleInline,)
    fieldsets = (
        (None, {"fields": ("name", "wording", "lifecycle", "touchpoint", "owner")}),
        (_("More"), {"fields": ("slug", "description"), "classes": ("collapse",)}),
    )
    # Moved on the promise's own page, through the gate.
    readonly_fields = ("lifecycle",)

    @display(
        description=_("lifecycle"),
        ordering="lifecycle",
        label={
            Promise.Lifecycle.PUBLIC: "success",
            Promise.Lifecycle.PILOT: "info",
            Promise.Lifecycle.DRAFT: "warning",
        },
    )
    def lifecycle_label(self, promise: Promise) -> Any:
        return promise.lifecycle, promise.get_lifecycle_display()

    def change_row(self, request: HttpRequest, row: Any, *, before: dict[str, Any]) -> None:
        """A rule that has judged goes on as a new version."""
        versions.revise(rule=row, changes={name: getattr(row, name) for name in versions.fields()}, by=request.user)  # type: ignore[arg-type]

    def history_models(self) -> list[tuple[type[models.Model], str]]:
        return [(Rule, "promise")]


@admin.register(Calendar, site=site)
class CalendarAdmin(DefinitionAdmin):
    menu = Menu(GROUP, "calendar_month", 31)
    form = CalendarForm
    list_display = ("name", "country")
    fieldsets = (
        (None, {"fields": ("name",)}),
        (_("Opening hours"), {"fields": ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}),
        (_("Closed"), {"fields": ("country", "days")}),
        (_("More"), {"fields": ("slug", "description"), "classes": ("collapse",)}),
    )
