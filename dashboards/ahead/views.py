"""The page of what is coming."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from dashboards.ahead.page import load_ahead, sheets_of
from dashboards.leadership.views import today_of
from dashboards.out.answer import asked_for
from dashboards.scope import whole_company


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def ahead(request: HttpRequest) -> HttpResponse:
    """Forecasts, which of them are warnings, and what may be done in time."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    page = load_ahead(today=today_of(request))
    if file := asked_for(request, lambda: sheets_of(page), title=_("What is coming"), name="ahead"):
        return file
    return render(request, "dashboards/ahead/ahead.html", {"page": page, "section": "ahead"})
