"""The editor of rules on events, with a trial on the last 30 days and the log of what each did."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from cxplatform.tenancy.admin import site
from cxplatform.tenancy.editing import Menu
from journeys.conditions import BadDefinition
from journeys.editing import DefinitionAdmin, DefinitionForm
from journeys.models import EventRule, RuleFiring
from journeys.prompts import REASONS
from journeys.rule_preview import foresee
from journeys.written import read_value, write_value

LANGUAGES = {
    "fi": (_("Subject of the e-mail, in Finnish"), _("Text, in Finnish")),
    "sv": (_("Subject of the e-mail, in Swedish"), _("Text, in Swedish")),
    "en": (_("Subject of the e-mail, in English"), _("Text, in English")),
}
LOGGED = 20


def _subject(language: str) -> forms.CharField:
    return forms.CharField(
        label=LANGUAGES[language][0], required=False, max_length=200, widget=UnfoldAdminTextInputWidget
    )


def _text(language: str) -> forms.CharField:
    return forms.CharField(
        label=LANGUAGES[language][1],
        required=False,
        max_length=4000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("{name} and {company} are filled in. Empty = not written in this language.")
        if language == "fi"
        else "",
    )


class EventRuleForm(DefinitionForm):
    shown_as = {"conditions": "tests", "texts": "text_fi"}

    tests = forms.CharField(
        label=_("If all of these hold"),
        required=False,
        max_length=4000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3, "placeholder": "pressure_bar < 1.8"}),
        help_text=_("One test of the event's properties to a line, like pressure_bar < 1.8. Empty = always."),
    )
    subject_fi, subject_sv, subject_en = map(_subject, LANGUAGES)
    text_fi, text_sv, text_en = map(_text, LANGUAGES)

    class Meta:
        model = EventRule
        # References are added by the admin's fieldsets, when a tenant is there to choose from.
        fields = ("name", "slug", "description", "event_type", "opens_type", "quiet_hours", "latest_hours", "active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["tests"] = write_value("all", self.instance.conditions)
        for language in LANGUAGES:
            said = self.instance.texts.get(language, {})
            for part in ("subject", "text"):
                self.initial[f"{part}_{language}"] = said.get(part, "")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            self.instance.conditions = read_value("all", cleaned.get("tests", ""))
        except BadDefinition as error:
            self.add_error("tests", ValidationError(str(error)))
        others = {code: said for code, said in self.instance.texts.items() if code not in LANGUAGES}
        for language in LANGUAGES:
            subject, text = (cleaned.get(f"{part}_{language}", "").strip() for part in ("subject", "text"))
            if subject or text:
                others[language] = {"subject": subject, "text": text}
        self.instance.texts = others
        return cleaned


@admin.register(EventRule, site=site)
class EventRuleAdmin(DefinitionAdmin):
    menu = Menu(_("Journeys"), "sensors", 16)
    form = EventRuleForm
    list_display = ("name", "event_type", "opens_touchpoint", "active")
    list_select_related = ("opens_touchpoint",)
    search_fields = ("name", "slug", "event_type")
    change_form_after_template = "admin/journeys/rule_trial.html"
    fieldsets = (
        (None, {"fields": ("name", "event_type", "tests", "at_touchpoint", "active")}),
        (_("Open a service encounter"), {"fields": (("opens_touchpoint", "opens_unit"),)}),
        (
            _("Tell the customer the next step"),
            {"fields": ("subject_fi", "text_fi", "subject_sv", "text_sv", "subject_en", "text_en")},
        ),
        (_("How often"), {"fields": (("quiet_hours", "latest_hours"),)}),
        (_("More"), {"fields": ("slug", "opens_type", "description"), "classes": ("collapse",)}),
    )

    def get_urls(self) -> Any:
        view = self.admin_site.admin_view(require_POST(self.trial_view))
        return [path("trial/", view, name="journeys_eventrule_trial"), *super().get_urls()]

    def trial_view(self, request: HttpRequest) -> HttpResponse:
        """What the rule in the form would have done in the last 30 days, as a piece of the page."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = self.get_form(request)(request.POST, instance=EventRule(slug="trial", texts={}))
        form.full_clean()
        needed = ("event_type", "tests", "at_touchpoint", "quiet_hours")
        errors = [error for name in needed for error in form.errors.get(name, [])]
        foreseen = None if errors else foresee(form.instance, now=timezone.now())
        return render(request, "admin/journeys/rule_foreseen.html", {"errors": errors, "foreseen": foreseen})

    def render_change_form(self, request: HttpRequest, context: Any, **kwargs: Any) -> Any:
        rule = kwargs.get("obj")
        # Uses firing_by_subject's first columns: a rule fires seldom beside what it listens to.
        rows = RuleFiring.objects.filter(rule_id=rule.pk).order_by("-decided_at")[:LOGGED] if rule else ()
        context["firings"] = [(row, REASONS.get(row.reason, row.reason)) for row in rows]
        return super().render_change_form(request, context, **kwargs)
