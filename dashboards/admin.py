"""The editor of targets; the customer base and the company's level have their own modules."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from cxplatform.stats.metrics import METRICS, metric
from cxplatform.tenancy.admin import site
from cxplatform.tenancy.editing import Menu, RemovableAdmin, TenantForm
from cxplatform.tenancy.roles import Permission
from dashboards.levels import admin as levels_admin
from dashboards.load import metrics_answered
from dashboards.measures import metric_name
from dashboards.models import Target
from dashboards.population import admin as population_admin
from journeys.models import Stage

__all__ = ["TargetAdmin", "levels_admin", "population_admin"]

EARLIEST, LATEST = 2000, 2100


class StageChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.journey} · {obj}"


class TargetForm(TenantForm):
    metric = forms.ChoiceField(label=capfirst(_("metric")), widget=UnfoldAdminSelectWidget)
    stage = StageChoice(
        queryset=None,
        required=False,
        label=capfirst(_("stage")),
        empty_label=_("Select value"),
        widget=UnfoldAdminSelectWidget,
    )

    class Meta:
        model = Target
        # References are added by the admin's fieldsets, when a tenant is there to choose from.
        fields = ("metric", "year", "value")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["metric"].choices = [  # type: ignore[attr-defined]
            (name, metric_name(name)) for name in (*METRICS, *sorted(self._words()))
        ]
        stages = Stage.objects.filter(archived_at=None, journey__archived_at=None) | Stage.objects.filter(
            pk=self.instance.stage_id
        )
        self.fields["stage"].queryset = stages.select_related("journey").order_by(  # type: ignore[attr-defined]
            "journey__position", "journey__name", "position"
        )
        self.initial.setdefault("year", timezone.localdate().year)

    def _words(self) -> set[str]:
        """The image words that were answered, each of which may have a target of its own."""
        longest = Target._meta.get_field("metric").max_length or 0
        known = {name for name in metrics_answered() if name.partition(":")[0] in METRICS} - set(METRICS)
        return {name for name in {*known, self.instance.metric} - {""} - set(METRICS) if len(name) <= longest}

    def clean_year(self) -> int:
        year = int(self.cleaned_data["year"])
        if not EARLIEST <= year <= LATEST:
            raise ValidationError(
                _("Give a year from %(first)d to %(last)d."), params={"first": EARLIEST, "last": LATEST}
            )
        return year

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        chosen, value = cleaned.get("metric"), cleaned.get("value")
        if chosen and value is not None:
            least, greatest = metric(chosen).limits
            if not least <= value <= greatest:
                self.add_error(
                    "value",
                    ValidationError(
                        _("This metric goes from %(least)g to %(greatest)g: give a target between them."),
                        params={"least": least, "greatest": greatest},
                    ),
                )
        return cleaned


@admin.register(Target, site=site)
class TargetAdmin(RemovableAdmin):
    menu = Menu(_("Targets"), "flag", 40)
    permission = Permission.SET_TARGETS
    form = TargetForm
    list_display = ("metric_label", "year", "place", "value")
    list_filter = ("year", "touchpoint")
    list_select_related = ("touchpoint", "stage__journey")
    fieldsets = (
        (
            None,
            {
                "fields": ("metric", "year", "value", "touchpoint", "stage"),
                "description": _("Leave touchpoint and stage empty for the whole company."),
            },
        ),
    )

    @display(description=_("metric"), ordering="metric")
    def metric_label(self, target: Target) -> Any:
        return metric_name(target.metric)

    @display(description=_("place"))
    def place(self, target: Target) -> Any:
        if target.touchpoint:
            return target.touchpoint
        return f"{target.stage.journey} · {target.stage}" if target.stage else _("The whole company")
