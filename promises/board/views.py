"""The board of all promises and the page of one."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from promises import compliance
from promises.asked import DEFAULT_DAYS
from promises.judging.counting import UNIT
from promises.models import Promise


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def board(request: HttpRequest) -> HttpResponse:
    """Every promise in pilot or public, worst first."""
    found = compliance.board(query=_query(request), tenant=request.tenant)  # type: ignore[attr-defined]
    return render(request, "promises/board.html", {"board": found, "section": "promises"})


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def promise(request: HttpRequest, slug: str) -> HttpResponse:
    """One promise, whatever its lifecycle."""
    found = Promise.objects.filter(slug=slug, archived_at=None).select_related("owner", "touchpoint").first()
    if found is None:
        raise Http404
    kept = compliance.board(query=_query(request), tenant=request.tenant, promise_ids=[found.pk])  # type: ignore[attr-defined]
    context: dict[str, Any] = {"promise": found, "kept": next(iter(kept.promises), None), "section": "promises"}
    return render(request, "promises/promise.html", context)


def _query(request: Any) -> compliance.Query:
    """The last 90 days; a member who sees some units only, of the first of them."""
    today = timezone.now().astimezone(request.tenant.zone).date()
    start, end = today - timedelta(days=DEFAULT_DAYS - 1), today + timedelta(days=1)
    if request.membership.of_units:
        return compliance.Query(start, end, dimension=UNIT, value=str(request.membership.unit_ids[0]))
    return compliance.Query(start, end)
