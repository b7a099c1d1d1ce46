"""Each member's digests: chosen, looked at before they come, stopped."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.context import Actor, activate
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.roles import Permission
from dashboards.digests.build import digest, query_for
from dashboards.digests.choose import AlreadyChosen, choose, drop
from dashboards.digests.days import last_sending, next_sending
from dashboards.digests.forms import DigestForm
from dashboards.digests.send import context_of
from dashboards.digests.stopping import read_stop
from dashboards.leadership.page import load_page
from dashboards.leadership.segments import segment_groups
from dashboards.leadership.sheets import whose
from dashboards.leadership.views import bad_query, query_of, today_of
from dashboards.load import segment_values
from dashboards.measures import PAGE_METRICS
from dashboards.models import DigestChoice
from dashboards.query import BadQuery, Query, kept_address, parse
from dashboards.structure import Structure, load_structure

LONGEST_FILTERS = 700
_READER = Actor(label="reader of a digest")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_RESULTS)
def digests(request: HttpRequest) -> HttpResponse:
    """The member's digests and a form for another, filled with what the leadership page was narrowed to."""
    try:
        query, structure = _asked(request)
    except BadQuery as error:
        return bad_query(request, error)
    form = _form(request, query, structure, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            choose(
                user=request.user,  # type: ignore[arg-type]
                kind=form.cleaned_data["kind"],
                filters=_filters(request, form),
                day=form.day,
                language=form.cleaned_data["language"],
                today=today_of(request),
            )
        except (AlreadyChosen, BadQuery) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The digest will come."))
            return redirect("digests")
    return _page(request, form, structure)


@never_cache
@require_safe
@requires(Permission.SEE_RESULTS)
def preview(request: HttpRequest) -> HttpResponse:
    """The last digest that would have come of what the form says."""
    try:
        query, structure = _asked(request)
        form = _form(request, query, structure, request.GET)
        if not form.is_valid():
            return _page(request, form, structure)
        today, tenant = today_of(request), _tenant(request)
        sending = last_sending(today, weekly=form.weekly, on=form.day)
        with translation.override(form.cleaned_data["language"] or translation.get_language()):
            asked = query_for(
                filters=_filters(request, form),
                weekly=form.weekly,
                sending=sending,
                member=request.membership,  # type: ignore[attr-defined]
            )
            found = digest(load_page(query=asked, today=today, tenant=tenant), weekly=form.weekly)
            context = context_of(tenant, found, weekly=form.weekly)
            return render(request, "dashboards/digests/preview.html", {**context, "section": "leadership"})
    except BadQuery as error:
        return bad_query(request, error)


@require_POST
@requires(Permission.SEE_RESULTS)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one of the member's own no more."""
    drop(get_object_or_404(DigestChoice.objects.filter(user=request.user), pk=pk))
    messages.success(request, _("The digest comes no more."))
    return redirect("digests")


@csrf_exempt  # mail programs post here: the signed token in the address is all the authority there is
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """`/digests/stop/<token>/`: one button that ends one digest; a GET ends nothing, as mail scanners open links."""
    ids = read_stop(token)
    tenant = Tenant.objects.filter(pk=ids[0]).first() if ids else None
    if ids is None or tenant is None:
        return render(request, "dashboards/digests/stop.html", {"state": "unknown"}, status=404)
    with activate(ids[0], actor=_READER):
        choice = DigestChoice.objects.select_related("user").filter(pk=ids[1]).first()
        language = (choice.language or choice.user.language) if choice else ""
        ended = choice is None or request.method == "POST"
        if choice and ended:
            drop(choice)
    with translation.override(language or tenant.language):
        context = {"state": "stopped" if ended else "ask", "company": tenant.name}
        return render(request, "dashboards/digests/stop.html", context)


def _asked(request: HttpRequest) -> tuple[Query, Structure]:
    query, structure = query_of(request), load_structure()
    structure.check(query)
    return query, structure


def _form(request: HttpRequest, query: Query, structure: Structure, data: Any) -> DigestForm:
    values = segment_values(query.period, metrics=PAGE_METRICS)
    groups = segment_groups(query, structure, values, minimum=_tenant(request).anonymity_minimum)
    initial = {"journey": query.journey, "channel": query.channel, "segment": str(query.segment or "")}
    return DigestForm(
        data, initial=initial, structure=structure, segments=groups.values(), own_units=bool(query.own_units)
    )


def _filters(request: HttpRequest, form: DigestForm) -> str:
    """The form's filters as the leadership page's address has them."""
    given = {name: form.cleaned_data[name] for name in ("journey", "channel", "segment")}
    return kept_address(parse(given, today=today_of(request)), most=LONGEST_FILTERS).removeprefix("?")


def _page(request: HttpRequest, form: DigestForm, structure: Structure) -> HttpResponse:
    context = {"form": form, "mine": _mine(request, structure), "section": "leadership"}
    return render(request, "dashboards/digests/digests.html", context, status=422 if form.errors else 200)


def _mine(request: HttpRequest, structure: Structure) -> list[dict[str, Any]]:
    today = today_of(request)
    found = []
    for choice in DigestChoice.objects.filter(user=request.user):
        about: tuple[str, ...] = ()
        trouble = choice.trouble
        try:
            asked = query_for(
                filters=choice.filters,
                weekly=choice.weekly,
                sending=today,
                member=request.membership,  # type: ignore[attr-defined]
            )
            about = whose(asked, structure)
        except BadQuery as error:
            trouble = str(error)
        comes = next_sending(today, weekly=choice.weekly, on=choice.day)
        found.append({"choice": choice, "about": about, "trouble": trouble, "comes": comes})
    return found


def _tenant(request: HttpRequest) -> Tenant:
    return request.tenant  # type: ignore[attr-defined, no-any-return]
