"""The page of levels: the index and its parts, relationship beside single encounters, staff."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from dashboards.leadership.views import today_of
from dashboards.levels.figures import load_levels
from dashboards.scope import whole_company


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def levels(request: HttpRequest) -> HttpResponse:
    """The company's index, its parts and sub-indices; relationship and transaction by quarter; staff."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    return page(request)


def page(request: HttpRequest, status: int = 200, **context: Any) -> HttpResponse:
    """The page, with forms that were filled in wrongly where there are."""
    found = load_levels(tenant=request.tenant, today=today_of(request))  # type: ignore[attr-defined]
    return render(
        request, "dashboards/levels/levels.html", {"page": found, "section": "levels", **context}, status=status
    )
