"""The settings of the public results page, its preview, and the results that staff read."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.addresses import absolute, root_url
from cxplatform.tenancy.roles import Permission
from dashboards.leadership.views import today_of
from dashboards.models import ResultsPage
from dashboards.results import page as results
from dashboards.results import quotes
from dashboards.results.forms import PageForm, QuotesForm
from dashboards.results.public import render_page
from dashboards.results.staff import load_staff
from journeys.models import Touchpoint
from surveys.doors.visitors import language_of


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.DEFINE)
def settings_page(request: HttpRequest) -> HttpResponse:
    """What the public results page shows; nothing is shown before it is saved with "show"."""
    page, own, words = _forms(request)
    if own.is_valid() and words.is_valid():
        results.save(fields=own.told)
        among = [one for _name, _ticked, one in words.rows]
        quotes.choose(words.chosen, among=among, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("The public results page is saved."))
        return redirect("results_settings")
    tenant: Any = request.tenant  # type: ignore[attr-defined]
    ids = {one.touchpoint_id for _name, _ticked, one in words.rows if one.touchpoint_id}
    context = {
        "page": page,
        "own": own,
        "words": words,
        "places": dict(Touchpoint.objects.filter(pk__in=ids).values_list("pk", "name")),
        "address": absolute(root_url("results_page", tenant.slug)),
        "languages": settings.LANGUAGES,
        "section": "results_settings",
    }
    return render(request, "dashboards/results/settings.html", context, status=400 if own.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.DEFINE)
def preview(request: HttpRequest) -> HttpResponse:
    """The page as it is saved or, posted, as it would be; for whoever may save it alone."""
    page, own, _words = _forms(request)
    if own.is_bound:
        if not own.is_valid():
            return settings_page(request)
        page = ResultsPage(**own.told)
    tenant: Any = request.tenant  # type: ignore[attr-defined]
    language = language_of(request, default=(get_language() or tenant.language)[:2])
    found = results.load(page=page, tenant=tenant, language=language)
    return render_page(request, found, tenant=tenant, language=language, preview=True)


def _forms(request: HttpRequest) -> tuple[ResultsPage, PageForm, QuotesForm]:
    page = results.page_of_company()
    sent = request.POST if request.method == "POST" else None
    return page, PageForm(sent, page=page), QuotesForm(sent, offered=quotes.offered())


@require_safe
@never_cache
@requires(Permission.SEE_STAFF_RESULTS)
def staff(request: HttpRequest) -> HttpResponse:
    """How customers fare, for whoever works for them: own units first."""
    tenant: Any = request.tenant  # type: ignore[attr-defined]
    page = load_staff(
        membership=request.membership,  # type: ignore[attr-defined]
        tenant=tenant,
        today=today_of(request),
        language=(get_language() or tenant.language)[:2],
    )
    return render(request, "dashboards/results/staff.html", {"page": page, "section": "staff_results"})
