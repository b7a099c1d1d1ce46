"""The page of the customer's chair, and the way out of its mail."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Membership
from cxplatform.tenancy.roles import Permission
from dashboards.chair import mail
from dashboards.chair.cases import cases, choose
from dashboards.chair.stories import waiting
from dashboards.leadership.views import today_of
from dashboards.models import CaseChoice
from dashboards.scope import whole_company
from dashboards.structure import load_structure

PAST_DAYS, MOST_PAST, MOST_WAITING = 90, 30, 12


class StoryForm(forms.Form):
    response = forms.UUIDField()


class MailForm(forms.Form):
    wanted = forms.BooleanField(required=False)


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def chair(request: HttpRequest) -> HttpResponse:
    """Today's case, those before it, and for those who define what else could be told."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    structure, today = load_structure(), today_of(request)
    told = cases(until=today, structure=structure, days=PAST_DAYS, most=MOST_PAST)
    may_choose = request.membership.may(Permission.DEFINE)  # type: ignore[attr-defined]
    choice = CaseChoice.objects.filter(user=request.user).first()  # type: ignore[misc]
    case = told[0] if told and told[0].day == today else None
    stories = waiting(until=timezone.now()) if may_choose or case is None else []
    return render(
        request,
        "dashboards/chair/chair.html",
        {
            "case": case,
            "past": told[1:] if case else told,
            "may_choose": may_choose,
            "waiting": stories[:MOST_WAITING],
            "places": structure.places,
            "by_mail": mail.wants(request.membership, choice),  # type: ignore[attr-defined]
            "section": "chair",
        },
    )


@require_POST
@requires(Permission.DEFINE)
def put(request: HttpRequest) -> HttpResponse:
    """Put a story into today's chair by hand."""
    form = StoryForm(request.POST)
    tenant: Any = request.tenant  # type: ignore[attr-defined]
    if not form.is_valid() or not choose(
        tenant=tenant,
        day=today_of(request),
        response_id=form.cleaned_data["response"],
        by=request.user,  # type: ignore[arg-type]
    ):
        raise Http404
    return redirect("chair")


@require_POST
@requires(Permission.SEE_RESULTS)
def by_mail(request: HttpRequest) -> HttpResponse:
    """Keep whether the member wants the day's case by mail."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    form = MailForm(request.POST)
    wanted = form.is_valid() and form.cleaned_data["wanted"]
    CaseChoice.objects.update_or_create(user=request.user, defaults={"wanted": wanted})
    return redirect("chair")


@csrf_exempt  # nobody is signed in here: the signed token in the address is all the authority there is
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """`/chair/stop/<token>`: one button, as a mail scanner opens links and must not stop anything."""
    said = mail.read_stop_token(token)
    member = None
    if said:
        member = Membership.objects.select_related("tenant", "user").filter(tenant=said[0], user=said[1]).first()
    if member is None:
        raise Http404(_("This link is not whole. Copy all of it from the mail."))
    if request.method == "POST":
        with activate(member.tenant_id):
            CaseChoice.objects.update_or_create(user=member.user, defaults={"wanted": False})
    with translation.override(member.user.language or member.tenant.language):
        return render(
            request,
            "dashboards/chair/stop.html",
            {"company": member.tenant.name, "stopped": request.method == "POST"},
        )
