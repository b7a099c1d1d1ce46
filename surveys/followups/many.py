"""Several follow-ups at once: all of them or, where one stands in the way, none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from cxplatform.tenancy.models import User
from surveys.followups import work
from surveys.followups.refusals import Changed, NotNow
from surveys.models import FollowUp


@dataclass(frozen=True)
class Picked:
    """One that was picked, at the version the reader saw; `follow_up` None where it is not the reader's to see."""

    pk: int
    version: int
    follow_up: FollowUp | None


@dataclass(frozen=True)
class InTheWay:
    """What keeps one of them from it, in a sentence."""

    picked: Picked
    why: str


class NothingDone(Exception):
    """At least one could not be done, so none was."""

    def __init__(self, rows: Sequence[InTheWay]) -> None:
        super().__init__(f"{len(rows)} in the way")
        self.rows = rows


def hand_over(picked: Sequence[Picked], *, by: User, to: User, why: str = "") -> int:
    """Give them all to one person; those that the person has already stay. How many were given. Raises NothingDone."""
    others = [each for each in picked if each.follow_up is None or each.follow_up.owner_id != to.pk]
    return _all(
        others,
        lambda each: work.assign(follow_up_id=each.pk, version=each.version, by=by, to=to, why=why),
    )


def close(picked: Sequence[Picked], *, by: User, why: str) -> int:
    """End them all without solving, for one reason. How many were closed. Raises NothingDone."""
    return _all(picked, lambda each: work.close(follow_up_id=each.pk, version=each.version, by=by, why=why))


def _all(picked: Sequence[Picked], do: Callable[[Picked], FollowUp]) -> int:
    """In the order of their ids, so that two people who pick the same wait for each other and never in a circle."""
    refused: list[InTheWay] = []
    with transaction.atomic():
        for each in sorted(picked, key=lambda one: one.pk):
            if each.follow_up is None:
                refused.append(InTheWay(each, _("It is not among yours any more.")))
                continue
            try:
                do(each)
            except Changed as error:
                refused.append(InTheWay(each, _changed(error.follow_up)))
            except NotNow as error:
                refused.append(InTheWay(each, str(error)))
        if refused:
            raise NothingDone(refused)
    return len(picked)


def _changed(now: FollowUp) -> str:
    last = now.steps.select_related("by").order_by("-id").first()
    if last is None or last.by is None:
        return _("It changed meanwhile.")
    return _("%(who)s was first: %(what)s") % {"who": last.by, "what": last.get_kind_display()}
