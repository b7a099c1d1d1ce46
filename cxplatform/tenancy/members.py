"""Changes to who belongs to a company and what they may do there. There is always an admin."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cxplatform.tenancy import audit
from cxplatform.tenancy.models import Membership, Tenant
from cxplatform.tenancy.roles import Role


def change(*, membership: Membership, role: str, unit_ids: Sequence[int], sees_identity: bool) -> None:
    """Give a member another role, other units, or sight of customers' identity.

    Raises ValidationError when it would leave the company without an admin.
    """
    if role != Role.ADMIN:
        _keep_an_admin(membership)
    before = audit.stored(membership)
    membership.role, membership.unit_ids, membership.sees_identity = role, list(unit_ids), sees_identity
    membership.save(update_fields=["role", "unit_ids", "sees_identity"])
    audit.record("changed", membership, before=before)


def remove(membership: Membership) -> None:
    """End a membership; the person keeps their account. Raises ValidationError for the last admin."""
    _keep_an_admin(membership)
    audit.record("removed", membership)
    membership.delete()


def _keep_an_admin(membership: Membership) -> None:
    # Locked, so that two admins cannot remove each other in the same moment.
    Tenant.objects.select_for_update().get(pk=membership.tenant_id)
    admins = set(
        Membership.objects.filter(tenant_id=membership.tenant_id, role=Role.ADMIN).values_list("pk", flat=True)
    )
    if admins <= {membership.pk} and admins:
        raise ValidationError(_("This is the last admin. Make somebody else an admin first."))
