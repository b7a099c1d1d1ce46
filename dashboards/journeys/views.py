"""Journeys as they really happen: their list, the map and its tabs, the pictures' data, and the customers behind."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from dashboards.journeys.channels import load_channels
from dashboards.journeys.dropoff import load_drop_off
from dashboards.journeys.handoffs import load_handoffs
from dashboards.journeys.list import load_list
from dashboards.journeys.map import load_map
from dashboards.journeys.paths import load_paths
from dashboards.journeys.paths_figures import figures_of
from dashboards.journeys.peak import load_peak
from dashboards.journeys.sheets import SHEETS
from dashboards.journeys.tags_personas import load_tags_personas
from dashboards.leadership.views import bad_query, query_of
from dashboards.measures import MEASURES
from dashboards.out.answer import asked_for
from dashboards.query import PERIODS, BadQuery, Query, read_text
from dashboards.scope import whole_company

MAP = "map"
TABS: dict[str, tuple[Lazy, Callable[..., Any]]] = {
    MAP: (_("Map"), load_map),
    "paths": (_("Paths"), load_paths),
    "drop-off": (_("Drop-off"), load_drop_off),
    "hand-offs": (_("Hand-offs"), load_handoffs),
    "channels": (_("Channels"), load_channels),
    "peak-end": (_("Peak and end"), load_peak),
}
# What the address of a tab may say beside the query that all tabs share.
OWN: dict[str, tuple[str, ...]] = {"paths": ("source",), "hand-offs": ("unit", "rank")}


class TabConverter:
    """The part of an address that names a tab other than the map."""

    regex = "|".join(name for name in TABS if name != MAP)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def journeys(request: HttpRequest) -> HttpResponse:
    """Every journey in use, and how many passages belong to none."""
    try:
        page = load_list(query=query_of(request), tenant=request.tenant)  # type: ignore[attr-defined]
    except BadQuery as error:
        return bad_query(request, error)
    return _answer(request, "dashboards/journeys/list.html", {"page": page, **_context(page.query)}, page.query)


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def tags_personas(request: HttpRequest) -> HttpResponse:
    """Scores by what touchpoints are tagged with, and of the customers for whom personas stand."""
    try:
        page = load_tags_personas(query=query_of(request), minimum=request.tenant.anonymity_minimum)  # type: ignore[attr-defined]
    except BadQuery as error:
        return bad_query(request, error)
    query = page.asked.query
    context = {"page": page, "asked": page.asked, "measures": MEASURES.values(), **_context(query)}
    return _answer(request, "dashboards/journeys/tags_personas.html", context, query)


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def journey(request: HttpRequest, slug: str, tab: str = MAP) -> HttpResponse:
    """One tab of a journey's page."""
    try:
        own = _own(request, tab)
        page = _load(request, slug, tab, own)
    except BadQuery as error:
        return bad_query(request, error)
    if tab in SHEETS and not page.asked.hidden:
        title = f"{page.asked.name}: {TABS[tab][0]}"
        if file := asked_for(request, lambda: SHEETS[tab](page), title=title, name=f"{page.asked.slug}-{tab}"):
            return file
    context = {
        "page": page,
        "asked": page.asked,
        "leaves": tab in SHEETS,
        "tab": tab,
        "tabs": [(name, label) for name, (label, _load) in TABS.items()],
        "measures": MEASURES.values(),
        "body": f"dashboards/journeys/_{tab.replace('-', '_')}.html",
        "own": own,
        **_context(page.asked.query),
    }
    return _answer(request, "dashboards/journeys/journey.html", context, page.asked.query, own)


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def figures(request: HttpRequest, slug: str) -> HttpResponse:
    """What the pictures of the tab of paths are drawn from."""
    try:
        page = _load(request, slug, "paths", _own(request, "paths"))
    except BadQuery as error:
        return JsonResponse({"parameter": error.parameter, "detail": str(error)}, status=400)
    return JsonResponse(figures_of(page))


def _own(request: HttpRequest, tab: str) -> dict[str, str]:
    return {name: text for name in OWN.get(tab, ()) if (text := read_text(request.GET, name))}


def _load(request: HttpRequest, slug: str, tab: str, own: Mapping[str, str]) -> Any:
    if tab != MAP:
        whole_company(request.membership)  # type: ignore[attr-defined]  # a passage is of no single unit
    asked: dict[str, Any] = {"slug": slug, "query": query_of(request), "tenant": request.tenant}  # type: ignore[attr-defined]
    page = TABS[tab][1](**asked, given=own) if tab in OWN else TABS[tab][1](**asked)
    if page is None:
        raise Http404
    return page


def _answer(
    request: HttpRequest, template: str, context: dict[str, Any], query: Query, own: Mapping[str, str] | None = None
) -> HttpResponse:
    response = render(request, template, context)
    if request.headers.get("HX-Request"):
        response["HX-Push-Url"] = f"{request.path}?{urlencode(query.parameters() | dict(own or {}))}"
    return response


def _context(query: Query) -> dict[str, Any]:
    address = query.querystring()
    return {
        "query": query,
        "section": "journeys",
        "periods": PERIODS,
        "segment": str(query.segment or ""),
        "address": "" if address == "?" else address,
    }
