"""The editor of texts that nobody has defined, and of what they mean."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from cxplatform.tenancy.admin import site
from cxplatform.tenancy.editing import Menu, RemovableAdmin, TenantForm, TenantModelAdmin
from journeys.mapping import TARGETS, choices, map_texts
from journeys.models import TextMapping, UnmappedText

SHOWN = 200


@admin.register(UnmappedText, site=site)
class UnmappedTextAdmin(TenantModelAdmin):
    """One page: every text with its count, and beside it what it means."""

    menu = Menu(_("Journeys"), "help", 18)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.method == "POST":
            return self._map(request)
        mapped = TextMapping.objects.filter(kind=models.OuterRef("kind"), text=models.OuterRef("text"))
        waiting = UnmappedText.objects.filter(~models.Exists(mapped)).order_by("-events", "id")
        texts = list(waiting[: SHOWN + 1])
        meanings = {kind: choices(kind) for kind in {text.kind for text in texts}}
        context = {
            **self.admin_site.each_context(request),
            "title": capfirst(self.opts.verbose_name_plural),
            "opts": self.opts,
            "rows": [(text, meanings[text.kind]) for text in texts[:SHOWN]],
            "more": len(texts) > SHOWN,
            "shown": SHOWN,
        }
        return TemplateResponse(request, "admin/journeys/unmapped.html", context)

    def _map(self, request: HttpRequest) -> HttpResponse:
        prefix = "means-"
        meanings = {
            int(name.removeprefix(prefix)): str(value)
            for name, value in request.POST.items()
            if name.startswith(prefix) and name.removeprefix(prefix).isdecimal() and value
        }
        try:
            count = map_texts(meanings)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            if count:
                messages.success(request, ngettext("%d text mapped.", "%d texts mapped.", count) % count)
            else:
                messages.info(request, _("Nothing was chosen: say for at least one text what it means."))
        return HttpResponseRedirect(request.get_full_path())


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
