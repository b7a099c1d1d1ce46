"""The register of KPIs and rewards, and who answers for which metric."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from dashboards.models import RewardedFigure
from dashboards.out.answer import asked_for, tenant_of
from dashboards.plan.people_forms import FigureForm, OwnersForm
from dashboards.plan.people_sheets import owner_sheet, register_sheet
from dashboards.plan.rewards import load_owned, load_register, remove_figure, write_figure, write_owners
from dashboards.plan.views import context
from dashboards.scope import whole_company


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def rewards(request: HttpRequest) -> HttpResponse:
    """Who is rewarded by what, and what of it is tied to customers."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    page = load_register(tenant_id=tenant_of(request).pk)
    if file := asked_for(request, lambda: [register_sheet(page)], title=_("KPIs and rewards"), name="rewards"):
        return file
    return render(request, "dashboards/plan/rewards.html", context("rewards", page=page))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.DEFINE)
def figure(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a figure (0), write one anew, or remove it."""
    row = RewardedFigure.objects.filter(pk=pk).first() if pk else RewardedFigure()
    if row is None:
        raise Http404
    if request.method == "POST" and "remove" in request.POST and row.pk:
        remove_figure(row)
        messages.success(request, _("The figure is out of the register."))
        return redirect("rewards")
    known = {"name": row.name or request.GET.get("name", "")[:200], "rewarded": row.rewarded, "reward": row.reward,
             "tie": row.tie, "owner": row.owner_id}  # type: ignore[attr-defined]  # fmt: skip
    posted = request.POST if request.method == "POST" else None
    form = FigureForm(posted, tenant=tenant_of(request), initial=known)
    if posted is not None and form.is_valid():
        write_figure(figure=row, fields=form.cleaned_data)
        messages.success(request, _("The figure is in the register."))
        return redirect("rewards")
    title = row.name if row.pk else _("A figure to the register")
    values = context("rewards", form=form, title=title, back="rewards", removable=bool(row.pk))
    return render(request, "dashboards/plan/one.html", values, status=400 if posted is not None else 200)


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def owners(request: HttpRequest) -> HttpResponse:
    """Each metric and the person who answers for it."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    owned = load_owned(tenant_id=tenant_of(request).pk)
    if file := asked_for(request, lambda: [owner_sheet(owned)], title=_("Owners of metrics"), name="owners"):
        return file
    return _owners(request, None)


@require_POST
@requires(Permission.DEFINE)
def save_owners(request: HttpRequest) -> HttpResponse:
    """Write who answers for which."""
    form = OwnersForm(request.POST, tenant=tenant_of(request), owned=load_owned(tenant_id=tenant_of(request).pk))
    if not form.is_valid():
        return _owners(request, form)
    n = write_owners(form.wanted())
    messages.success(request, ngettext("%(n)s owner changed.", "%(n)s owners changed.", n) % {"n": n})
    return redirect("metric_owners")


def _owners(request: HttpRequest, form: OwnersForm | None) -> HttpResponse:
    owned = load_owned(tenant_id=tenant_of(request).pk)
    shown: Any = form or OwnersForm(tenant=tenant_of(request), owned=owned)
    rows = [(each, shown[each.key]) for each in owned if each.key in shown.fields]
    unowned = sum(each.unowned for each in owned)
    values = context("metric_owners", rows=rows, unowned=unowned, total=len(owned))
    return render(request, "dashboards/plan/owners.html", values, status=400 if form else 200)
