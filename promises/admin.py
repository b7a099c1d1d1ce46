"""Promises and calendars in the editor. A promise is made, measured and moved on pages of its own."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from cxplatform.tenancy.admin import site
from cxplatform.tenancy.editing import Menu
from journeys.editing import DefinitionAdmin
from journeys.models import Calendar
from promises.forms import CalendarForm
from promises.models import Criterion, Instruction, Participation, Promise, Publication, Rule

GROUP = _("Promises")


@admin.register(Promise, site=site)
class PromiseAdmin(DefinitionAdmin):
    menu = Menu(GROUP, "handshake", 30)
    list_display = ("name", "lifecycle_label", "touchpoint", "owner")
    list_filter = ("lifecycle", "touchpoint")
    list_select_related = ("touchpoint", "owner")
    search_fields = ("name", "slug", "wording")
    fieldsets = (
        (None, {"fields": ("name", "wording", "lifecycle", "pages", "touchpoint", "owner")}),
        (_("More"), {"fields": ("slug", "description"), "classes": ("collapse",)}),
    )
    # It is moved on a page of its own, through the gate.
    readonly_fields = ("lifecycle", "pages")

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

    @admin.display(description=_("More of it"))
    def pages(self, promise: Promise) -> str:
        """Where the rest of a promise is edited."""
        links = (
            (reverse("promise_edit", args=[promise.slug]), gettext("How it was made")),
            (reverse("rules", args=[promise.slug]), gettext("What measures it")),
            (reverse("promise_tab", args=[promise.slug, "instructions"]), gettext("Instructions to staff")),
            (reverse("promise_lifecycle", args=[promise.slug]), gettext("Life of the promise")),
        )
        return format_html_join(" · ", '<a class="editor-link" href="{}">{}</a>', links)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """A promise is made by seven questions."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return redirect("promise_new")

    def history_models(self) -> list[tuple[type[models.Model], str]]:
        return [(row, "promise") for row in (Rule, Instruction, Participation, Criterion, Publication)]


@admin.register(Calendar, site=site)
class CalendarAdmin(DefinitionAdmin):
    menu = Menu(GROUP, "calendar_month", 31)
    form = CalendarForm
    list_display = ("name", "country")
    fieldsets = (
        (None, {"fields": ("name",)}),
        (_("Opening hours"), {"fields": ("mon", "tue", "wed", "thu", "fri", "sat", "sun", "since")}),
        (_("Closed"), {"fields": ("country", "days")}),
        (_("More"), {"fields": ("slug", "description"), "classes": ("collapse",)}),
    )
