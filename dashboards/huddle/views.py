"""The pack of the weekly huddle: a page, and one sheet of paper."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from dashboards.huddle.pack import load_pack, units_of
from dashboards.leadership.views import bad_query, today_of
from dashboards.query import BadQuery


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def huddle(request: HttpRequest) -> HttpResponse:
    """Last week of the company, or of the unit that `?unit=` names by its identifier."""
    membership, today = request.membership, today_of(request)  # type: ignore[attr-defined]
    asked = request.GET.get("unit", "")
    unit = next((each for each in units_of(membership) if each.slug == asked), None) if asked else None
    try:
        if asked and unit is None:
            raise BadQuery("unit", _("There is no such unit in use, or it is not yours. Choose another."))
        pack = load_pack(unit=unit, membership=membership, tenant=request.tenant, today=today)  # type: ignore[attr-defined]
    except BadQuery as error:
        return bad_query(request, error)
    context = {"pack": pack, "digest": pack.digest, "today": today, "section": "huddle"}
    return render(request, "dashboards/huddle/pack.html", context)
