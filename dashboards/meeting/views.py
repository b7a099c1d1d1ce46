"""Meetings over the leadership page: begun, gone through, decided in, ended, and read afterwards."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from dashboards.feedback import quotes
from dashboards.leadership.page import load_page
from dashboards.leadership.views import bad_query, today_of
from dashboards.meeting import decide, hold
from dashboards.meeting.agenda import AGENDA, STEPS
from dashboards.meeting.ahead import agenda_of
from dashboards.meeting.forms import DecisionForm, SettleForm
from dashboards.meeting.frozen import Frozen, frozen
from dashboards.meeting.words import CHAIR
from dashboards.models import Decision, Meeting
from dashboards.query import BadQuery, parse
from dashboards.scope import narrowed

_MOST = 100


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.SEE_RESULTS)
def meetings(request: HttpRequest) -> HttpResponse:
    """The last meetings and what is open from them; posting begins one over the page of `address`."""
    if request.method == "POST":
        return _begin(request)
    membership = request.membership  # type: ignore[attr-defined]
    held = hold.of_member(membership).select_related("started_by").defer("page")
    counted = held.annotate(
        decided=Count("decisions"),
        done=Count("decisions", filter=Q(decisions__state=Decision.State.DONE)),
    )[:_MOST]
    opened = decide.decisions_of(membership).filter(state=Decision.State.OPEN).order_by("due", "id")[:_MOST]
    context = {"meetings": counted, "open": opened, "today": today_of(request), "section": "meetings"}
    return render(request, "dashboards/meeting/list.html", context)


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """The meeting itself and, once it has ended, its record."""
    found = _meeting(request, pk)
    said = hold.shown(found)
    context = {
        **_decided(request, found),
        "agenda": [(step, said.get(step.key, ""), _form(request, step.key)) for step in AGENDA],
        "case_heard": CHAIR in said,
        "quotes": () if found.ended_at else quotes.waiting(unit_ids=found.unit_ids),
        "earlier": decide.earlier(found, request.membership),  # type: ignore[attr-defined]
        "ahead": agenda_of(found, membership=request.membership, today=today_of(request)),  # type: ignore[attr-defined]
        "section": "meetings",
    }
    # For htmx the meeting alone: the document stays, and with it the full screen.
    return render(request, f"dashboards/meeting/{'_meeting' if request.htmx else 'meeting'}.html", context)  # type: ignore[attr-defined]


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """What a screen that shows the chair asks now and then: nothing to change, or the case is not to be told."""
    if hold.keep_consent(_meeting(request, pk)):
        return HttpResponse(status=204)
    return render(request, "dashboards/meeting/_taken_back.html")


@require_POST
@requires(Permission.SEE_RESULTS)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End the meeting: its record has the figures and the decisions, not what customers said."""
    found = _meeting(request, pk)
    if found.ended_at is None:
        read = [waiting.quote.pk for waiting in quotes.waiting(unit_ids=found.unit_ids)]
        quotes.heard(read, on=today_of(request))
        hold.end(found)
    messages.success(request, _("The meeting has ended. Its figures and decisions are kept."))
    return redirect("meeting", pk)


@require_POST
@never_cache
@requires(Permission.SEE_RESULTS)
def decisions(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a decision down, in place."""
    found = _meeting(request, pk)
    step = request.POST.get("about", "")
    step = step if step in STEPS else "decisions"
    form = _form(request, step, sent=request.POST)
    written = form.is_valid()
    if written:
        decide.write(meeting=found, about=step, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        form = _form(request, step)
    if written and not request.htmx:  # type: ignore[attr-defined]
        messages.success(request, _("The decision is written down."))
        return redirect("meeting", pk)
    context = {**_decided(request, found), "form": form, "written": written}
    template = "_decide" if request.htmx else "decide"  # type: ignore[attr-defined]
    return render(request, f"dashboards/meeting/{template}.html", context, status=200 if written else 400)


@require_POST
@never_cache
@requires(Permission.SEE_RESULTS)
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Done, not done, or open again."""
    mine = decide.decisions_of(request.membership)  # type: ignore[attr-defined]
    decision = get_object_or_404(mine, pk=pk)
    form = SettleForm(request.POST)
    if form.is_valid():
        decide.settle(decision, state=form.cleaned_data["state"], by=request.user)  # type: ignore[arg-type]
    elif not request.htmx:  # type: ignore[attr-defined]
        messages.error(request, _("Choose whether it was done."))
    if request.htmx:  # type: ignore[attr-defined]
        context = {"decision": decision, "today": today_of(request)}
        status = 200 if form.is_valid() else 400
        return render(request, "dashboards/meeting/_decision.html", context, status=status)
    return redirect("meetings")


def _begin(request: HttpRequest) -> HttpResponse:
    today, membership = today_of(request), request.membership  # type: ignore[attr-defined]
    try:
        query = narrowed(parse(QueryDict(request.POST.get("address", "").lstrip("?")), today=today), membership)

        def show() -> Frozen:
            return frozen(load_page(query=query, today=today, tenant=membership.tenant), request=request)

        begun = hold.begin(query=query, membership=membership, show=show)
    except BadQuery as error:
        return bad_query(request, error)
    return redirect("meeting", begun.pk)


def _meeting(request: HttpRequest, pk: int) -> Meeting:
    return get_object_or_404(hold.of_member(request.membership).select_related("started_by"), pk=pk)  # type: ignore[attr-defined]


def _form(request: HttpRequest, step: str, *, sent: QueryDict | None = None) -> DecisionForm:
    return DecisionForm(sent, tenant=request.tenant, today=today_of(request), step=step)  # type: ignore[attr-defined]


def _decided(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    """What the list of a meeting's decisions needs."""
    decided = meeting.decisions.select_related("owner", "settled_by", "improvement").order_by("written_at", "id")
    return {"meeting": meeting, "decided": decided, "today": today_of(request)}
