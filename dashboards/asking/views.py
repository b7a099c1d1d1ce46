"""The page of asking: response rates, coverage and scores by situation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from dashboards.asking.figures import SILENT_DAYS, load_asking
from dashboards.leadership.views import bad_query, query_of, today_of
from dashboards.query import PERIODS, BadQuery
from dashboards.scope import whole_company


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def asking(request: HttpRequest) -> HttpResponse:
    """The whole page; its parameters are those of the leadership page, and `silent`, a number of days."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    try:
        page = load_asking(
            query=query_of(request),
            silent_days=_silent(request),
            today=today_of(request),
            weigh_by=request.GET.get("weigh", "")[:100],
            minimum=request.tenant.anonymity_minimum,  # type: ignore[attr-defined]
        )
    except BadQuery as error:
        return bad_query(request, error)
    context = {"page": page, "query": page.query, "section": "asking", "periods": PERIODS, "silent": SILENT_DAYS}
    return render(request, "dashboards/asking.html", context)


def _silent(request: HttpRequest) -> int:
    text = request.GET.get("silent", "30")
    if text not in map(str, SILENT_DAYS):
        choices = ", ".join(map(str, SILENT_DAYS))
        raise BadQuery("silent", _("Give a number of days: %(choices)s.") % {"choices": choices})
    return int(text)
