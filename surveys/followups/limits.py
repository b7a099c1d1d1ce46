"""What each role may give a customer on its own in one follow-up."""

from decimal import Decimal

from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Membership, User
from cxplatform.tenancy.roles import Permission
from surveys.followups.refusals import OverLimit
from surveys.models import EmpowermentLimit, FollowUp

_NONE = Decimal(0)


def limit_of(user: User | None, *, currency: str) -> Decimal:
    """What this member of the active tenant may give in one follow-up, in this currency."""
    member = Membership.objects.filter(tenant_id=active_tenant_id(), user=user).first() if user else None
    if member is None or not member.may(Permission.HANDLE_FEEDBACK):
        return _NONE
    amount = EmpowermentLimit.objects.filter(role=member.role, currency=currency).values_list("amount", flat=True)
    return amount.first() or _NONE


def check(follow_up: FollowUp, *, by: User | None, amount: Decimal) -> None:
    """Raise OverLimit where what is given in all goes beyond what this person may give on their own."""
    limit, total = limit_of(by, currency=follow_up.currency), follow_up.given + amount
    if total > limit:
        raise OverLimit(
            limit=limit, given=follow_up.given, currency=follow_up.currency, may=who_may(total, follow_up.currency)
        )


def who_may(amount: Decimal, currency: str) -> list[str]:
    """The names of those who may give so much on their own, those whose limit is lowest first; at most five."""
    limits = EmpowermentLimit.objects.filter(amount__gte=amount, currency=currency).order_by("amount")
    roles = {limit.role: place for place, limit in enumerate(limits)}
    members = Membership.objects.filter(tenant_id=active_tenant_id(), role__in=roles, user__is_active=True)
    ranked = sorted(members.select_related("user"), key=lambda member: (roles[member.role], member.pk))
    return [str(member.user) for member in ranked if member.may(Permission.HANDLE_FEEDBACK)][:5]
