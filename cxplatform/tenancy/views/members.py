"""Settings: who belongs to the company, and who is invited."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cxplatform.tenancy import invitations, members, units
from cxplatform.tenancy.access import requires
from cxplatform.tenancy.forms import InvitationForm, MemberForm
from cxplatform.tenancy.models import Invitation, Membership
from cxplatform.tenancy.roles import Permission

_HERE = {"section": "settings", "here": "settings_members"}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def member_list(request: HttpRequest) -> HttpResponse:
    """Everybody of the company; posting invites one more."""
    tenant = request.tenant  # type: ignore[attr-defined]
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = invitations.invite(
                tenant=tenant,
                email=form.cleaned_data["email"],
                role=form.cleaned_data["role"],
                unit_ids=form.cleaned_data.get("unit_ids", []),
                invited_by=request.user,  # type: ignore[arg-type]
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": invitation.email})
            return redirect("settings_members")
    names = dict(units.choices())
    people = list(Membership.objects.select_related("user").filter(tenant=tenant).order_by("user__email"))
    for person in people:
        person.unit_names = [names[unit] for unit in person.unit_ids if unit in names]  # type: ignore[attr-defined]
    context = {"form": form, "people": people, "waiting": _waiting(tenant), "now": timezone.now(), **_HERE}
    return render(request, "tenancy/members.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def member(request: HttpRequest, pk: int) -> HttpResponse:
    """One member's role, units and sight of customers' identity."""
    found = _member(request, pk)
    form = MemberForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            members.change(
                membership=_member(request, pk),
                role=form.cleaned_data["role"],
                unit_ids=form.cleaned_data.get("unit_ids", []),
                sees_identity=form.cleaned_data["sees_identity"],
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("settings_members")
    return render(request, "tenancy/member.html", {"form": form, "member": found, **_HERE})


@require_POST
@requires(Permission.MANAGE_PEOPLE)
def remove_member(request: HttpRequest, pk: int) -> HttpResponse:
    found = _member(request, pk)
    try:
        members.remove(found)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("settings_member", pk)
    messages.success(request, _("%(person)s is no longer a member.") % {"person": found.user})
    return redirect("settings_members")


@require_POST
@requires(Permission.MANAGE_PEOPLE)
def resend_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(_waiting(request.tenant), pk=pk)  # type: ignore[attr-defined]
    invitations.resend(invitation)
    messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": invitation.email})
    return redirect("settings_members")


@require_POST
@requires(Permission.MANAGE_PEOPLE)
def revoke_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(_waiting(request.tenant), pk=pk)  # type: ignore[attr-defined]
    invitations.revoke(invitation)
    messages.success(request, _("The invitation to %(email)s was taken back.") % {"email": invitation.email})
    return redirect("settings_members")


def _member(request: HttpRequest, pk: int) -> Membership:
    ours = Membership.objects.select_related("user").filter(tenant=request.tenant)  # type: ignore[attr-defined]
    return get_object_or_404(ours, pk=pk)


def _waiting(tenant: Any) -> Any:
    return Invitation.objects.select_related("tenant").filter(tenant=tenant, accepted_at=None).order_by("email")
