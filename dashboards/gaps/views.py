"""The page of blind spots."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from dashboards.gaps.page import load_gaps
from dashboards.gaps.sheets import sheets
from dashboards.leadership.views import bad_query, query_of, today_of
from dashboards.out.answer import asked_for
from dashboards.query import PERIODS, BadQuery
from dashboards.scope import whole_company


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def blind_spots(request: HttpRequest) -> HttpResponse:
    """Where staff guess otherwise than customers answer. What staff guess is of the whole company."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    try:
        query = query_of(request)
        page = load_gaps(query=query, today=today_of(request), tenant=request.tenant)  # type: ignore[attr-defined]
    except BadQuery as error:
        return bad_query(request, error)
    if file := asked_for(request, lambda: sheets(page), title=_("Blind spots"), name="blind-spots"):
        return file
    address = query.querystring()
    context = {
        "page": page,
        "query": query,
        "section": "blind_spots",
        "periods": PERIODS,
        "address": "" if address == "?" else address,
    }
    return render(request, "dashboards/gaps/page.html", context)
