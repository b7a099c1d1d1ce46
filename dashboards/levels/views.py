"""The page of levels: the index and its parts, relationship beside single encounters, staff, baselines."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from dashboards.leadership.views import today_of
from dashboards.levels.baseline import CannotFreeze, freeze, remove
from dashboards.levels.figures import Levels, load_levels
from dashboards.levels.sheets import sheets
from dashboards.models import Baseline
from dashboards.out.answer import asked_for
from dashboards.periods import Period
from dashboards.query import BadQuery, read_period
from dashboards.scope import whole_company


class BaselineForm(forms.Form):
    """Days to freeze; `period` after cleaning."""

    name = forms.CharField(label=_("name"), max_length=200)
    start = forms.CharField(label=_("first day"), widget=forms.DateInput(attrs={"type": "date"}), max_length=20)
    last = forms.CharField(label=_("last day"), widget=forms.DateInput(attrs={"type": "date"}), max_length=20)

    def __init__(self, *args: Any, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if {"start", "last"} <= set(cleaned):
            try:
                cleaned["period"] = self._period(cleaned)
            except BadQuery as error:
                self.add_error("start" if error.parameter == "from" else "last", str(error))
        return cleaned

    def _period(self, cleaned: dict[str, Any]) -> Period | None:
        period = read_period({"from": cleaned["start"], "to": cleaned["last"]}, today=self.today)
        if period and period.last >= self.today:
            raise BadQuery("to", gettext("Choose days that are over: a baseline does not move."))
        return period


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def levels(request: HttpRequest) -> HttpResponse:
    """The company's index, its parts and sub-indices; relationship and transaction by quarter; staff."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    if file := asked_for(request, lambda: sheets(_load(request)), title=gettext("Index and levels"), name="levels"):
        return file
    return _page(request, BaselineForm(today=today_of(request)))


@require_POST
@requires(Permission.DEFINE)
def baselines(request: HttpRequest) -> HttpResponse:
    """Freeze the counts of some days."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    form = BaselineForm(request.POST, today=today_of(request))
    if form.is_valid():
        try:
            freeze(name=form.cleaned_data["name"], period=form.cleaned_data["period"])
        except CannotFreeze as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, gettext("The baseline is kept."))
            return redirect("levels")
    return _page(request, form, status=400)


@require_POST
@requires(Permission.DEFINE)
def remove_baseline(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a baseline away."""
    remove(get_object_or_404(Baseline, slug=slug))
    messages.success(request, gettext("The baseline is removed."))
    return redirect("levels")


def _page(request: HttpRequest, form: BaselineForm, status: int = 200) -> HttpResponse:
    shown = {"page": _load(request), "baselines": list(Baseline.objects.all()), "form": form, "section": "levels"}
    return render(request, "dashboards/levels/levels.html", shown, status=status)


def _load(request: HttpRequest) -> Levels:
    return load_levels(tenant=request.tenant, today=today_of(request))  # type: ignore[attr-defined]
