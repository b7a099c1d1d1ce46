"""What a link opens, for whoever has it: `/share/<token>` is a page, `/e/<token>` a tile for other pages."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from cxplatform.tenancy.addresses import within
from cxplatform.tenancy.colours import accent
from cxplatform.tenancy.context import Actor, activate
from dashboards.models import ShareLink
from dashboards.query import BadQuery
from dashboards.sharing import share
from dashboards.sharing.shown import page_of, shared
from surveys.doors.visitors import guessing, language_of, missed

_VISITOR = Actor(label="visitor")
_PER_MINUTE, _GUESSES_PER_MINUTE = 60, 20
_TILE_SECONDS = 60
_COOKIE = "cx_share"
_NOBODY = ("'none'",)


@csrf_exempt  # nobody is signed in here: the link and its password are all the authority there is
@require_http_methods(["GET", "HEAD", "POST"])
def shared_page(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a link: asks its password where it has one, says where it is over."""
    if guessing(request):
        return _say(request, None, "busy", status=429)
    link = share.find(token, ShareLink.Kind.PAGE)
    if link is None:
        missed(request)
        return _say(request, None, "unknown", status=404)
    if not link.usable:
        return _say(request, link, "over", status=410)
    if _often(f"share:{link.pk}", _PER_MINUTE):
        return _say(request, link, "busy", status=429)
    if request.method == "POST":
        return _unlock(request, link)
    if not share.is_unlocked(link, request.COOKIES.get(_COOKIE, "")):
        return _say(request, link, "locked", status=200)
    return _page(request, link)


@require_safe
def shared_tile(request: HttpRequest, token: str) -> HttpResponse:
    """The tile of a link, made anew once a minute; only pages of the listed origins may show it."""
    link = share.find(token, ShareLink.Kind.TILE)
    if link is None or not link.usable:
        return _tile(
            _rendered("tile_over", {}, language=settings.LANGUAGE_CODE), (), status=404 if link is None else 410
        )
    key = f"shared-tile:{link.pk}"
    text = cache.get(key)
    if text is None:
        text = _made(link)
        cache.set(key, text, _TILE_SECONDS)
        share.note_opened(link, count=False)
    return _tile(text, link.origins)


def _unlock(request: HttpRequest, link: ShareLink) -> HttpResponse:
    if _often(f"share-password:{link.pk}", _GUESSES_PER_MINUTE):
        return _say(request, link, "busy", status=429)
    if not link.password or not share.opens(link, request.POST.get("password", "")):
        missed(request)
        return _say(request, link, "locked", status=403, wrong=True)
    response = HttpResponseRedirect(request.path)
    response.set_cookie(
        _COOKIE,
        share.unlocked(link),
        max_age=share.UNLOCKED_SECONDS,
        path=request.path,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return _private(response)


def _page(request: HttpRequest, link: ShareLink) -> HttpResponse:
    tenant = link.tenant
    with _inside(link):
        try:
            found = shared(page_of(link, today=timezone.localdate()), link.sheets)
        except BadQuery:
            return _say(request, link, "gone", status=410)
        context = {"shared": found, "page": found.page, "tenant": tenant, "link": link}
        text = render_to_string("dashboards/sharing/page.html", {**context, **_frame(request, link, link.language)})
    share.note_opened(link, count=True)
    return _private(HttpResponse(text))


def _made(link: ShareLink) -> str:
    tenant = link.tenant
    with _inside(link):
        try:
            page = page_of(link, today=timezone.localdate())
        except BadQuery:
            return _rendered("tile_over", {}, language=link.language)
        tile = next((tile for tile in page.tiles if tile.measure.key == link.measure), None)
        return _rendered("tile", {"tile": tile, "page": page, "tenant": tenant}, language=link.language)


@contextmanager
def _inside(link: ShareLink) -> Iterator[None]:
    """As in the link's company, in the link's language: panels ask for addresses as they do on the page."""
    tenant = link.tenant
    with (
        activate(tenant.pk, actor=_VISITOR),
        within(tenant.slug),
        translation.override(link.language),
        timezone.override(tenant.zone),
    ):
        yield


def _rendered(template: str, context: Mapping[str, Any], *, language: str) -> str:
    with translation.override(language):
        return render_to_string(f"dashboards/sharing/{template}.html", {**context, "language": language})


def _tile(text: str, origins: Any, *, status: int = 200) -> HttpResponse:
    response = HttpResponse(text, status=status)
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors {' '.join(origins or _NOBODY)}"
    )
    response.xframe_options_exempt = True  # type: ignore[attr-defined]  # it knows no list of origins
    response["Cache-Control"] = f"public, max-age={_TILE_SECONDS}" if status == 200 else "no-store"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _say(request: HttpRequest, link: ShareLink | None, what: str, *, status: int, wrong: bool = False) -> HttpResponse:
    """A page that says what is the matter, or asks the password."""
    language = link.language if link else language_of(request, default=settings.LANGUAGE_CODE)
    with translation.override(language):
        context = {"what": what, "wrong": wrong, **_frame(request, link, language)}
        text = render_to_string("dashboards/sharing/say.html", context)
    response = _private(HttpResponse(text, status=status))
    if status == 429:
        response["Retry-After"] = "60"
    return response


def _frame(request: HttpRequest, link: ShareLink | None, language: str) -> dict[str, Any]:
    """What every page of a link has. Rendered outside the request's own context, which would read a session."""
    return {
        "company": link.tenant.name if link else "",
        "language": language,
        "accent": accent(link.tenant.brand_colour) if link else None,
        "nonce": request.csp_nonce,  # type: ignore[attr-defined]
    }


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"  # the address is the key
    return response


def _often(what: str, limit: int) -> bool:
    """Count one, and say whether that is over `limit` a minute. Open without Valkey."""
    used: int = cache.count(f"{what}:{int(time.time() // 60)}", seconds=120, by=1)  # type: ignore[attr-defined]
    return used > limit
