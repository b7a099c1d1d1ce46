"""Share links, for those who make them. A link is shown once, on the answer that made it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cxplatform.api.pressed_twice import shown_once
from cxplatform.tenancy.access import requires
from cxplatform.tenancy.addresses import absolute, root_url
from cxplatform.tenancy.roles import Permission
from dashboards.leadership.page import load_page
from dashboards.leadership.views import bad_query, query_of, today_of
from dashboards.models import ShareLink
from dashboards.query import BadQuery, kept_address
from dashboards.sharing import share
from dashboards.sharing.forms import PageForm, TileForm
from dashboards.sharing.shown import offered

Kind = ShareLink.Kind
ROUTES = {Kind.PAGE: "shared_page", Kind.TILE: "shared_tile"}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.DEFINE)
def shares(request: HttpRequest) -> HttpResponse:
    """Every link of the company; posting makes one to the page that the address asks for."""
    tenant, today = request.tenant, today_of(request)  # type: ignore[attr-defined]
    try:
        query = query_of(request)
        asks = kept_address(query)
        page = load_page(query=query, today=today, tenant=tenant)
    except BadQuery as error:
        return bad_query(request, error)
    sent = request.POST if request.method == "POST" else None
    kind = Kind.TILE if sent and sent.get("kind") == Kind.TILE else Kind.PAGE
    known = {"tenant": tenant, "today": today}
    forms: dict[Any, Any] = {
        Kind.PAGE: PageForm(sent if kind == Kind.PAGE else None, offered=offered(page), prefix="page", **known),
        Kind.TILE: TileForm(sent if kind == Kind.TILE else None, tiles=page.tiles, prefix="tile", **known),
    }
    context: dict[str, Any] = {"asks": asks, "query": query, "section": "leadership"}
    form = forms[kind]
    if form.is_valid():
        fields = dict(form.cleaned_data)
        link, token = share.make(
            tenant=tenant,
            kind=kind,
            query=asks,
            by=request.user,  # type: ignore[arg-type]
            expires_at=fields.pop("expires"),
            **fields,
        )
        context |= {"new": link, "new_address": absolute(root_url(ROUTES[kind], token))}
        forms[Kind.PAGE] = PageForm(offered=offered(page), prefix="page", **known)
        forms[Kind.TILE] = TileForm(tiles=page.tiles, prefix="tile", **known)
    links = ShareLink.objects.filter(tenant=tenant).select_related("created_by", "tenant").order_by("-created_at")
    context |= {
        "links": sorted(links, key=lambda link: not link.usable),
        "page_form": forms[Kind.PAGE],
        "tile_form": forms[Kind.TILE],
    }
    status = 400 if form.is_bound and not form.is_valid() else 200
    shown = render(request, "dashboards/sharing/shares.html", context, status=status)
    return shown_once(request, shown) if "new" in context else shown


@require_POST
@requires(Permission.DEFINE)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End a link at once."""
    ours = ShareLink.objects.filter(tenant=request.tenant, revoked_at=None)  # type: ignore[attr-defined]
    link = get_object_or_404(ours, pk=pk)
    share.revoke(link)
    messages.success(request, _("The link %(name)s no longer works.") % {"name": link.name})
    return redirect("shares")
