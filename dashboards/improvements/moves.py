"""What one press does: an improvement made of what was found, begun, begun again; an action ticked."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cxplatform.tenancy import audit
from cxplatform.tenancy.access import ANY_MEMBER, requires
from cxplatform.tenancy.models import User
from cxplatform.tenancy.roles import Permission
from dashboards.improvements import found, work
from dashboards.improvements.keys import finding_of
from dashboards.improvements.people import may_change, may_propose, sees_all
from dashboards.improvements.views import changeable
from dashboards.leadership.views import today_of
from dashboards.meeting.decide import decisions_of
from dashboards.models import Action, FocusTheme, Improvement
from surveys.models import Deed

MOST = 200


@require_POST
@requires(ANY_MEMBER)
def of(request: HttpRequest, source: str) -> HttpResponse:
    """An improvement of a finding (`key`), of follow-ups (`follow_up`, as often as there are), of a focus theme or a
    decision (`id`); then its page, to be filled in."""
    if not may_propose(request.membership):  # type: ignore[attr-defined]
        raise PermissionDenied
    made = _made(request, source)
    if made is None:
        messages.error(request, _("What it was to come of is not there any more. Look again, and choose anew."))
        return redirect("improvements")
    messages.success(request, _("The improvement is on the board. Choose who leads it, and by when."))
    return redirect("improvement", made.pk)


def _made(request: HttpRequest, source: str) -> Improvement | None:
    membership, tenant, by = request.membership, request.tenant, user_of(request)  # type: ignore[attr-defined]
    if source == "follow-ups":
        if not membership.may(Permission.HANDLE_FEEDBACK):
            raise PermissionDenied
        chosen = found.follow_ups_of(membership, _numbers(request, "follow_up"))
        return found.of_follow_ups(chosen, tenant=tenant, by=by) if chosen else None
    number = next(iter(_numbers(request, "id")), 0)
    if source == "decision":
        decision = decisions_of(membership).filter(pk=number).first() if sees_any(request) else None
        return found.of_decision(decision, by=by) if decision else None
    if source not in ("finding", "theme"):
        raise Http404
    if not sees_all(membership):
        raise PermissionDenied
    if source == "theme":
        theme = FocusTheme.objects.filter(pk=number).select_related("touchpoint", "owner").first()
        return found.of_theme(theme, tenant=tenant, by=by) if theme else None
    insight = finding_of(request.POST.get("key", "")[:200])
    return found.of_finding(insight, tenant=tenant, by=by, today=today_of(request)) if insight else None


@require_POST
@requires(ANY_MEMBER)
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Work begins."""
    row = changeable(request, pk)
    try:
        work.begin(row, today=today_of(request))
        messages.success(request, _("Under way. Its cycle time runs from today."))
    except work.NotNow as error:
        messages.error(request, str(error))
    return redirect("improvement", pk)


@require_POST
@requires(ANY_MEMBER)
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """The next iteration."""
    row = changeable(request, pk)
    try:
        made = work.again(row, by=user_of(request), today=today_of(request))
    except work.NotNow as error:
        messages.error(request, str(error))
        return redirect("improvement", pk)
    messages.success(request, _("The next iteration is on the board."))
    return redirect("improvement", made.pk)


@require_POST
@requires(ANY_MEMBER)
def tick(request: HttpRequest, pk: int) -> HttpResponse:
    """An action is done, or open again: by who does it, or who may change the improvement."""
    action = Action.objects.select_related("improvement").filter(pk=pk).first()
    membership = request.membership  # type: ignore[attr-defined]
    if action is None and membership.may(Permission.DEFINE):
        raise Http404
    if action is None or not (action.owner_id == membership.user_id or may_change(membership, action.improvement)):
        raise PermissionDenied
    work.tick(action, done=request.POST.get("done") == "1", today=today_of(request))
    return redirect("improvement", action.improvement_id)


@require_POST
@requires(Permission.DEFINE)
def tell_customers(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin to tell customers what was done: a draft, whose words are then put right and published, once each."""
    row = get_object_or_404(Improvement, pk=pk, state=Improvement.State.DONE)
    language = request.tenant.language  # type: ignore[attr-defined]
    deed, made = Deed.objects.get_or_create(
        improvement_id=row.pk,
        defaults={
            "touchpoint": row.touchpoint,
            "did": {language: row.change.what if row.change else row.title},
            "done_on": row.done_on or today_of(request),
            "written_by": request.user,
        },
    )
    if made:
        audit.record("created", deed)
    return redirect("deed", deed.pk)


def sees_any(request: HttpRequest) -> bool:
    return bool(request.membership.may(Permission.SEE_RESULTS))  # type: ignore[attr-defined]


def user_of(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]


def _numbers(request: HttpRequest, name: str) -> list[int]:
    given = request.POST.getlist(name)[:MOST]
    return [int(each) for each in given if each.isascii() and each.isdigit() and len(each) < 19]
