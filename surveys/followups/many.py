"""Several follow-ups at once: all of them or, where one stands in the way, none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from cxplatform.tenancy.models import User
from surveys.followups import owners, work
from surveys.followups.holding import hold
from surveys.followups.refusals import Changed, NotNow
from surveys.followups.turn import Turn, begin, clean, needed, settle
from surveys.models import FollowUp

AT_ONCE = 1_000
"""More are not taken at once: a mistake of more could be mended by nobody."""
_LISTED = 20


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
    """At least one could not be done, so none was. `rows` are the first of them, and `more` how many others."""

    def __init__(self, rows: Sequence[InTheWay], *, more: int) -> None:
        super().__init__(f"{len(rows) + more} in the way")
        self.rows, self.more = rows, more


def hand_over(picked: Sequence[Picked], *, by: User, to: User, why: str = "") -> int:
    """Give them all to one person; those that the person has already stay. How many were given. Raises NothingDone."""
    others = [each for each in picked if each.follow_up is None or each.follow_up.owner_id != to.pk]
    why, able = clean(why), owners.can_own(to)
    return _all(others, by, lambda own: work.give(own, to=to, why=why, able=able), ["owner", "transfers"])


def close(picked: Sequence[Picked], *, by: User, why: str) -> int:
    """End them all without solving, for one reason. How many were closed. Raises NothingDone."""
    why = needed(why, _("Write why it is closed without solving."), name="why")
    return _all(picked, by, lambda own: work.end(own, why=why), ["state", "closed_at"])


def _all(picked: Sequence[Picked], by: User, do: Callable[[Turn], None], fields: Sequence[str]) -> int:
    """In one go, locked in the order in which everybody locks them."""
    refused: list[tuple[Picked, Exception | None]] = []
    turns: list[Turn] = []
    with transaction.atomic():
        held = hold(ids=[each.pk for each in picked if each.follow_up])
        for each in sorted(picked, key=lambda one: one.pk):
            if each.follow_up is None or each.pk not in held:
                refused.append((each, None))
                continue
            try:
                turns.append(begin(held[each.pk], version=each.version, by=by))
                do(turns[-1])
            except (Changed, NotNow) as error:
                refused.append((each, error))
        if refused:
            listed = [InTheWay(each, _why(error)) for each, error in refused[:_LISTED]]
            raise NothingDone(listed, more=len(refused) - len(listed))
        settle(turns, fields=fields)
    return len(turns)


def _why(error: Exception | None) -> str:
    if error is None:
        return _("It is not among yours any more.")
    return _changed(error.follow_up) if isinstance(error, Changed) else str(error)


def _changed(now: FollowUp) -> str:
    last = now.steps.select_related("by").order_by("-id").first()
    if last is None or last.by is None:
        return _("It changed meanwhile.")
    return _("%(who)s was first: %(what)s") % {"who": last.by, "what": last.get_kind_display()}
