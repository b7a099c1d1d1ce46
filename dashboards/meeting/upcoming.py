"""The page of the next meeting's agenda, and what people put on it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from dashboards.leadership.views import today_of
from dashboards.meeting import ahead, decide, hold
from dashboards.meeting.forms import ItemForm
from dashboards.models import Decision

_MOST = 100


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.SEE_RESULTS)
def upcoming(request: HttpRequest) -> HttpResponse:
    """What the next meeting goes through first; posting adds an item of one's own."""
    membership, today = request.membership, today_of(request)  # type: ignore[attr-defined]
    form = ItemForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        ahead.put(text=form.cleaned_data["text"], membership=membership)
        messages.success(request, _("It is on the agenda of the next meeting."))
        return redirect("meeting_next")
    opened = decide.decisions_of(membership).filter(state=Decision.State.OPEN).order_by("due", "id")[:_MOST]
    context = {
        "ahead": ahead.agenda(membership=membership, today=today),
        "open": opened,
        "form": form,
        "today": today,
        "section": "meetings",
    }
    return render(request, "dashboards/meeting/next.html", context, status=400 if form.is_bound else 200)


@require_POST
@requires(Permission.SEE_RESULTS)
def settle_item(request: HttpRequest, pk: int) -> HttpResponse:
    """It was talked about: in the meeting named by `meeting`, or not at all."""
    membership = request.membership  # type: ignore[attr-defined]
    item = get_object_or_404(ahead.items_of(membership), pk=pk)
    given = request.POST.get("meeting", "")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0
    meeting = hold.of_member(membership).filter(pk=number, ended_at=None).first()
    ahead.handled(item, meeting=meeting)
    return redirect("meeting", meeting.pk) if meeting else redirect("meeting_next")
