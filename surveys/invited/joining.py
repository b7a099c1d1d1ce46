"""Whether an invited customer takes part: their own yes, on the page of their matter, and its taking back."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from cxplatform.tenancy.models import Tenant
from journeys.models import Customer
from journeys.people import change
from surveys.followups import setting
from surveys.followups.telling import AMBASSADOR, CODEVELOP
from surveys.invited import phrases
from surveys.invited.referrals import address_of
from surveys.models import CoDeveloper, FollowUp, FollowUpStep
from surveys.questionnaire.screen import Voice

FIELDS = ("join", "leave")
Kind = FollowUpStep.Kind


def invited_to(steps: Sequence[FollowUpStep]) -> set[str]:
    """What the customer of these steps was invited to."""
    return {str(step.data.get("to")) for step in steps if step.kind == Kind.INVITED}


def take_join(form: Mapping[str, str], follow_up: FollowUp | None, steps: Sequence[FollowUpStep]) -> None:
    """Write down a yes, or its taking back; nothing where the customer was not invited."""
    if follow_up is None or form.get("website"):
        return
    joins = "join" in form
    to = form.get("join") or form.get("leave") or ""
    if to not in invited_to(steps):
        return
    if to == CODEVELOP:
        join(follow_up) if joins else withdraw(follow_up)
    elif to == AMBASSADOR:
        person = Customer.objects.filter(id=follow_up.customer_id, erased_at=None).first()
        if person is not None:
            change(person, {}, ambassador=joins)


def join(follow_up: FollowUp) -> None:
    """The customer takes part from now on; said twice is said once."""
    mine, made = CoDeveloper.objects.get_or_create(follow_up=follow_up)
    if not made and mine.withdrawn_at:
        mine.agreed_at, mine.withdrawn_at = timezone.now(), None
        mine.save(update_fields=["agreed_at", "withdrawn_at"])


def withdraw(follow_up: FollowUp) -> bool:
    """The customer takes part no more; whether they did."""
    mine = CoDeveloper.objects.filter(follow_up=follow_up, withdrawn_at=None)
    return bool(mine.update(withdrawn_at=timezone.now()))


def invitations(
    follow_up: FollowUp, steps: Sequence[FollowUpStep], tenant: Tenant, voice: Voice
) -> list[dict[str, Any]]:
    """What the customer's page asks and says of what they were invited to."""
    to, found = invited_to(steps), []
    if CODEVELOP in to:
        joined = CoDeveloper.objects.filter(follow_up=follow_up, withdrawn_at=None).exists()
        found.append(_block(CODEVELOP, joined, voice))
    if AMBASSADOR in to and setting.current().referral_url:
        person = Customer.objects.filter(id=follow_up.customer_id, erased_at=None).first()
        if person is not None:
            joined = person.ambassador_at is not None
            link = address_of(tenant.pk, person.id) if joined else ""
            found.append({**_block(AMBASSADOR, joined, voice), "link": link})
    return found


_WORDS = {
    CODEVELOP: (phrases.CODEVELOP, phrases.CODEVELOP_WHY, phrases.CODEVELOP_YES, phrases.CODEVELOP_IN),
    AMBASSADOR: (phrases.AMBASSADOR, phrases.AMBASSADOR_WHY, phrases.AMBASSADOR_YES, phrases.AMBASSADOR_IN),
}


def _block(to: str, joined: bool, voice: Voice) -> dict[str, Any]:
    title, why, yes, in_ = map(voice, _WORDS[to])
    return {
        "to": to,
        "joined": joined,
        "title": title,
        "why": why,
        "yes": yes,
        "in": in_,
        "withdraw": voice(phrases.WITHDRAW),
    }
