"""Which follow-ups a member may work."""

from django.db.models import Q, QuerySet

from cxplatform.tenancy.models import Membership
from surveys.models import FollowUp


def seen_by(membership: Membership) -> "QuerySet[FollowUp]":
    """Those of the active tenant that a member may see: a unit manager's own units' and own, else all.

    Whether the member handles feedback at all is asked before, by `requires(Permission.HANDLE_FEEDBACK)`.
    """
    found: QuerySet[FollowUp] = FollowUp.objects.all()
    if membership.of_units:
        return found.filter(Q(unit_id__in=membership.unit_ids) | Q(owner_id=membership.user_id))
    return found
