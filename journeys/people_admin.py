"""The editor of personas."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.admin import site
from cxplatform.tenancy.editing import Menu
from journeys.editing import DefinitionAdmin
from journeys.models import Persona


@admin.register(Persona, site=site)
class PersonaAdmin(DefinitionAdmin):
    menu = Menu(_("Journeys"), "face", 15)
    list_display = ("name", "dimension", "value")
    list_filter = ("dimension",)
    list_select_related = ("dimension",)
    search_fields = ("name", "slug", "goals", "needs", "challenges")
    fieldsets = (
        (None, {"fields": ("name", "description", "goals", "needs", "challenges", "delights", "fears")}),
        (_("Whose scores are shown for it"), {"fields": (("dimension", "value"),)}),
        (_("More"), {"fields": ("slug",), "classes": ("collapse",)}),
    )
