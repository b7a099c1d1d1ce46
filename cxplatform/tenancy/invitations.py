"""Invitations: an offer of membership by mail, open for seven days, taken up once, by the person invited."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cxplatform.tenancy import audit
from cxplatform.tenancy.addresses import absolute, root_url
from cxplatform.tenancy.context import Actor, activate
from cxplatform.tenancy.models import Invitation, Membership, Tenant, User

OPEN_FOR = timedelta(days=7)
_SESSION = "invitation"


def invite(
    *, tenant: Tenant, email: str, role: str, unit_ids: Sequence[int] = (), invited_by: User | None = None
) -> Invitation:
    """Invite somebody to the active tenant and write to them; an earlier open invitation is replaced.

    Raises ValidationError when the address belongs to a member already.
    """
    email = email.strip().lower()
    if Membership.objects.filter(tenant=tenant, user__email=email).exists():
        raise ValidationError({"email": _("This person is already a member. Change their role in the list.")})
    Invitation.objects.filter(tenant=tenant, email=email, accepted_at=None).delete()
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        tenant=tenant,
        email=email,
        role=role,
        unit_ids=list(unit_ids),
        token_hash=_digest(token),
        invited_by=invited_by,
        expires_at=timezone.now() + OPEN_FOR,
    )
    audit.record("invited", invitation)
    _write(invitation, token)
    return invitation


def resend(invitation: Invitation) -> None:
    """Write again, with a new link that is open for another seven days; the old link stops working."""
    token = secrets.token_urlsafe(32)
    before = audit.stored(invitation)
    invitation.token_hash = _digest(token)
    invitation.expires_at = timezone.now() + OPEN_FOR
    invitation.save(update_fields=["token_hash", "expires_at"])
    audit.record("changed", invitation, before=before)
    _write(invitation, token)


def revoke(invitation: Invitation) -> None:
    """Take an invitation back; its link stops working."""
    audit.record("revoked", invitation)
    invitation.delete()


def find(token: str) -> Invitation | None:
    """The open invitation of a link. It is found by the token's hash, so timing tells nothing of the token."""
    return _open().filter(token_hash=_digest(token)).first()


def for_person(user: User) -> list[Invitation]:
    """Open invitations to addresses this person has proved to be theirs."""
    return list(_open().filter(email__in=addresses(user)).exclude(tenant__memberships__user=user))


def addresses(user: User) -> set[str]:
    """A person's verified e-mail addresses."""
    from allauth.account.models import EmailAddress

    verified = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return {email.lower() for email in verified}


def accept(*, invitation: Invitation, user: User) -> Membership | None:
    """Make the person a member. None when the invitation was taken up, revoked or ran out in the meantime.

    The caller has made sure that the invited address is this person's.
    """
    with transaction.atomic(), activate(invitation.tenant_id, actor=Actor(label=user.email, user_id=user.pk)):
        # One statement takes it, so that two clicks at once cannot both.
        taken = _open().filter(pk=invitation.pk).update(accepted_at=timezone.now())
        if not taken:
            return None
        membership, made = Membership.objects.get_or_create(
            tenant_id=invitation.tenant_id,
            user=user,
            defaults={"role": invitation.role, "unit_ids": invitation.unit_ids},
        )
        if made:
            audit.record("created", membership)
    return membership


def remember(request: HttpRequest, invitation: Invitation) -> None:
    """Keep for this browser that it opened the link: who signs up next has proved the address."""
    request.session[_SESSION] = invitation.pk


def remembered(request: HttpRequest) -> Invitation | None:
    """The open invitation whose link this browser opened."""
    invitation_id = request.session.get(_SESSION)
    return _open().filter(pk=invitation_id).first() if invitation_id else None


def _open() -> Any:
    return Invitation.objects.select_related("tenant", "invited_by").filter(
        accepted_at=None, expires_at__gt=timezone.now()
    )


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _write(invitation: Invitation, token: str) -> None:
    with translation.override(invitation.tenant.language):
        context = {"invitation": invitation, "link": absolute(root_url("invitation", token))}
        send_mail(
            subject=_("Invitation to %(company)s") % {"company": invitation.tenant.name},
            message=render_to_string("tenancy/mail/invitation.txt", context).strip(),
            from_email=None,
            recipient_list=[invitation.email],
        )
