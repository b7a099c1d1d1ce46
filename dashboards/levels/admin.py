"""The editors of the index, of benchmarks and of what KPIs tell of."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminSelectWidget

from cxplatform.stats.metrics import METRICS, metric
from cxplatform.tenancy.admin import site
from cxplatform.tenancy.editing import Menu, RemovableAdmin, TenantForm
from cxplatform.tenancy.roles import Permission
from dashboards.levels.benchmarks import faults
from dashboards.levels.declared import DEFAULT, METRICS_OFFERED
from dashboards.levels.words import called
from dashboards.models import Benchmark, CompanyIndex, KpiSeries

_WEIGHTS = {f"weight_{place}": name for place, name in enumerate(METRICS_OFFERED)}


class _IndexForm(TenantForm):
    """A number for each metric that an index can be made of, instead of the stored mapping."""

    class Meta:
        model = CompanyIndex
        fields = ("level", "basis", "threshold", "target", "paid_property", "paid_currency")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = self.instance.metrics or {DEFAULT: 1}
        for field, name in _WEIGHTS.items():
            self.fields[field].label = f"{called(metric(name))} ({metric(name).scale})"
            self.initial.setdefault(field, told.get(name))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        weights = {name: cleaned[field] for field, name in _WEIGHTS.items() if cleaned.get(field)}
        if not weights and not any(field in self.errors for field in _WEIGHTS):
            raise ValidationError(gettext("Give a weight to at least one metric."))
        self.instance.metrics = weights
        return cleaned


def _weight() -> forms.FloatField:
    return forms.FloatField(required=False, min_value=0, max_value=1000, widget=UnfoldAdminDecimalFieldWidget)


IndexForm: Any = type("IndexForm", (_IndexForm,), {field: _weight() for field in _WEIGHTS})


@admin.register(CompanyIndex, site=site)
class CompanyIndexAdmin(RemovableAdmin):
    menu = Menu(_("Targets"), "speed", 41)
    permission = Permission.SET_TARGETS
    form = IndexForm
    list_display = ("made_of", "level", "dimension", "basis", "target")
    list_select_related = ("dimension",)
    fieldsets = (
        (
            None,
            {
                "fields": ("level", "dimension", "basis", "threshold", "target"),
                "description": _(
                    "The index is one metric on 0-100, weighed over the segments of a dimension. Tell the shares "
                    "under Customer base."
                ),
            },
        ),
        (
            _("Metrics and their weights"),
            {
                "fields": tuple(_WEIGHTS),
                "description": _(
                    "One metric is enough. Several are put together by their weights, for example one third of "
                    "effectiveness and two thirds of emotion."
                ),
            },
        ),
        (
            _("Revenue by class"),
            {
                "fields": ("paid_property", "paid_currency"),
                "description": _(
                    "The name of the property of events that tells what a customer paid, for example amount. With it "
                    "revenue is shown by promoters, passives and detractors."
                ),
            },
        ),
    )

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and not CompanyIndex.objects.exists()

    @display(description=_("metrics"))
    def made_of(self, index: CompanyIndex) -> str:
        return ", ".join(called(metric(name)) for name in index.metrics if name in METRICS) or "–"


class BenchmarkForm(TenantForm):
    metric = forms.ChoiceField(label=capfirst(_("metric")), widget=UnfoldAdminSelectWidget)

    class Meta:
        model = Benchmark
        fields = ("metric", "name", "value", "low", "high", "n", "as_of", "source")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["metric"].choices = [  # type: ignore[attr-defined]
            (name, f"{called(of)} ({of.scale})") for name, of in METRICS.items()
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for field, fault in faults(cleaned).items():
            self.add_error(field, fault)
        return cleaned


@admin.register(Benchmark, site=site)
class BenchmarkAdmin(RemovableAdmin):
    menu = Menu(_("Targets"), "balance", 42)
    permission = Permission.SET_TARGETS
    form = BenchmarkForm
    list_display = ("name", "metric", "value", "as_of", "source")
    fieldsets = (
        (
            None,
            {
                "fields": ("metric", "name", "value", "low", "high", "n", "as_of", "source"),
                "description": _(
                    "What others reach, with day and source. It is shown beside your own, never as a target."
                ),
            },
        ),
    )


class KpiForm(TenantForm):
    class Meta:
        model = KpiSeries
        fields = ("name", "slug", "unit", "grain", "source", "side", "better", "target")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            # Its values are of weeks or of months already, and integrations know it by its identifier.
            for name in ("grain", "slug"):
                self.fields[name].disabled = True


@admin.register(KpiSeries, site=site)
class KpiAdmin(RemovableAdmin):
    menu = Menu(_("Targets"), "monitoring", 43)
    permission = Permission.SET_TARGETS
    form = KpiForm
    list_display = ("name", "unit", "grain", "side", "target")
    list_filter = ("side",)
    fieldsets = (
        (
            None,
            {
                "fields": ("name", "slug", "unit", "grain", "source", "side", "better", "target"),
                "description": _(
                    "A KPI that tells of money, customers or staff stands on the leadership page, beside the index."
                ),
            },
        ),
    )
