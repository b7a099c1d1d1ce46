"""What people do in a follow-up: every verb writes one step and raises the version by one.

All take `follow_up_id`, the `version` the reader saw (None: whatever stands) and who did it (None: the customer or
the platform), and return the follow-up as it is after it and after all who listen have had their turn. They raise
`Changed` where somebody else was first and `NotNow` where it does not fit how the follow-up stands; nothing is
written then. Who may work which follow-up is asked before, by the caller (`surveys.followups.seen`).
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from cxplatform.tenancy.models import User
from surveys.followups import due, limits, owners
from surveys.followups.by_hand import open_by_hand
from surveys.followups.refusals import Changed, NotNow, OverLimit
from surveys.followups.turn import Kind, State, Turn, needed, turn
from surveys.models import AgreedItem, FollowUp

__all__ = ["Changed", "NotNow", "OverLimit", "open_by_hand"]


def assign(*, follow_up_id: int, version: int | None, by: User | None, to: User, why: str = "") -> FollowUp:
    """Give it to somebody; handing over where somebody else had it."""
    with turn(follow_up_id=follow_up_id, version=version, by=by) as own:
        give(own, to=to, why=why, able=owners.can_own(to))
    return own.follow_up


def give(own: Turn, *, to: User, why: str, able: bool) -> None:
    """Give it to somebody in this turn; `able` says whether they may own a follow-up. Raises NotNow."""
    own.need_live()
    if not able:
        raise NotNow(_("%(person)s does not handle feedback here. Choose somebody who does.") % {"person": to})
    was = own.follow_up.owner_id
    if was == to.pk:
        raise NotNow(_("%(person)s has it already.") % {"person": to})
    own.follow_up.owner = to
    own.follow_up.transfers += was is not None
    own.step(Kind.HANDED_OVER if was else Kind.ASSIGNED, why, **{"from": was, "to": to.pk})


def thank(*, follow_up_id: int, version: int | None, by: User | None, text: str = "") -> FollowUp:
    """The customer was thanked for telling us."""
    return _write(follow_up_id, version, by, Kind.THANKED, text, live=False)


def contacted(*, follow_up_id: int, version: int | None, by: User | None, text: str = "") -> FollowUp:
    """The customer was reached."""
    with turn(follow_up_id=follow_up_id, version=version, by=by) as own:
        own.need_live()
        _reached(own)
        own.step(Kind.CONTACTED, text)
    return own.follow_up


def not_reached(*, follow_up_id: int, version: int | None, by: User | None, text: str = "") -> FollowUp:
    """Somebody tried; the customer is still to be contacted."""
    return _write(follow_up_id, version, by, Kind.NOT_REACHED, text)


def wish(*, follow_up_id: int, version: int | None, by: User | None, text: str) -> FollowUp:
    """What would put it right, in the customer's own words; the newest stands."""
    text = needed(text, _("Write what the customer wishes for, in their own words."))
    with turn(follow_up_id=follow_up_id, version=version, by=by) as own:
        own.follow_up.wish = text
        own.step(Kind.WISH, text)
    return own.follow_up


def assess(*, follow_up_id: int, version: int | None, by: User | None, text: str) -> FollowUp:
    """How serious it is, and what it needs (ISO 10002: initial assessment)."""
    return _write(follow_up_id, version, by, Kind.ASSESSED, needed(text, _("Write how serious it is and why.")))


def investigate(*, follow_up_id: int, version: int | None, by: User | None, text: str) -> FollowUp:
    """What was found out (ISO 10002: investigation)."""
    return _write(follow_up_id, version, by, Kind.INVESTIGATED, needed(text, _("Write what you found out.")))


def offer(
    *, follow_up_id: int, version: int | None, by: User | None, text: str, amount: Decimal | None = None
) -> FollowUp:
    """Offer something, once the customer's own wish is known. `amount` is what it costs, in the follow-up's currency.

    Raises OverLimit where all that is given goes beyond what this person may give.
    """
    text = needed(text, _("Write what you offer."))
    amount = amount or Decimal(0)
    with turn(follow_up_id=follow_up_id, version=version, by=by) as own:
        own.need_live()
        if not own.follow_up.wish:
            raise NotNow(_("Ask first what the customer wishes for, and write it down. Then offer."), field="wish")
        if amount < 0 or not amount.is_finite() or amount >= Decimal("1e10"):
            raise NotNow(_("Give what it costs as a number, zero at least."), field="amount")
        if amount:
            limits.check(own.follow_up, by=by, amount=amount)
        own.follow_up.given += amount
        own.step(Kind.OFFERED, text, amount=f"{amount:.2f}", currency=own.follow_up.currency)
    return own.follow_up


def agree(
    *, follow_up_id: int, version: int | None, by: User | None, items: Sequence[tuple[str, date | None]]
) -> FollowUp:
    """Write down what was agreed: (what, by when)."""
    missing = _("Write what was agreed, at most 500 characters each.")
    texts = [needed(text, missing, name="items") for text, _due in items]
    if not texts or any(len(text) > 500 for text in texts):
        raise NotNow(missing, field="items")
    with turn(follow_up_id=follow_up_id, version=version, by=by) as own:
        own.need_live()
        made = AgreedItem.objects.bulk_create(
            AgreedItem(follow_up=own.follow_up, text=text, due=by_when)
            for text, (_text, by_when) in zip(texts, items, strict=True)
        )
        own.step(Kind.AGREED, "\n".join(texts), items=[item.pk for item in made])
    return own.follow_up


def confirm_in_writing(*, follow_up_id: int, version: int | None, by: User | None, text: str = "") -> FollowUp:
    """What was agreed is confirmed to the customer in writing: all that has not been yet."""
    with turn(follow_up_id=follow_up_id, version=version, by=by) as own:
        waiting = AgreedItem.objects.filter(follow_up=own.follow_up, confirmed_at=None)
        ids = list(waiting.values_list("pk", flat=True))
        if not ids:
            raise NotNow(_("There is nothing to confirm: write down first what was agreed."), field="items")
        waiting.update(confirmed_at=own.at)
        own.step(Kind.CONFIRMED_IN_WRITING, text, items=ids)
    return own.follow_up


def item_done(*, follow_up_id: int, version: int | None, by: User | None, item_id: int) -> FollowUp:
    """One of the agreed items is done."""
    with turn(follow_up_id=follow_up_id, version=version, by=by) as own:
        item = AgreedItem.objects.filter(follow_up=own.follow_up, pk=item_id).first()
        if item is None:
            raise NotNow(_("This is not among what was agreed here."), field="item_id")
        if item.done_at:
            raise NotNow(_("This is done already."), field="item_id")
        item.done_at = own.at
        item.save(update_fields=["done_at"])
        own.step(Kind.NOTE, item.text, done=item.pk)
    return own.follow_up


def solve(*, follow_up_id: int, version: int | None, by: User | None, text: str) -> FollowUp:
    """It is put right; `text` is the reply the customer will read, from the person named. It is a contact too."""
    text = needed(text, _("Write to the customer what was done: they will read it."))
    with turn(follow_up_id=follow_up_id, version=version, by=by) as own:
        own.need_live()
        _first_contact(own)
        in_time = own.at <= own.follow_up.fix_due
        own.follow_up.fix_kept = in_time and own.follow_up.fix_kept is not False
        own.follow_up.solved_at, own.follow_up.state = own.at, State.SOLVED
        own.follow_up.fixed = ""
        own.step(Kind.SOLVED, text, kept=own.follow_up.fix_kept)
    return own.follow_up


def close(*, follow_up_id: int, version: int | None, by: User | None, why: str) -> FollowUp:
    """End it without solving, saying why."""
    why = needed(why, _("Write why it is closed without solving."), name="why")
    with turn(follow_up_id=follow_up_id, version=version, by=by) as own:
        end(own, why=why)
    return own.follow_up


def end(own: Turn, *, why: str) -> None:
    """End it without solving in this turn. Raises NotNow."""
    own.need_live()
    own.follow_up.state, own.follow_up.closed_at = State.CLOSED, own.at
    own.step(Kind.CLOSED, why)


def reopen(*, follow_up_id: int, version: int | None, by: User | None, text: str = "") -> FollowUp:
    """Take it into work again, with new due times."""
    with turn(follow_up_id=follow_up_id, version=version, by=by) as own:
        if own.live:
            raise NotNow(_("This follow-up is in work already."))
        _again(own)
        own.step(Kind.REOPENED, text)
    return own.follow_up


def note(*, follow_up_id: int, version: int | None, by: User | None, text: str, **data: Any) -> FollowUp:
    return _write(follow_up_id, version, by, Kind.NOTE, needed(text, _("Write the note.")), live=False, **data)


def mail_in(*, follow_up_id: int, version: int | None, by: User | None, text: str, **data: Any) -> FollowUp:
    """The customer wrote: a contact about the same matter."""
    with turn(follow_up_id=follow_up_id, version=version, by=by) as own:
        own.follow_up.contacts += 1
        own.step(Kind.MAIL_IN, text, **data)
    return own.follow_up


def mail_out(*, follow_up_id: int, version: int | None, by: User | None, text: str, **data: Any) -> FollowUp:
    """Somebody wrote to the customer: that reaches them. What the platform sends on its own does not count as it."""
    with turn(follow_up_id=follow_up_id, version=version, by=by) as own:
        if by is not None and own.live:
            _reached(own)
        own.step(Kind.MAIL_OUT, text, **data)
    return own.follow_up


def invite(*, follow_up_id: int, version: int | None, by: User | None, text: str = "", to: str) -> FollowUp:
    """The customer was invited: `to` says to what, such as co-development or to be an ambassador."""
    return _write(follow_up_id, version, by, Kind.INVITED, text, live=False, to=to[:100])


def told(*, follow_up_id: int, version: int | None, by: User | None, text: str = "", **data: Any) -> FollowUp:
    """The customer was told how it stands, by a message."""
    return _write(follow_up_id, version, by, Kind.TOLD, text, live=False, **data)


def asked_again(*, follow_up_id: int, version: int | None, by: User | None, text: str = "", **data: Any) -> FollowUp:
    """The customer was asked whether it is put right."""
    return _write(follow_up_id, version, by, Kind.ASKED_AGAIN, text, live=False, **data)


def answered(
    *,
    follow_up_id: int,
    version: int | None,
    by: User | None,
    fixed: str,
    text: str = "",
    response_id: UUID | None = None,
    value: float | None = None,
) -> FollowUp:
    """The customer's own word: yes confirms it; partly and no open it again, with new due times.

    The same answer again changes nothing but the score beside it. A yes after a no stands as if the no had not been,
    while nobody has solved it anew.
    """
    if fixed not in FollowUp.Fixed.values:
        raise NotNow(_("Answer yes, partly or no."), field="fixed")
    with turn(follow_up_id=follow_up_id, version=version, by=by) as own:
        follow_up = own.follow_up
        solved = follow_up.steps.filter(kind=Kind.SOLVED).order_by("-id").first()
        if solved is None or follow_up.state == State.CLOSED:
            raise NotNow(_("This has not been solved yet, so there is nothing to say of it."))
        if response_id is not None:
            follow_up.recovery_response_id = response_id
        if value is not None:
            follow_up.recovery_value = value
        if fixed != follow_up.fixed:
            follow_up.fixed = fixed
            if fixed == FollowUp.Fixed.YES:
                follow_up.solved_at, follow_up.fix_kept = solved.at, solved.data.get("kept")
                follow_up.confirmed_at, follow_up.state = own.at, State.CONFIRMED
            elif not own.live:
                _again(own)
        own.step(Kind.ANSWERED, text, fixed=fixed, value=value)
    return own.follow_up


def _write(
    follow_up_id: int, version: int | None, by: User | None, kind: str, text: str, *, live: bool = True, **data: Any
) -> FollowUp:
    with turn(follow_up_id=follow_up_id, version=version, by=by) as own:
        if live:
            own.need_live()
        own.step(kind, text, **data)
    return own.follow_up


def _first_contact(own: Turn) -> None:
    if own.follow_up.contacted_at is None:
        own.follow_up.contacted_at = own.at
        own.follow_up.contact_kept = own.at <= own.follow_up.contact_due


def _reached(own: Turn) -> None:
    _first_contact(own)
    own.follow_up.state = State.CONTACTED


def _again(own: Turn) -> None:
    follow_up = own.follow_up
    follow_up.state = State.OPEN
    # What was solved in time and was not put right is late once its first time has run out.
    follow_up.fix_kept = False if own.at > follow_up.fix_due or follow_up.fix_kept is False else None
    follow_up.solved_at = follow_up.confirmed_at = follow_up.closed_at = None
    follow_up.contact_due, follow_up.fix_due = due.anew(follow_up, now=own.at)
    if not owners.can_own(follow_up.owner):
        follow_up.owner = owners.for_one(follow_up)
