"""The editor of who is asked when: contact rules, triggers on events, and survey rounds with their approval."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from cxplatform.tenancy import audit
from cxplatform.tenancy.admin import site
from cxplatform.tenancy.editing import Menu, RemovableAdmin
from journeys.editing import DefinitionAdmin
from surveys.asking import rounds
from surveys.contact_forms import RoundForm, RuleForm, TriggerForm
from surveys.models import ContactRule, SurveyRound, SurveyTrigger

GROUP = _("Surveys")


@admin.register(ContactRule, site=site)
class ContactRuleAdmin(RemovableAdmin):
    menu = Menu(GROUP, "rule", 25)
    form = RuleForm
    list_display = ("__str__", "every_days", "after_answer_days", "after_refusal_days", "quiet_from", "quiet_to")
    fieldsets = (
        (None, {"fields": ("kind", "every_days", "only_own_kind")}),
        (_("Rest"), {"fields": ("after_answer_days", "after_refusal_days", "after_abandon_days")}),
        (_("Quiet"), {"fields": ("quiet_from", "quiet_to", "weekdays", "country")}),
        (_("Reminders"), {"fields": ("reminders", "remind_after_days")}),
    )


@admin.register(SurveyTrigger, site=site)
class SurveyTriggerAdmin(DefinitionAdmin):
    menu = Menu(GROUP, "bolt", 23)
    form = TriggerForm
    list_display = ("name", "survey", "event_type", "delay_minutes", "sampling_percent", "active")
    list_filter = ("active", "survey")
    list_select_related = ("survey",)
    search_fields = ("name", "slug", "event_type")
    fieldsets = (
        (None, {"fields": ("name", "survey", "active")}),
        (_("When"), {"fields": ("event_type", "touchpoint", "channel", "property_name", "property_value")}),
        (_("Near the encounter"), {"fields": ("delay", "delay_unit", "relevant_days")}),
        (_("Only whom it concerns"), {"fields": ("unless_type", "unless_minutes", "nth")}),
        (_("How and how many"), {"fields": ("ways", "sampling_percent", "quota_day", "quota_week", "quota_month")}),
        (_("More"), {"fields": ("lifetime_days", "slug", "description"), "classes": ("collapse",)}),
    )


@admin.register(SurveyRound, site=site)
class SurveyRoundAdmin(DefinitionAdmin):
    menu = Menu(GROUP, "event_repeat", 24)
    form = RoundForm
    list_display = ("name", "survey", "scheduled_at", "sample_size", "round_state")
    list_filter = ("state", "survey")
    list_select_related = ("survey",)
    readonly_fields = ("state_now", "made", "approved", "asked")
    actions_submit_line = ("approve", "withdraw", "archive", "restore")
    fieldsets = (
        (None, {"fields": ("name", "survey", "scheduled_at", "state_now", "made", "approved", "asked")}),
        (_("Who is asked"), {"fields": ("who", "dimension", "values_text", "customers_text", "roles", "unit_ids")}),
        (_("How and how many"), {"fields": ("ways", "sample_size", "seed", "lifetime_days")}),
        (_("More"), {"fields": ("slug", "description"), "classes": ("collapse",)}),
    )

    @display(
        description=_("state"),
        label={"draft": "info", "approved": "warning", "running": "warning", "done": "success"},
        ordering="state",
    )
    def round_state(self, round_: SurveyRound) -> tuple[str, str]:
        return round_.state, round_.get_state_display()

    @display(description=_("state"))
    def state_now(self, round_: SurveyRound) -> str:
        return round_.get_state_display()

    @display(description=_("made by"))
    def made(self, round_: SurveyRound) -> str:
        return str(round_.made_by or "–")

    @display(description=_("approved by"))
    def approved(self, round_: SurveyRound) -> str:
        return str(round_.approved_by or "–")

    @display(description=_("what became of it"))
    def asked(self, round_: SurveyRound) -> Any:
        if not round_.pk or not round_.drawn:
            return _("Nobody has been drawn yet.")
        text = gettext("%d drawn; see who was asked") % round_.drawn
        day = round_.scheduled_at.date()
        return format_html('<a href="{}?round={}&start={}">{}</a>', reverse("asks"), round_.pk, day, text)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What was approved is what is asked: only its name and words can still be changed."""
        fixed = super().get_readonly_fields(request, obj)
        if obj is None or obj.state == SurveyRound.State.DRAFT:
            return fixed
        return (*fixed, "survey", "scheduled_at", "who", "dimension", "sample_size", "seed", "lifetime_days", "slug")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None or obj.state == SurveyRound.State.DRAFT:
            return super().get_fieldsets(request, obj)
        return (
            (None, {"fields": ("name", "survey", "scheduled_at", "state_now", "made", "approved", "asked")}),
            (_("Who is asked"), {"fields": ("who", "dimension", "sample_size", "seed", "lifetime_days")}),
            (_("More"), {"fields": ("slug", "description"), "classes": ("collapse",)}),
        )

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {}

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is not None and obj.state != SurveyRound.State.DRAFT:
            kwargs["form"] = FixedRoundForm
        return super().get_form(request, obj, change, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        before = audit.stored(obj) if change else None
        if not change:
            obj.made_by = request.user
        obj.save()
        audit.record("changed" if change else "added", obj, before=before)

    def get_actions_submit_line(self, request: HttpRequest, object_id: Any) -> Any:
        state = SurveyRound.objects.filter(pk=object_id).values_list("state", flat=True).first()
        shown = {"approve": SurveyRound.State.DRAFT, "withdraw": SurveyRound.State.APPROVED}
        return [
            button
            for button in super().get_actions_submit_line(request, object_id)
            if shown.get(button.action_name.rpartition("_")[2], state) == state
        ]

    @action(description=_("Save and approve"), icon="task_alt")
    def approve(self, request: HttpRequest, round_: SurveyRound) -> None:
        self._try(request, lambda: rounds.approve(round_, by=request.user), gettext("The round is approved."))  # type: ignore[arg-type]

    @action(description=_("Back to a draft"), icon="undo")
    def withdraw(self, request: HttpRequest, round_: SurveyRound) -> None:
        self._try(request, lambda: rounds.withdraw(round_), gettext("The round is a draft again."))

    def _try(self, request: HttpRequest, verb: Any, done: str) -> None:
        try:
            verb()
        except ValidationError as error:
            for text in error.messages:
                messages.error(request, text)
        else:
            messages.success(request, done)


class FixedRoundForm(DefinitionAdmin.form):  # type: ignore[misc,valid-type]
    """A round that was approved: its name and description alone."""

    class Meta:
        model = SurveyRound
        fields = ("name", "description")
