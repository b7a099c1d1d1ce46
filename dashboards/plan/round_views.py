"""Rounds: their results, opening and closing one, and answering one as a member."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cxplatform.tenancy.access import ANY_MEMBER, requires
from cxplatform.tenancy.roles import Permission
from dashboards.leadership.views import today_of
from dashboards.models import Round, RoundVoice
from dashboards.out.answer import asked_for, tenant_of
from dashboards.plan import rounds
from dashboards.plan.round_forms import AnswerForm, OpenForm
from dashboards.plan.round_page import load_rounds
from dashboards.plan.round_sheets import round_sheets
from dashboards.plan.views import context
from dashboards.scope import whole_company


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def assessment(request: HttpRequest) -> HttpResponse:
    """The 360 assessment over its rounds."""
    return _page(request, Round.Kind.ASSESSMENT)


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def leeway(request: HttpRequest) -> HttpResponse:
    """How concrete the strategy is and how much leeway there is, in four quadrants."""
    return _page(request, Round.Kind.LEEWAY)


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def barriers(request: HttpRequest) -> HttpResponse:
    """What stands in the way, the most named first."""
    return _page(request, Round.Kind.BARRIERS)


@require_POST
@requires(Permission.DEFINE)
def open_new(request: HttpRequest, kind: str) -> HttpResponse:
    """Open a round and write to those who are asked."""
    if kind not in Round.Kind.values:
        raise Http404
    form = OpenForm(request.POST, today=today_of(request))
    if not form.is_valid():
        return _page(request, kind, form, status=400)
    made = rounds.open_round(
        tenant=tenant_of(request),
        kind=kind,
        by=request.user,  # type: ignore[arg-type]
        today=today_of(request),
        **form.cleaned_data,
    )
    said = ngettext(
        "The round is open, and %(n)s person is written to.",
        "The round is open, and %(n)s people are written to.",
        made.asked,
    )
    messages.success(request, said % {"n": made.asked})
    return redirect(kind)


@require_POST
@requires(Permission.DEFINE)
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a round, or write to those who have not answered it."""
    round_ = _round(pk)
    if "remind" in request.POST and not rounds.is_open(round_, today_of(request)):
        messages.error(
            request, _("This round is over. Its results are shown to everybody whose role includes results.")
        )
    elif "remind" in request.POST:
        n = rounds.remind(tenant=tenant_of(request), round_=round_)
        said = ngettext("%(n)s person is written to again.", "%(n)s people are written to again.", n)
        messages.success(request, said % {"n": n})
    else:
        rounds.close(round_=round_, today=today_of(request))
        messages.success(request, _("The round is closed. Its results are shown from now on."))
    return redirect(round_.kind)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(ANY_MEMBER)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a round, once."""
    round_, user = _round(pk), request.user
    member = request.membership  # type: ignore[attr-defined]
    if member.role not in round_.roles:
        raise Http404  # they were not asked
    over = ""
    if not rounds.is_open(round_, today_of(request)):
        over = _("This round is over. Its results are shown to everybody whose role includes results.")
    elif RoundVoice.objects.filter(round=round_, user=user).exists():
        over = _("You have answered already. Thank you!")
    form = AnswerForm(request.POST if request.method == "POST" else None, round_=round_, member=member)
    if request.method == "POST" and not over and form.is_valid():
        unit = form.cleaned_data.get("unit")
        try:
            rounds.answer(
                round_=round_,
                user=user,  # type: ignore[arg-type]
                group=form.cleaned_data["group"],
                unit_id=unit.pk if unit else None,
                answers=form.answers,
                other=form.cleaned_data.get("other", ""),
                today=today_of(request),
            )
        except rounds.NotNow as error:
            over = str(error)
        else:
            messages.success(request, _("Thank you! Nobody sees who answered what."))
            return redirect("plan_mine")
    status = 200 if request.method != "POST" else 409 if over else 400
    values = context("plan_mine", round=round_, form=form, over=over)
    return render(request, "dashboards/plan/answer.html", values, status=status)


def _round(pk: int) -> Round:
    found = Round.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, kind: str, form: OpenForm | None = None, status: int = 200) -> HttpResponse:
    whole_company(request.membership)  # type: ignore[attr-defined]
    today = today_of(request)
    page = load_rounds(kind=kind, tenant=tenant_of(request), today=today)
    title = str(Round.Kind(kind).label)
    if file := asked_for(request, lambda: round_sheets(page), title=title, name=kind):
        return file
    values: dict[str, Any] = context(kind, page=page, title=title, form=form or OpenForm(today=today))
    return render(request, "dashboards/plan/rounds.html", values, status=status)
