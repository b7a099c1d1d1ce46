"""The plan: read, begun, and written area by area."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from dashboards.leadership.views import today_of
from dashboards.models import PlanArea
from dashboards.out.answer import asked_for, tenant_of
from dashboards.plan.forms import BeginForm, area_forms
from dashboards.plan.page import load_plan
from dashboards.plan.round_page import area_means
from dashboards.plan.sheets import plan_sheets
from dashboards.plan.tabs import TABS
from dashboards.plan.write import begin, write_area
from dashboards.scope import whole_company


def context(tab: str, **values: Any) -> dict[str, Any]:
    """What every page of this room needs."""
    return {"tabs": TABS, "tab": tab, "section": "plan", **values}


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def plan(request: HttpRequest) -> HttpResponse:
    """The plan that is on, or that which begins in the month asked for."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    return _page(request)


@require_POST
@requires(Permission.DEFINE)
def start(request: HttpRequest) -> HttpResponse:
    """Begin a plan."""
    form = BeginForm(request.POST, today=today_of(request))
    if not form.is_valid():
        return _page(request, form, status=400)
    try:
        made = begin(start=form.cleaned_data["start"], by=request.user)  # type: ignore[arg-type]
    except ValueError as error:
        form.add_error("start", str(error))
        return _page(request, form, status=400)
    messages.success(request, _("The plan is begun. Write down of each area where it stands and where it is to be."))
    return redirect(f"{reverse('plan')}?start={made.start.isoformat()}")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.DEFINE)
def area(request: HttpRequest, pk: int) -> HttpResponse:
    """Write an area: where it stands, where it is to be, what is done in which month."""
    row = PlanArea.objects.filter(pk=pk).select_related("plan").prefetch_related("steps").first()
    if row is None:
        raise Http404
    posted = request.POST if request.method == "POST" else None
    form, steps = area_forms(row, tenant=tenant_of(request), today=today_of(request), data=posted)
    if posted is not None and form.is_valid() and steps.is_valid():
        write_area(area=row, **form.cleaned_data, steps=[each.step() for each in steps if each.cleaned_data])
        messages.success(request, _("The area is saved."))
        return redirect(f"{reverse('plan')}?start={row.plan.start.isoformat()}#{row.area}")
    status = 400 if posted is not None else 200
    values = context("plan", area=row, form=form, steps=steps)
    return render(request, "dashboards/plan/area.html", values, status=status)


def _page(request: HttpRequest, form: BeginForm | None = None, status: int = 200) -> HttpResponse:
    today = today_of(request)
    page = load_plan(today=today, tenant_id=tenant_of(request).pk, start=_start(request.GET.get("start", "")))
    if page and (file := asked_for(request, lambda: plan_sheets(page), title=_("Twelve-month plan"), name="plan")):
        return file
    means = area_means(tenant=tenant_of(request), today=today) if page else {}
    values = context("plan", page=page, means=means, form=form or BeginForm(today=today))
    return render(request, "dashboards/plan/plan.html", values, status=status)


def _start(text: str) -> date | None:
    """A month that an address names. Raises Http404 for one that is no month."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
