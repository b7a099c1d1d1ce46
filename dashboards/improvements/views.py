"""The board of improvements, the page of one, and the forms on it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cxplatform.tenancy.access import ANY_MEMBER, requires
from cxplatform.tenancy.roles import Permission
from dashboards.improvements import work
from dashboards.improvements.board import load_board, load_one
from dashboards.improvements.forms import ActionForm, DoneForm, DropForm, ImprovementForm, TeamForm
from dashboards.improvements.people import may_change, may_propose, seen_by, sees_all
from dashboards.improvements.sheets import sheets
from dashboards.leadership.views import today_of
from dashboards.meeting import ahead
from dashboards.meeting.decide import write
from dashboards.meeting.forms import DecisionForm, ItemForm
from dashboards.models import Improvement
from dashboards.out.answer import asked_for


@require_safe
@never_cache
@requires(ANY_MEMBER)
def board(request: HttpRequest) -> HttpResponse:
    """Improvements by state; `?mine=1` those one has something to do with, `?kind=` of one kind."""
    file = asked_for(request, lambda: sheets(_board(request)), title=_("Improvements"), name="improvements")
    return file or _board_page(request, ImprovementForm(**bounds(request)))


@require_POST
@requires(ANY_MEMBER)
def new(request: HttpRequest) -> HttpResponse:
    """Propose one by hand."""
    if not may_propose(request.membership):  # type: ignore[attr-defined]
        raise PermissionDenied
    form = ImprovementForm(request.POST, **bounds(request))
    if not form.is_valid():
        return _board_page(request, form, status=400)
    made = work.propose(**form.cleaned_data, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("The improvement is on the board."))
    return redirect("improvement", made.pk)


@require_safe
@never_cache
@requires(ANY_MEMBER)
def improvement(request: HttpRequest, pk: int) -> HttpResponse:
    """One improvement: what it came of, who does what by when, and what it did."""
    return page_of(request, get_object_or_404(seen_by(request.membership), pk=pk))  # type: ignore[attr-defined]


@require_POST
@requires(ANY_MEMBER)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Other words, place, owner or days."""

    def save(row: Improvement, given: dict[str, Any]) -> str:
        work.change(row, by=request.user, **given)  # type: ignore[arg-type]
        return _("The improvement is saved.")

    return _form(request, pk, "edit", lambda: ImprovementForm(request.POST, **bounds(request)), save)


@require_POST
@requires(ANY_MEMBER)
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is on the team, and what it watches."""

    def save(row: Improvement, given: dict[str, Any]) -> str:
        work.team(row, people=given["people"], watched=given["watched"])
        return _("The team is saved.")

    return _form(request, pk, "team", lambda: TeamForm(request.POST, **bounds(request)), save)


@require_POST
@requires(ANY_MEMBER)
def action(request: HttpRequest, pk: int) -> HttpResponse:
    """One more thing to do."""

    def save(row: Improvement, given: dict[str, Any]) -> str:
        work.act(row, **given, by=request.user)  # type: ignore[arg-type]
        return _("The action is added.")

    return _form(request, pk, "action", lambda: ActionForm(request.POST, **bounds(request)), save)


@require_POST
@requires(ANY_MEMBER)
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """Customers meet it: the dated change is noted, and workers test it."""

    def save(row: Improvement, given: dict[str, Any]) -> str:
        work.finish(row, **given)
        return _("Done. What it did appears here and on the leadership page two weeks after its day.")

    return _form(request, pk, "done", lambda: DoneForm(request.POST, **bounds(request)), save)


@require_POST
@requires(ANY_MEMBER)
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Let it go, with a reason."""

    def save(row: Improvement, given: dict[str, Any]) -> str:
        work.drop(row, **given)
        return _("The improvement is dropped, with its reason.")

    return _form(request, pk, "drop", lambda: DropForm(request.POST), save)


@require_POST
@requires(Permission.SEE_RESULTS)
def agenda(request: HttpRequest, pk: int) -> HttpResponse:
    """Put it on the agenda of the next meeting, with what there is to talk about."""
    row = get_object_or_404(seen_by(request.membership), pk=pk)  # type: ignore[attr-defined]
    form = ItemForm(request.POST)
    if not form.is_valid():
        return page_of(request, row, status=400, agenda=form)
    ahead.put(text=form.cleaned_data["text"], membership=request.membership, improvement=row)  # type: ignore[attr-defined]
    messages.success(request, _("It is on the agenda of the next meeting."))
    return redirect("improvement", pk)


@require_POST
@requires(Permission.SEE_RESULTS)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a decision down that comes of it; the next meeting begins with it."""
    row = get_object_or_404(seen_by(request.membership), pk=pk)  # type: ignore[attr-defined]
    if not sees_all(request.membership):  # type: ignore[attr-defined]
        raise PermissionDenied
    form = DecisionForm(request.POST, step="decide", **bounds(request))
    if not form.is_valid():
        return page_of(request, row, status=400, decide=form)
    write(meeting=None, about="", improvement=row, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
    messages.success(request, _("The decision is written down. The next meeting begins with it."))
    return redirect("improvement", pk)


def changeable(request: HttpRequest, pk: int) -> Improvement:
    """The improvement, for who may change it. To others it is forbidden whether there is one or not."""
    found = seen_by(request.membership).filter(pk=pk).first()  # type: ignore[attr-defined]
    if found is None and request.membership.may(Permission.DEFINE):  # type: ignore[attr-defined]
        return get_object_or_404(Improvement, pk=pk)
    if found is None or not may_change(request.membership, found):  # type: ignore[attr-defined]
        raise PermissionDenied
    return found


def bounds(request: HttpRequest) -> dict[str, Any]:
    return {"tenant": request.tenant, "today": today_of(request)}  # type: ignore[attr-defined]


def _form(
    request: HttpRequest,
    pk: int,
    name: str,
    form_of: Callable[[], BaseForm],
    save: Callable[[Improvement, dict[str, Any]], str],
) -> HttpResponse:
    """Save what was sent and lead back, or show the page with the form that was wrong open where it stands."""
    row = changeable(request, pk)
    form = form_of()
    if form.is_valid():
        try:
            messages.success(request, save(row, form.cleaned_data))  # type: ignore[attr-defined]
        except work.NotNow as error:
            messages.error(request, str(error))
        return redirect("improvement", pk)
    return page_of(request, row, status=400, **{name: form})


def page_of(request: HttpRequest, row: Improvement, *, status: int = 200, **wrong: Any) -> HttpResponse:
    today, membership = today_of(request), request.membership  # type: ignore[attr-defined]
    one = load_one(row, membership=membership, today=today)
    row = one.improvement
    initial = {name: getattr(row, name) for name in ("title", "kind", "touchpoint", "owner", "signal_on", "due", "why")}
    chosen = {"people": [each.user for each in one.team], "watched": [each.series for each in row.watched.all()]}
    given = bounds(request)
    forms = {
        "edit": ImprovementForm(initial=initial, auto_id="edit-%s", **given),
        "team": TeamForm(initial=chosen, auto_id="team-%s", **given),
        "action": ActionForm(initial={"owner": row.owner}, auto_id="action-%s", **given),
        "done": DoneForm(initial={"what": row.title, "day": today}, auto_id="done-%s", **given),
        "drop": DropForm(auto_id="drop-%s"),
        "agenda": ItemForm(auto_id="agenda-%s", initial={"text": row.title}),
        "decide": DecisionForm(step="decide", **given),
    } | wrong
    context = {
        "one": one,
        "row": row,
        "forms": forms,
        "may_change": may_change(membership, row),
        "sees_all": sees_all(membership),
        "today": today,
        "section": "improvements",
    }
    return render(request, "dashboards/improvements/one.html", context, status=status)


def _board(request: HttpRequest) -> Any:
    kind = request.GET.get("kind", "")
    return load_board(
        membership=request.membership,  # type: ignore[attr-defined]
        tenant=request.tenant,  # type: ignore[attr-defined]
        today=today_of(request),
        mine=request.GET.get("mine") == "1",
        kind=kind if kind in Improvement.Kind.values else "",
    )


def _board_page(request: HttpRequest, form: ImprovementForm, *, status: int = 200) -> HttpResponse:
    context = {
        "board": _board(request),
        "form": form,
        "kinds": Improvement.Kind.choices,
        "kind": request.GET.get("kind", ""),
        "mine": request.GET.get("mine") == "1",
        "may_propose": may_propose(request.membership),  # type: ignore[attr-defined]
        "address": f"?{request.GET.urlencode()}" if request.GET else "",
        "section": "improvements",
    }
    return render(request, "dashboards/improvements/board.html", context, status=status)
