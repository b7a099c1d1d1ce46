"""`/t/<slug>/...`: finds the company, checks membership, opens its transaction, and hides the prefix."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import get_script_prefix, set_script_prefix
from django.utils import timezone, translation
from django_htmx.http import HttpResponseClientRedirect

from cxplatform.prepared import Prepared
from cxplatform.tenancy.context import Actor, activate
from cxplatform.tenancy.models import Membership, Tenant, User

# Asked by every page of every member: planned once per connection, and no query is put together for it.
_MEMBERSHIP, _TENANT = (list(model._meta.concrete_fields) for model in (Membership, Tenant))
_COLUMNS = [f"m.{field.column}" for field in _MEMBERSHIP] + [f"t.{field.column}" for field in _TENANT]
_BY_SLUG = Prepared(
    "membership_by_slug",
    f"SELECT {', '.join(_COLUMNS)}"  # noqa: S608 (our own columns)
    " FROM tenancy_tenant t JOIN tenancy_membership m ON m.tenant_id = t.id"
    " WHERE t.slug = %(slug)s AND m.user_id = %(user)s",
    {"slug": "text", "user": "bigint"},
)


def _membership(user: User, slug: str) -> Membership | None:
    """The user's place in the company at this address, with both of them."""
    with connection.cursor() as cursor:
        _BY_SLUG.run(cursor, {"slug": slug, "user": user.pk})
        row = cursor.fetchone()
    if row is None:
        return None
    found = Membership.from_db(connection.alias, [field.attname for field in _MEMBERSHIP], row[: len(_MEMBERSHIP)])
    found.tenant = Tenant.from_db(connection.alias, [field.attname for field in _TENANT], row[len(_MEMBERSHIP) :])
    found.user = user
    return found


class TenantMiddleware:
    """Opens the tenant named in the address for its members; for everybody else it does not exist (404)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.membership = None  # type: ignore[attr-defined]
        request.tenant = None  # type: ignore[attr-defined]
        if not request.path_info.startswith("/t/"):
            return self.get_response(request)
        slug, slash, rest = request.path_info[3:].partition("/")
        if not slash:
            raise Http404
        if not request.user.is_authenticated:
            return _sign_in(request)
        membership = _membership(request.user, slug)  # type: ignore[arg-type]
        if membership is None:
            raise Http404
        return self._within(request, membership, rest)

    def _within(self, request: HttpRequest, membership: Membership, rest: str) -> HttpResponse:
        tenant = membership.tenant
        request.membership, request.tenant = membership, tenant  # type: ignore[attr-defined]
        request.urlconf = "cxplatform.tenant_urls"  # type: ignore[attr-defined]
        outer_prefix = get_script_prefix()
        prefix = f"{outer_prefix.rstrip('/')}/t/{tenant.slug}"
        request.META["SCRIPT_NAME"], request.path_info = prefix, f"/{rest}"
        request.META["PATH_INFO"] = request.path_info
        set_script_prefix(f"{prefix}/")
        actor = Actor(label=membership.user.email, user_id=membership.user_id)
        language = translation.get_language()
        try:
            if membership.user.language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
                translation.activate(membership.user.language)
                request.LANGUAGE_CODE = translation.get_language()  # type: ignore[attr-defined]
            with timezone.override(tenant.zone), activate(tenant.pk, actor=actor):
                response = self.get_response(request)
                if response.status_code >= 500:
                    transaction.set_rollback(True)
            return response
        finally:
            set_script_prefix(outer_prefix)
            translation.activate(language or settings.LANGUAGE_CODE)


def _sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back; a part of a page asked by script takes the whole page there."""
    if request.htmx:  # type: ignore[attr-defined]
        page = request.htmx.current_url_abs_path or "/"  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(redirect_to_login(page, settings.LOGIN_URL).url)
    return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
