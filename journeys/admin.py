"""The editor of journeys: laid out on a board, finished, planned anew, and compared with what they were."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from cxplatform.tenancy.admin import site
from cxplatform.tenancy.editing import Menu
from journeys import (  # noqa: F401  register their models
    mapping_admin,
    notes_admin,
    people_admin,
    places_admin,
    replays_admin,
    rules_admin,
)
from journeys.editing import DefinitionAdmin
from journeys.journey_form import FIELDSETS, JourneyForm
from journeys.journey_pages import JourneyPages
from journeys.layout import lay_out
from journeys.links import set_links
from journeys.models import Journey, JourneyPersona, Stage
from journeys.plans import finish, make_plan, reopen, warnings_of
from journeys.versions import snapshot

GROUP = _("Journeys")


@admin.register(Journey, site=site)
class JourneyAdmin(JourneyPages, DefinitionAdmin):
    menu = Menu(GROUP, "route", 10)
    form = JourneyForm
    list_display = ("name", "kind_label", "stage_count", "owner", "sponsor", "state", "position")
    list_filter = ("kind",)
    list_select_related = ("owner", "sponsor")
    ordering_field = "position"
    fieldsets = FIELDSETS
    actions_submit_line = ("finish", "reopen", "plan", "archive", "restore")
    change_form_before_template = "admin/journeys/journey_links.html"
    list_before_template = "admin/journeys/journeys_links.html"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Journey]:
        in_use = models.Q(stages__archived_at=None)
        return super().get_queryset(request).annotate(stages_in_use=models.Count("stages", filter=in_use))

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """In the list a field's label is the column's, which no reader of screens hears: it says its name itself."""
        field = super().formfield_for_dbfield(db_field, request, **options)
        if field is not None and db_field.name == self.ordering_field:
            field.widget.attrs["aria-label"] = field.label
        return field

    @display(description=_("stages"))
    def stage_count(self, journey: Any) -> int:
        return int(journey.stages_in_use)

    @display(description=_("kind"), ordering="kind", label={Journey.Kind.TO_BE: "info"})
    def kind_label(self, journey: Journey) -> Any:
        return journey.kind, journey.get_kind_display()

    @display(description=_("state"), label={"done": "success", "validated": "success", "assumed": "warning"})
    def state(self, journey: Journey) -> Any:
        """Whether staff assume it or customers have confirmed it, and whether the design is finished."""
        told = gettext("validated") if journey.validated else gettext("assumed")
        if journey.finished_at:
            told = gettext("%s, finished") % told
        return "validated" if journey.validated else "assumed", told

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            last = Journey.objects.aggregate(last=models.Max("position"))["last"]
            obj.position = 0 if last is None else last + 1
        super().save_model(request, obj, form, change)

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """A new journey opens on its board: laying it out goes on there."""
        return redirect("admin:journeys_journey_change", obj.pk)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        journey = form.instance
        if "board" in form.changed_data:
            lay_out(journey=journey, layout=form.cleaned_data["board"])
        if "personas" in form.changed_data:
            set_links(
                model=JourneyPersona, of=journey, mine="journey", theirs="persona", wanted=form.cleaned_data["personas"]
            )
        version = snapshot(journey, note=form.cleaned_data.get("note", ""))
        if version and version.number > 1:
            messages.info(request, gettext("Version %d is in force from now on.") % version.number)
        for text in warnings_of(journey):
            messages.warning(request, text)
        super().save_related(request, form, formsets, change)

    def get_actions_submit_line(self, request: HttpRequest, object_id: Any) -> Any:
        """Finish what is open, open what is finished; plans are made of what is."""
        found = Journey.objects.filter(pk=object_id).values_list("finished_at", "kind").first()
        finished, kind = found or (None, "")
        hidden = {f"journeys_journey_{'finish' if finished else 'reopen'}"}
        if kind != Journey.Kind.AS_IS:
            hidden.add("journeys_journey_plan")
        return [
            button for button in super().get_actions_submit_line(request, object_id) if button.action_name not in hidden
        ]

    @action(description=_("Finish"), icon="task_alt")
    def finish(self, request: HttpRequest, obj: Journey) -> None:
        try:
            finish(obj)
        except ValidationError as error:
            messages.error(request, gettext("Not finished yet: %s") % " ".join(error.messages))
        else:
            messages.success(request, gettext("“%s” is finished. Changes still make new versions.") % obj)

    @action(description=_("Open for designing"), icon="edit")
    def reopen(self, request: HttpRequest, obj: Journey) -> None:
        reopen(obj)
        messages.info(request, gettext("“%s” is being designed again.") % obj)

    @action(description=_("Plan how it should be"), icon="auto_awesome")
    def plan(self, request: HttpRequest, obj: Journey) -> None:
        plan = make_plan(obj)
        request.made_plan = plan  # type: ignore[attr-defined]
        messages.success(
            request, gettext("This is the plan for “%s”. Change it; the gap between them has its page.") % obj
        )

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        plan = getattr(request, "made_plan", None)
        if plan is not None:
            return redirect("admin:journeys_journey_change", plan.pk)
        if {"journeys_journey_finish", "journeys_journey_reopen"} & set(request.POST):
            return redirect("admin:journeys_journey_change", obj.pk)
        return super().response_change(request, obj)

    def history_models(self) -> list[tuple[type[models.Model], str]]:
        return [(Stage, "journey")]
