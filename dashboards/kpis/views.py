"""The page of the company's own figures."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from dashboards.kpis.figures import load_figures
from dashboards.kpis.sheets import sheets
from dashboards.leadership.views import today_of
from dashboards.out.answer import asked_for
from dashboards.scope import whole_company


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def kpis(request: HttpRequest) -> HttpResponse:
    """Every series: latest value, change and line."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    figures = load_figures(today=today_of(request))
    if file := asked_for(request, lambda: sheets(figures), title=_("KPIs"), name="kpis"):
        return file
    return render(request, "dashboards/kpis.html", {"figures": figures, "section": "kpis"})
