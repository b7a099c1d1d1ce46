"""Invited customers: who improves with us, who recommends us and what came of it, and who could be invited."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cxplatform.tenancy import audit
from cxplatform.tenancy.access import requires
from cxplatform.tenancy.models import Membership
from cxplatform.tenancy.roles import Permission
from journeys.models import Customer, Touchpoint
from surveys.followups import setting
from surveys.followups.reach import reach
from surveys.followups.seen import seen_by
from surveys.invited.joining import withdraw
from surveys.invited.referrals import Came, came_of
from surveys.models import Cause, CoDeveloper, FollowUp, FollowUpStep

MOST = 100
_LATELY = timedelta(days=90)


class LeadsToForm(forms.Form):
    """Where a link of an ambassador leads."""

    referral_url = forms.URLField(
        label=gettext_lazy("Where a recommendation leads"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("A page of your own. It gets ref= in its address; empty = nobody is offered a link."),
    )

    def clean_referral_url(self) -> str:
        url: str = self.cleaned_data["referral_url"]
        if url and not url.startswith(("https://", "http://")):
            raise forms.ValidationError(_("Start the address with https://"))
        return url


@require_safe
@never_cache
@requires(Permission.SEE_IDENTITY)
def invited(request: HttpRequest) -> HttpResponse:
    """All of them."""
    return _page(request, LeadsToForm(initial={"referral_url": setting.current().referral_url}))


@require_POST
@requires(Permission.SEE_IDENTITY)
def leads_to(request: HttpRequest) -> HttpResponse:
    """Say where recommendations lead."""
    if not request.membership.may(Permission.DEFINE):  # type: ignore[attr-defined]
        raise PermissionDenied
    form = LeadsToForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    now = setting.current()
    before = audit.stored(now) if now.pk else None
    now.referral_url = form.cleaned_data["referral_url"]
    now.save()
    audit.record("changed" if before else "created", now, before=before)
    messages.success(request, _("Saved."))
    return redirect("invited")


def _page(request: HttpRequest, form: LeadsToForm) -> HttpResponse:
    member: Membership = request.membership  # type: ignore[attr-defined]
    context = {
        "co_developers": _co_developers(member),
        "ambassadors": [] if member.of_units else _ambassadors(),
        "candidates": _candidates(member),
        "form": form if member.may(Permission.DEFINE) else None,
        "may_work": member.may(Permission.HANDLE_FEEDBACK),
        "days": _LATELY.days,
        "section": "invited",
    }
    return render(request, "surveys/invited.html", context, status=400 if form.is_bound else 200)


@require_POST
@requires(Permission.SEE_IDENTITY)
def withdraw_one(request: HttpRequest, follow_up_id: int) -> HttpResponse:
    """Write down that a customer takes part no more, as they told somebody."""
    member: Membership = request.membership  # type: ignore[attr-defined]
    follow_up = seen_by(member).filter(pk=follow_up_id).first()
    if follow_up is None or not withdraw(follow_up):
        raise Http404
    messages.success(request, _("The customer is not asked to take part any more."))
    return redirect("invited")


def _co_developers(member: Membership) -> list[dict[str, Any]]:
    """Who takes part, the newest first, and how they are reached; who can be reached no more is left out."""
    mine = CoDeveloper.objects.filter(withdrawn_at=None, follow_up__in=seen_by(member)).select_related("follow_up")
    rows = list(mine.order_by("-agreed_at")[:MOST])
    ways = reach([row.follow_up for row in rows])
    places = _places([row.follow_up for row in rows])
    return [
        {
            "row": row,
            "name": ways[row.follow_up_id].name,
            "to": ways[row.follow_up_id].to,
            "touchpoint": places.get(row.follow_up.touchpoint_id, ""),
        }
        for row in rows
        if ways[row.follow_up_id].by
    ]


def _ambassadors() -> list[tuple[Customer, Came]]:
    people = list(Customer.objects.exclude(ambassador_at=None).filter(erased_at=None).order_by("-ambassador_at")[:MOST])
    came = came_of([person.id for person in people])
    return [(person, came.get(person.id, Came())) for person in people]


def _candidates(member: Membership) -> list[dict[str, Any]]:
    """Those whose complaint was put right lately and who have not been invited yet."""
    invited = FollowUpStep.objects.filter(kind=FollowUpStep.Kind.INVITED).values("follow_up")
    found = seen_by(member).filter(
        state=FollowUp.State.CONFIRMED, confirmed_at__gte=timezone.now() - _LATELY, customer_id__isnull=False
    )
    rows = list(found.exclude(cause=Cause.PROMOTER).exclude(pk__in=invited).order_by("-confirmed_at")[:20])
    ways, places = reach(rows), _places(rows)
    return [
        {"row": row, "name": ways[row.pk].name, "touchpoint": places.get(row.touchpoint_id, "")}
        for row in rows
        if ways[row.pk].by
    ]


def _places(rows: list[FollowUp]) -> dict[int | None, str]:
    ids = {row.touchpoint_id for row in rows} - {None}
    return dict(Touchpoint.objects.filter(pk__in=ids).values_list("pk", "name"))
