"""The leadership page: the whole of it, its board alone when a filter changes, and what is new since a version."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cxplatform.pipeline import pulse
from cxplatform.tenancy.access import ANY_MEMBER, requires
from cxplatform.tenancy.roles import Permission
from dashboards.leadership.page import Page, load_page
from dashboards.measures import MEASURES
from dashboards.query import PERIODS, BadQuery, Query, parse
from dashboards.scope import narrowed
from dashboards.views_saved import keep as saved_views


def today_of(request: HttpRequest) -> date:
    """The day in the company's zone."""
    return timezone.localdate(timezone=request.tenant.zone)  # type: ignore[attr-defined]


@require_safe
@never_cache
@requires(ANY_MEMBER)
def leadership(request: HttpRequest) -> HttpResponse:
    """The page; for htmx its board alone, the address kept short. Whoever may not see results begins elsewhere."""
    membership = request.membership  # type: ignore[attr-defined]
    if not membership.may(Permission.SEE_RESULTS):
        if membership.may(Permission.HANDLE_FEEDBACK):
            return redirect("follow_ups")
        return redirect("customers" if membership.may(Permission.SEE_IDENTITY) else "my_instructions")
    try:
        page = _page(request)
    except BadQuery as error:
        return bad_query(request, error)
    partial = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    context = context_of(page) | ({} if partial else {"saved": saved_views.offered(membership)})
    response = render(request, f"dashboards/{'_board' if partial else 'leadership'}.html", context)
    if partial:
        response["HX-Push-Url"] = f"{request.path}{page.query.querystring()}"
    return response


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def live(request: HttpRequest) -> HttpResponse:
    """204 while nothing was counted after version `since`, else the board anew."""
    try:
        since = int(request.GET.get("since", "-1"))
    except ValueError:
        since = -1
    if pulse.version() == since:
        return HttpResponse(status=204)
    try:
        return render(request, "dashboards/_board.html", context_of(_page(request)))
    except BadQuery as error:
        return bad_query(request, error)


def bad_query(request: HttpRequest, error: BadQuery) -> HttpResponse:
    """A page that names the parameter at fault and leads back to one that works."""
    part = "_" if request.headers.get("HX-Request") else ""  # only the figures are swapped
    return render(
        request,
        f"dashboards/{part}bad_query.html",
        {"error": error, "section": "leadership", "given": request.GET.get(error.parameter, "")[:100]},
        status=400,
    )


def query_of(request: HttpRequest) -> Query:
    """The query of the address, within what the member may see. Raises BadQuery."""
    return narrowed(parse(request.GET, today=today_of(request)), request.membership)  # type: ignore[attr-defined]


def _page(request: HttpRequest) -> Page:
    return load_page(query=query_of(request), today=today_of(request), tenant=request.tenant)  # type: ignore[attr-defined]


def context_of(page: Page) -> dict[str, Any]:
    """What the templates of the page and of its parts need."""
    address = page.query.querystring()
    return {
        "page": page,
        "query": page.query,
        "section": "leadership",
        "segment": str(page.query.segment or ""),
        "rival": str(page.query.compare or ""),
        "on_target": page.on_target,
        "measures": MEASURES.values(),
        "periods": PERIODS,
        "address": "" if address == "?" else address,
        "live_address": f"{reverse('live')}{address}{'' if address == '?' else '&'}since={page.version}",
    }
