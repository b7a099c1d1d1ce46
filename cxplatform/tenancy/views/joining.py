"""Taking up an invitation: by its link, or from the list of one's own."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cxplatform.tenancy import invitations
from cxplatform.tenancy.addresses import root_url, tenant_home
from cxplatform.tenancy.models import Invitation, User


@require_safe
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link in the mail. Opening it takes nothing up: mail scanners open links too."""
    found = invitations.find(token)
    if found is None:
        return render(request, "tenancy/invitation_gone.html", status=410)
    invitations.remember(request, found)
    theirs = request.user.is_authenticated and found.email in invitations.addresses(request.user)
    known = User.objects.filter(emailaddress__email__iexact=found.email).exists()
    return render(request, "tenancy/invitation.html", {"invitation": found, "theirs": theirs, "known": known})


@login_required
@require_POST
def accept(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Join. Only who has proved the invited address may; to others the invitation does not exist."""
    user = cast("User", request.user)
    found = Invitation.objects.filter(pk=invitation_id, email__in=invitations.addresses(user)).first()
    if found is None:
        raise Http404
    membership = invitations.accept(invitation=found, user=user)
    if membership is None:
        messages.error(request, _("This invitation is no longer open. Ask for a new one."))
        return redirect(root_url("home"))
    return redirect(tenant_home(membership.tenant.slug))
