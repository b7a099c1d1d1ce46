"""`/r/<company>/`: how a company's customers fare and what it did about it, for everybody, without signing in."""

import hashlib

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from cxplatform.tenancy.addresses import absolute, root_url
from cxplatform.tenancy.colours import accent
from cxplatform.tenancy.context import Actor, activate
from cxplatform.tenancy.models import Tenant
from dashboards.models import ResultsPage
from dashboards.results.page import Figures, Results, count, load
from surveys.doors.pages import NAMES, notice
from surveys.doors.phrases import READ_TOO_MUCH
from surveys.doors.visitors import language_of, reads_too_much

_VISITOR = Actor(label="visitor")
_FRESH_SECONDS = 60


@require_safe
def results_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The page as the company shows it; where it shows none, there is nothing here.

    Whether such a company exists is told to nobody.
    """
    if reads_too_much(request):
        return notice(request, None, READ_TOO_MUCH, status=429, headers={"Retry-After": "60"})
    tenant = Tenant.objects.filter(slug=slug).first() if "\x00" not in slug else None
    if tenant is None:
        raise Http404
    language = language_of(request, default=tenant.language)
    with activate(tenant.pk, actor=_VISITOR):
        page = ResultsPage.objects.filter(shown=True).first()
        if page is None:
            raise Http404
        found = load(page=page, tenant=tenant, language=language, figures=_figures(page, tenant, language))
    response = render_page(request, found, tenant=tenant, language=language, listed=page.listed)
    response["Cache-Control"] = f"public, max-age={_FRESH_SECONDS}"
    response["Vary"] = "Accept-Language"
    if not page.listed:
        response["X-Robots-Tag"] = "noindex"
    return response


def _figures(page: ResultsPage, tenant: Tenant, language: str) -> Figures:
    """Counted once a minute, however many read; other settings count anew."""
    asked = (page.parts, page.measures, page.days, tenant.anonymity_minimum, tenant.timezone)
    key = f"results:{tenant.pk}:{language}:{hashlib.sha256(repr(asked).encode()).hexdigest()[:32]}"
    kept: Figures | None = cache.get(key)
    if kept is None:
        kept = count(page=page, tenant=tenant, language=language, now=timezone.now())
        cache.set(key, kept, _FRESH_SECONDS)
    return kept


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
