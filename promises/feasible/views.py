"""What could be promised, from history: the slider of deadlines and the customers each would have failed."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from journeys.conditions import BadDefinition
from promises.feasible.asked import BadAsked, asked, number
from promises.feasible.failed import SHOWN, failed_by
from promises.feasible.history import ANY_MINUTES, history
from promises.feasible.slider import slider
from promises.feasible.words import span
from promises.judging.measure import LONGEST_MINUTES
from promises.models import Rule


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def feasible(request: HttpRequest, slug: str) -> HttpResponse:
    """The slider, as a page of its own or, for htmx, as a piece of another."""
    promise, rule = asked(request.GET, slug=slug, tenant=request.tenant)  # type: ignore[attr-defined]
    context: dict[str, Any] = {"promise": promise, "rule": rule, "section": "promises"}
    try:
        minutes, target = number(request.GET, "minutes", LONGEST_MINUTES), number(request.GET, "target", 100)
    except BadAsked as error:
        return _bad(request, error)
    if rule:
        try:
            context["slider"] = slider(
                rule,
                tenant=request.tenant,  # type: ignore[attr-defined]
                now=timezone.now(),
                minutes=minutes,
                target=target / 100 if target else None,
                unit_ids=request.membership.own_units,  # type: ignore[attr-defined]
            )
        except BadDefinition as error:
            context["fault"] = str(error)
        context |= {"token": _token(request, rule), "sees": _sees(request)}
    return render(request, f"promises/feasible/{_piece(request)}slider.html", context)


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def failed(request: HttpRequest, slug: str) -> HttpResponse:
    """Whom a deadline would have failed, newest first, for those who may see who they are."""
    promise, rule = asked(request.GET, slug=slug, tenant=request.tenant)  # type: ignore[attr-defined]
    try:
        minutes = number(request.GET, "minutes", LONGEST_MINUTES)
    except BadAsked as error:
        return _bad(request, error)
    if rule is None:
        raise Http404
    minutes = minutes or rule.duration_minutes or ANY_MINUTES
    sees = _sees(request)
    context: dict[str, Any] = {
        "promise": promise,
        "rule": rule,
        "sees": sees,
        "section": "promises",
        "shown": SHOWN,
        "token": _token(request, rule),
        "minutes": minutes,
        "within": span(minutes, business=rule.calendar is not None),
    }
    if sees:
        tenant = request.tenant  # type: ignore[attr-defined]
        try:
            found = history(rule, tenant=tenant, now=timezone.now(), unit_ids=request.membership.own_units)  # type: ignore[attr-defined]
        except BadDefinition:
            raise Http404 from None
        context["failed"] = failed_by(found, minutes=minutes, business=rule.calendar is not None)
    return render(request, f"promises/feasible/{_piece(request)}failed.html", context)


def _bad(request: HttpRequest, error: BadAsked) -> HttpResponse:
    """What is wrong with the address, as a page or a piece of one."""
    context = {"error": error, "section": "promises"}
    return render(request, f"promises/feasible/{_piece(request)}bad.html", context, status=400)


def _piece(request: HttpRequest) -> str:
    return "_" if "HX-Request" in request.headers else ""


def _token(request: HttpRequest, rule: Rule) -> str:
    return str(rule.pk) if rule.pk else request.GET["rule"]


def _sees(request: HttpRequest) -> bool:
    return bool(request.membership.may(Permission.SEE_IDENTITY))  # type: ignore[attr-defined]
