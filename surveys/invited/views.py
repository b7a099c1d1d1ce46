"""Invited customers: who improves with us, who recommends us and what came of it, and who could be invited."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cxplatform.tenancy import audit
from cxplatform.tenancy.access import requires
from cxplatform.tenancy.models import Membership
from cxplatform.tenancy.roles import Permission
from surveys.followups import setting
from surveys.followups.seen import seen_by
from surveys.invited import lists
from surveys.invited.joining import withdraw


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
        "co_developers": lists.newest_co_developers(seen_by(member)),
        "ambassadors": [] if member.of_units else lists.newest_ambassadors(),
        "candidates": lists.newest_candidates(seen_by(member)),
        "form": form if member.may(Permission.DEFINE) else None,
        "may_work": member.may(Permission.HANDLE_FEEDBACK),
        "days": lists.LATELY.days,
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
