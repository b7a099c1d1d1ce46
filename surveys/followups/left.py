"""Follow-ups whose owner has left or may no longer handle feedback, and giving them to somebody else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, QuerySet

from cxplatform.tenancy.models import User
from surveys.followups import owners, work
from surveys.models import FollowUp, FollowUpRule


@dataclass(frozen=True)
class Left:
    """Somebody who is not there: `user` None where nobody was. `first_due` is what falls due first of theirs."""

    user: User | None
    live: int
    first_due: datetime | None
    rules: Sequence[FollowUpRule]

    @property
    def key(self) -> int:
        return self.user.pk if self.user else 0


def ownerless() -> "QuerySet[FollowUp]":
    """Those in work that nobody here answers for."""
    able = [user.pk for user in owners.able()]
    found: QuerySet[FollowUp] = FollowUp.objects.filter(state__in=FollowUp.LIVE)
    return found.exclude(owner__in=able)


def count() -> int:
    return ownerless().count()


def listed() -> list[Left]:
    """By whom they were, those with the soonest due first; rules that name somebody gone come with them."""
    able = {user.pk for user in owners.able()}
    rows = ownerless().values("owner_id").annotate(n=Count("pk"), first=Min("due_at")).order_by("first")
    by_owner = {row["owner_id"]: (row["n"], row["first"]) for row in rows}
    rules: dict[int, list[FollowUpRule]] = {}
    for rule in FollowUpRule.objects.in_use().select_related("owner", "backup").order_by("name", "id"):
        for gone in {rule.owner_id, rule.backup_id} - {None, *able}:
            rules.setdefault(gone, []).append(rule)
    users = User.objects.in_bulk([id_ for id_ in {*by_owner, *rules} if id_])
    none = (0, None)
    return [
        Left(users.get(id_) if id_ else None, *by_owner.get(id_, none), rules.get(id_ or 0, ()))
        for id_ in [*by_owner, *(id_ for id_ in rules if id_ not in by_owner)]
    ]


def give_all(*, of: int | None, to: User, by: User) -> int:
    """Give everything in work of somebody gone, and their place in rules, to `to`; how many follow-ups.

    Raises NotNow where `to` does not handle feedback.
    """
    given = 0
    for pk in list(ownerless().filter(owner_id=of).order_by("id").values_list("pk", flat=True)):
        work.assign(follow_up_id=pk, version=None, by=by, to=to)
        given += 1
    if of is not None and owners.can_own(to):
        FollowUpRule.objects.filter(owner_id=of).update(owner=to)
        FollowUpRule.objects.filter(backup_id=of).update(backup=to)
    return given
