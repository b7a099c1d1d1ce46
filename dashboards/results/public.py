"""`/r/<company>/`: how a company's customers fare and what it did about it, for everybody, without signing in."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from cxplatform.tenancy.addresses import absolute, root_url
from cxplatform.tenancy.colours import accent
from cxplatform.tenancy.context import Actor, activate
from cxplatform.tenancy.models import Tenant
from dashboards.models import ResultsPage
from dashboards.results.page import Results, load
from surveys.doors.pages import NAMES
from surveys.doors.visitors import language_of

_VISITOR = Actor(label="visitor")
_FRESH_SECONDS = 60


@require_safe
def results_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The page as the company shows it; where it shows none, there is nothing here.

    Whether such a company exists is told to nobody.
    """
    tenant = Tenant.objects.filter(slug=slug).first() if "\x00" not in slug else None
    if tenant is None:
        raise Http404
    language = language_of(request, default=tenant.language)
    with activate(tenant.pk, actor=_VISITOR):
        page = ResultsPage.objects.filter(shown=True).first()
        if page is None:
            raise Http404
        found = load(page=page, tenant=tenant, language=language)
    response = render_page(request, found, tenant=tenant, language=language, listed=page.listed)
    response["Cache-Control"] = f"public, max-age={_FRESH_SECONDS}"
    response["Vary"] = "Accept-Language"
    if not page.listed:
        response["X-Robots-Tag"] = "noindex"
    return response


def render_page(
    request: HttpRequest, page: Results, *, tenant: Tenant, language: str, listed: bool = False, preview: bool = False
) -> HttpResponse:
    """Rendered outside the request's own context: reading a session or a message would set a cookie."""
    with translation.override(language), timezone.override(tenant.zone):
        text = render_to_string(
            "dashboards/results/public.html",
            {
                "page": page,
                "company": tenant.name,
                "language": language,
                "languages": [(code, NAMES[code]) for code, _name in settings.LANGUAGES],
                "address": absolute(root_url("results_page", tenant.slug)),
                "accent": accent(tenant.brand_colour),
                "nonce": request.csp_nonce,  # type: ignore[attr-defined]
                "listed": listed,
                "preview": preview,
            },
        )
    response = HttpResponse(text)
    response["Content-Language"] = language
    return response
