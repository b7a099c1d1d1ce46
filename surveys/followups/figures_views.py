"""How follow-ups go, as a page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from surveys.followups import figures


@require_safe
@requires(Permission.SEE_RESULTS)
def how_they_go(request: HttpRequest) -> HttpResponse:
    """Time to contact and to fix, how much of it in time; a unit manager's own units."""
    sent = request.GET.get("days", "")
    days = int(sent) if sent in map(str, figures.SPANS) else 30
    membership = request.membership  # type: ignore[attr-defined]
    page = figures.load(
        membership=membership,
        days=days,
        now=timezone.now(),
    )
    context = {
        "page": page,
        "spans": figures.SPANS,
        "works": membership.may(Permission.HANDLE_FEEDBACK),
        "section": "follow_up_figures",
    }
    return render(request, "surveys/followups/figures.html", context)
