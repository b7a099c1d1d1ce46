"""The register of places where promises are told, and the settings of the public promise page."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.addresses import absolute, root_url
from cxplatform.tenancy.roles import Permission
from promises.models import Promise, PromisePage, Publication
from promises.present import promise_of
from promises.publishing import page as promise_page
from promises.publishing import register
from promises.publishing.forms import ChoiceForm, PageForm, PlaceForm, untranslated
from promises.publishing.public import render_page
from promises.publishing.tab import TAB, told
from surveys.doors.visitors import language_of


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def all_places(request: HttpRequest) -> HttpResponse:
    """Every place of every promise, those where something is to be done first."""
    return render(request, "promises/publishing/all_places.html", {**told(), "section": "promises"})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.DEFINE)
def place(request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """Note a place, or what stands there now."""
    promise = promise_of(slug)
    found = _publication(promise, pk) if pk else None
    sent = request.POST if request.method == "POST" else None
    form = PlaceForm(sent, promise=promise, publication=found, today=timezone.localdate())
    if form.is_valid():
        if found is None:
            register.add(promise=promise, fields=form.cleaned_data)
        else:
            register.change(publication=found, fields=form.cleaned_data)
        messages.success(request, _("The place is noted."))
        return redirect("promise_tab", promise.slug, TAB)
    context = {"promise": promise, "publication": found, "form": form, "section": "promises"}
    return render(request, "promises/publishing/place.html", context, status=400 if form.is_bound else 200)


@require_POST
@requires(Permission.DEFINE)
def settle_place(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What was done with a place: it says what is promised now (`same`), the promise was taken down there (`down`),
    or it was never there (`archive`)."""
    promise = promise_of(slug)
    found = _publication(promise, pk)
    if "same" in request.POST:
        register.bring_up_to_date(publication=found)
    elif "down" in request.POST:
        register.take_down(publication=found, today=timezone.localdate())
    elif "archive" in request.POST:
        register.archive(publication=found)
    else:
        messages.error(request, _("Choose what was done with the place."))
        return redirect("promise_tab", promise.slug, TAB)
    messages.success(request, _("It is noted."))
    return redirect("promise_tab", promise.slug, TAB)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.DEFINE)
def public_page(request: HttpRequest) -> HttpResponse:
    """What the public promise page shows; nothing is shown before it is saved with "show"."""
    page, promises, own, choice = _page_forms(request)
    if own.is_valid() and choice.is_valid():
        promise_page.save(
            fields=own.told, published=choice.cleaned_data["published"], rates=choice.cleaned_data["rates"]
        )
        messages.success(request, _("The public promise page is saved."))
        return redirect("public_page")
    tenant = request.tenant  # type: ignore[attr-defined]
    published, rates = choice.chosen("published"), choice.chosen("rates")
    context = {
        "page": page,
        "own": own,
        "choice": choice,
        "rows": [
            (each, str(each.pk) in published, str(each.pk) in rates, untranslated(each, tenant.language))
            for each in promises
        ],
        "others": Promise.objects.in_use().exclude(pk__in=[each.pk for each in promises]).order_by("name"),
        "address": absolute(root_url("promise_page", tenant.slug)),
        "languages": settings.LANGUAGES,
        "section": "promises",
    }
    return render(request, "promises/publishing/public_page.html", context, status=400 if own.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.DEFINE)
def preview(request: HttpRequest) -> HttpResponse:
    """The page as it is saved or, posted, as it would be; for whoever may save it alone."""
    page, promises, own, choice = _page_forms(request)
    if own.is_bound:
        if not (own.is_valid() and choice.is_valid()):
            return public_page(request)
        page = PromisePage(**own.told)
        for promise in promises:
            promise.published = promise.pk in choice.cleaned_data["published"]
            promise.rate_published = promise.pk in choice.cleaned_data["rates"]
    tenant = request.tenant  # type: ignore[attr-defined]
    language = language_of(request, default=(get_language() or tenant.language)[:2])
    found = promise_page.load(page=page, promises=promises, tenant=tenant, language=language)
    return render_page(request, found, tenant=tenant, language=language, preview=True)


def _page_forms(request: HttpRequest) -> tuple[PromisePage, list[Promise], PageForm, ChoiceForm]:
    page, promises = promise_page.page_of_company(), list(promise_page.eligible())
    sent = request.POST if request.method == "POST" else None
    return page, promises, PageForm(sent, page=page), ChoiceForm(sent, promises=promises)


def _publication(promise: Promise, pk: int) -> Publication:
    found = Publication.objects.in_use().select_related("promise").filter(promise=promise, pk=pk).first()
    if found is None:
        raise Http404
    return found  # type: ignore[no-any-return]
