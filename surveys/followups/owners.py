"""Whose follow-up it is: a named person who works here and may handle feedback, never nobody while there is one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, QuerySet

from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Membership, User
from cxplatform.tenancy.roles import PERMISSIONS, Permission, Role
from journeys.models import Touchpoint
from surveys.models import FollowUp, FollowUpRule

_ROLES = [role for role, may in PERMISSIONS.items() if Permission.HANDLE_FEEDBACK in may]
OwnerBy = FollowUpRule.OwnerBy


@dataclass
class Desk:
    """Those who can own a follow-up of the active tenant, and how many each has in work."""

    members: Mapping[int, Membership]
    touchpoint_owners: Mapping[int, int]
    load: dict[int, int] = field(default_factory=dict)

    def owner(self, *, rule: FollowUpRule | None, unit_id: int | None, touchpoint_id: int | None) -> User | None:
        """The one the rule means; who cannot own it is passed over: the unit's manager, the touchpoint's owner, the
        person in reserve, a CX lead, an admin. Of several managers the one with the least in work. It is then theirs.
        """
        managers = self._managers(unit_id)
        at_place = [self.touchpoint_owners.get(touchpoint_id or 0)]
        by = rule.owner_by if rule else OwnerBy.UNIT
        meant: list[int | None] = {
            OwnerBy.UNIT: [*managers, *at_place],
            OwnerBy.TOUCHPOINT: [*at_place, *managers],
            OwnerBy.PERSON: [rule.owner_id if rule else None],
        }[OwnerBy(by)]
        reserve = [rule.backup_id if rule else None]
        chosen = next(
            (
                id_
                for id_ in [*meant, *reserve, *self._role(Role.CX_LEAD), *self._role(Role.ADMIN)]
                if id_ in self.members
            ),
            None,
        )
        if chosen is None:
            return None
        self.load[chosen] = self.load.get(chosen, 0) + 1
        return self.members[chosen].user

    def _managers(self, unit_id: int | None) -> list[int]:
        if unit_id is None:
            return []
        found = [
            id_
            for id_, member in self.members.items()
            if member.role == Role.UNIT_MANAGER and unit_id in member.unit_ids
        ]
        return sorted(found, key=self._least)

    def _role(self, role: str) -> list[int]:
        return sorted((id_ for id_, member in self.members.items() if member.role == role), key=self._least)

    def _least(self, user_id: int) -> tuple[int, int]:
        return self.load.get(user_id, 0), user_id


def desk(touchpoint_ids: Iterable[int | None] = ()) -> Desk:
    """Everybody who can own one now; three queries however many follow-ups are to be given."""
    members = _able().select_related("user")
    places = {id_ for id_ in touchpoint_ids if id_}
    owned = Touchpoint.objects.filter(pk__in=places).exclude(owner=None).values_list("pk", "owner_id") if places else ()
    load = FollowUp.objects.filter(state__in=FollowUp.LIVE).values_list("owner_id").annotate(Count("pk")).order_by()
    return Desk({member.user_id: member for member in members}, dict(owned), dict(load))


def can_own(user: User | None) -> bool:
    """Whether this person works here, can sign in, and may handle feedback."""
    return user is not None and _able().filter(user=user).exists()


def able() -> Sequence[User]:
    """Everybody who can own a follow-up, by name."""
    return sorted((member.user for member in _able().select_related("user")), key=lambda user: str(user).casefold())


def for_one(follow_up: FollowUp) -> User | None:
    """Who is to have this one, as if it were opened now."""
    found = desk([follow_up.touchpoint_id])
    return found.owner(rule=follow_up.rule, unit_id=follow_up.unit_id, touchpoint_id=follow_up.touchpoint_id)


def _able() -> "QuerySet[Membership]":
    return Membership.objects.filter(tenant_id=active_tenant_id(), role__in=_ROLES, user__is_active=True)
