"""`/p/<company>/`: a company's promises and how they are kept, for everybody, without signing in."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from cxplatform.tenancy.addresses import absolute, root_url
from cxplatform.tenancy.colours import accent
from cxplatform.tenancy.context import Actor, activate
from cxplatform.tenancy.models import Tenant
from promises.models import PromisePage
from promises.publishing.page import PublicPage, eligible, load
from surveys.doors.pages import NAMES
from surveys.doors.visitors import language_of

_VISITOR = Actor(label="visitor")
_FRESH_SECONDS = 60


@require_safe
def promise_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The page as the company shows it; where it shows none, there is nothing here.

    Whether such a company exists is told to nobody.
    """
    tenant = Tenant.objects.filter(slug=slug).first()
    if tenant is None:
        raise Http404
    language = language_of(request, default=tenant.language)
    with activate(tenant.pk, actor=_VISITOR):
        page = PromisePage.objects.filter(shown=True).first()
        if page is None:
            raise Http404
        found = load(page=page, promises=list(eligible().filter(published=True)), tenant=tenant, language=language)
    response = render_page(request, found, tenant=tenant, language=language)
    response["Cache-Control"] = f"public, max-age={_FRESH_SECONDS}"
    response["Vary"] = "Accept-Language"
    return response


def render_page(
    request: HttpRequest, page: PublicPage, *, tenant: Tenant, language: str, preview: bool = False
) -> HttpResponse:
    """Rendered outside the request's own context: reading a session or a message would set a cookie."""
    with translation.override(language), timezone.override(tenant.zone):
        address = absolute(root_url("promise_page", tenant.slug))
        text = render_to_string(
            "promises/publishing/public.html",
            {
                "page": page,
                "company": tenant.name,
                "language": language,
                "languages": [(code, NAMES[code]) for code, _name in settings.LANGUAGES],
                "address": address,
                "accent": accent(tenant.brand_colour),
                "nonce": request.csp_nonce,  # type: ignore[attr-defined]
                "preview": preview,
            },
        )
    response = HttpResponse(text)
    response["Content-Language"] = language
    return response
