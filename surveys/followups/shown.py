"""A follow-up as its customer sees it: who has it, what they replied, what was agreed, and what is asked of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from cxplatform.tenancy.models import Membership, Tenant
from journeys.models import Unit
from surveys.doors.dates import day, moment
from surveys.followups import phrases
from surveys.models import AgreedItem, Cause, FollowUp, FollowUpStep, Response
from surveys.outcome import Step
from surveys.questionnaire.screen import Voice

Kind, State = FollowUpStep.Kind, FollowUp.State
FRESH = timedelta(days=1)
"""For how long a customer may change the word they gave of a matter."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the page says of a matter. `asks` holds while the customer's word is wanted, or may be changed; `given` is
    the word that stands. `turn` numbers the times it was solved: each is answered once."""

    title: str = ""
    text: str = ""
    reply: str = ""
    replied_by: str = ""
    replied_at: str = ""
    items: tuple[tuple[str, str], ...] = ()
    asks: bool = False
    given: str = ""
    turn: int = 0


def follow_up_of(response: Response) -> FollowUp | None:
    """What an answer opened, or joined."""
    # Uses follow_up_by_answer.
    own: FollowUp | None = FollowUp.objects.filter(response_id=response.id).select_related("owner", "rule").first()
    if own is not None or response.customer_id is None:
        return own
    # Uses follow_up_by_customer, then follow_up_steps.
    joined = FollowUpStep.objects.filter(
        follow_up__in=FollowUp.objects.filter(customer_id=response.customer_id),
        kind=Kind.SIGNAL,
        data__event=str(response.id),
    )
    step = joined.select_related("follow_up__owner", "follow_up__rule").first()
    return step.follow_up if step else None


def steps_of(follow_up: FollowUp) -> list[FollowUpStep]:
    """The trail, oldest first. Uses follow_up_steps."""
    return list(follow_up.steps.select_related("by").order_by("id"))


def see(follow_up: FollowUp, steps: Sequence[FollowUpStep], tenant: Tenant, voice: Voice) -> Seen:
    """What its customer reads of it."""
    solved = [step for step in steps if step.kind == Kind.SOLVED]
    answered = [step for step in steps if step.kind == Kind.ANSWERED]
    last = solved[-1] if solved else None
    word = answered[-1] if answered and last and answered[-1].id > last.id else None
    fresh = word is not None and timezone.now() - word.at < FRESH
    shown = last is not None and (follow_up.state in (State.SOLVED, State.CONFIRMED) or word is not None)
    wanted = follow_up.state == State.SOLVED and (follow_up.rule is None or follow_up.rule.asks_again)
    title, text = _now(follow_up, word, tenant, voice)
    return Seen(
        title=title,
        text=text,
        reply=last.text if last and shown else "",
        replied_by=name_of(last.by if last and last.by else follow_up.owner, follow_up, tenant) if shown else "",
        replied_at=_day(last.at, tenant, voice) if last and shown else "",
        items=tuple(_items(follow_up, tenant, voice)),
        asks=shown and (wanted or fresh),
        given=str(word.data.get("fixed", "") or follow_up.fixed) if word else "",
        turn=len(solved),
    )


def _now(follow_up: FollowUp, word: FollowUpStep | None, tenant: Tenant, voice: Voice) -> tuple[str, str]:
    """How it stands, in a heading and a sentence; empty where the page's usual ones fit."""
    who = name_of(follow_up.owner, follow_up, tenant)
    hands = voice(phrases.IN_HANDS).format(who=who)
    if follow_up.cause == Cause.PROMOTER or follow_up.state == State.CLOSED:
        return "", ""
    if follow_up.state == State.SOLVED:
        return voice(phrases.STEPS["solved"]), ""
    if follow_up.state == State.CONFIRMED:
        return voice(phrases.GLAD), ""
    if follow_up.state == State.CONTACTED:
        return voice(phrases.WORKING), hands
    due = voice(phrases.WE_CONTACT).format(date=moment(follow_up.contact_due, tenant.zone, voice.language))
    late = follow_up.contact_due < timezone.now()  # a promise that has passed is not made again
    return (voice(phrases.SORRY) if word else voice(phrases.WORKING)), hands if late else f"{hands} {due}"


def tell(response: Response, voice: Voice) -> list[Step]:
    """What was done about an answer, for `surveys.outcome`."""
    follow_up = follow_up_of(response)
    return lines(steps_of(follow_up), voice) if follow_up else []


def lines(steps: Sequence[FollowUpStep], voice: Voice) -> list[Step]:
    """The steps that are the customer's to know, of one kind following each other the last."""
    known = [step for step in steps if step.kind in phrases.STEPS]
    last = [step for step, after in zip(known, [*known[1:], None], strict=True) if not after or after.kind != step.kind]
    return [Step(voice(phrases.STEPS[step.kind]), step.at) for step in last]


def name_of(user: Any, follow_up: FollowUp, tenant: Tenant) -> str:
    """The first name and the unit of who has the matter; the company where nobody has."""
    if user is None or not user.first_name:
        return tenant.name
    member = Membership.objects.filter(tenant=tenant, user=user).first()
    own = member.unit_ids if member else []
    here = follow_up.unit_id if not own or follow_up.unit_id in own else None
    unit_id = here or next(iter(own), None)
    unit = Unit.objects.filter(pk=unit_id).values_list("name", flat=True).first() if unit_id else None
    return f"{user.first_name}, {unit or tenant.name}"


def _items(follow_up: FollowUp, tenant: Tenant, voice: Voice) -> list[tuple[str, str]]:
    """What was agreed and told in writing, and how each stands."""
    found = AgreedItem.objects.filter(follow_up=follow_up).exclude(confirmed_at=None).order_by("id")
    return [(item.text, item_state(item, tenant, voice)) for item in found]


def item_state(item: AgreedItem, tenant: Tenant, voice: Voice) -> str:
    if item.done_at:
        return voice(phrases.ITEM_DONE).format(date=_day(item.done_at, tenant, voice))
    if item.due:
        return voice(phrases.ITEM_DUE).format(date=day(item.due, voice.language))
    return voice(phrases.ITEM_OPEN)


def _day(at: datetime, tenant: Tenant, voice: Voice) -> str:
    return day(at.astimezone(tenant.zone).date(), voice.language)
