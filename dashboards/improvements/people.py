"""Who sees which improvements, and who may change them."""

from django.db.models import Q, QuerySet

from cxplatform.tenancy.models import Membership
from cxplatform.tenancy.roles import Permission
from dashboards.models import Improvement


def sees_all(membership: Membership) -> bool:
    """Whether the member sees the whole company's improvements, with their findings and effects."""
    return membership.may(Permission.SEE_RESULTS) and not membership.of_units


def seen_by(membership: Membership) -> "QuerySet[Improvement]":
    """All of them, or those that the member owns, made, is on the team of or has something to do for."""
    found: QuerySet[Improvement] = Improvement.objects.select_related("owner", "touchpoint")
    if sees_all(membership):
        return found
    user = membership.user
    mine = Q(owner=user) | Q(created_by=user) | Q(team__user=user) | Q(actions__owner=user)
    return found.filter(pk__in=Improvement.objects.filter(mine).values("pk"))


def may_propose(membership: Membership) -> bool:
    return membership.may(Permission.SEE_RESULTS) or membership.may(Permission.HANDLE_FEEDBACK)


def may_change(membership: Membership, improvement: Improvement) -> bool:
    """CX leads and admins; of the others the owner, and who proposed it as long as nobody owns it."""
    user = membership.user
    mine = improvement.owner_id == user.pk or (improvement.owner_id is None and improvement.created_by_id == user.pk)  # type: ignore[attr-defined]
    return membership.may(Permission.DEFINE) or mine
