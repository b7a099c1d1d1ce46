"""The editor at `/t/<slug>/edit/`: Django's admin, opened by membership and not by `is_staff`.

The middleware has opened the tenant and taken the slug out of the address before anything here runs.
"""

from collections.abc import Callable
from hashlib import blake2b
from typing import Any

from csp.constants import NONCE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, get_script_prefix, reverse
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import etag
from unfold.dataclasses import Favicon
from unfold.sites import UnfoldAdminSite

from cxplatform.tenancy.addresses import root_url
from cxplatform.tenancy.colours import accent
from cxplatform.tenancy.models import Membership
from cxplatform.tenancy.roles import Permission

# Whoever may do one of these may open the editor, and sees in it what they may change.
EDITING = (Permission.DEFINE, Permission.SET_TARGETS)
# Pages outside tenants do these, and unfold's search keeps results in a cache that knows no tenant.
_ELSEWHERE = {"login", "logout", "password_change", "password_change_done", "view_on_site", "search"}
# Alpine evaluates the attributes of its pages and writes style attributes. Nothing but the editor needs either.
_LOOSENED = {
    "script-src": [SELF, NONCE, UNSAFE_EVAL],
    "style-src-attr": [UNSAFE_INLINE],
}


# Of the catalogue of the scripts, by language: a new release starts anew.
_editions: dict[str, str] = {}


class TenantAdminSite(UnfoldAdminSite):
    """What staff of a company define. Every model names the permission that its pages need."""

    final_catch_all_view = False
    enable_nav_sidebar = True
    index_title = _("What we measure")
    app_index_template = "admin/index.html"

    def has_permission(self, request: HttpRequest) -> bool:
        membership = member_of(request)
        return membership is not None and any(map(membership.may, EDITING))

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        """Django would send a member without the permission to sign in again; they get 403."""

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not self.has_permission(request):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded = csrf_protect(guarded if cacheable else never_cache(guarded))
        return csp_replace(_LOOSENED)(guarded)  # type: ignore[return-value,arg-type]

    def i18n_javascript(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The scripts' texts, which every form and list loads: sent once, then only asked after.

        One address serves all languages, and who changes theirs must not go on with the old one: browsers may keep it
        and ask each time. Its tag is of its words, so it goes by language and by release.
        """
        send = super().i18n_javascript
        language = get_language() or ""
        if language not in _editions:
            _editions[language] = f'"{blake2b(send(request).content, digest_size=12).hexdigest()}"'
        asked = etag(lambda *_args, **_kwargs: _editions[language])(send)
        return cache_control(private=True, no_cache=True)(asked)(request)  # type: ignore[no-any-return]

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [url for url in super().get_urls() if getattr(url, "name", None) not in _ELSEWHERE]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        company = request.tenant  # type: ignore[attr-defined]
        return {
            **super().each_context(request),
            "site_title": company.name,
            "site_header": company.name,
            "site_url": get_script_prefix(),
            "site_favicons": [Favicon(href=static("img/icon.svg"), rel="icon", type="image/svg+xml")],
            "brand": accent(company.brand_colour),
            "account_links": [{"title": _("Change password"), "link": root_url("account_change_password")}],
        }

    def _get_colors(self, key: str, *args: Any) -> dict[str, Any]:
        """None inline: templates/admin/base_site.html gives the colours with the page's nonce."""
        return {}

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Groups in the order in which rooms register their models, links to what this member may open."""
        groups: dict[str, dict[str, Any]] = {}
        shown = [(model, editor) for model, editor in self._registry.items() if getattr(editor, "menu", None)]
        for model, editor in sorted(shown, key=lambda pair: pair[1].menu.place):  # type: ignore[attr-defined]
            place = editor.menu  # type: ignore[attr-defined]
            if not editor.has_view_permission(request):
                continue
            link = reverse(f"{self.name}:{model._meta.app_label}_{model._meta.model_name}_changelist")
            group = groups.setdefault(str(place.group), {"title": place.group, "items": [], "separator": bool(groups)})
            group["items"].append(
                {
                    "title": capfirst(model._meta.verbose_name_plural),
                    "icon": place.icon,
                    "link": link,
                    "active": request.path.startswith(link),
                    "has_permission": True,
                }
            )
        return list(groups.values())


def member_of(request: HttpRequest) -> Membership | None:
    """Who is editing; None outside a tenant."""
    return getattr(request, "membership", None)


site = TenantAdminSite(name="admin")
