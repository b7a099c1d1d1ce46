"""What customers are sent of their matter: thanks and by when, what was agreed, the reply, invitations.

A listener of follow-ups' steps: messages are written in the transaction that made the step, once each, and go out
after commit. The trail says what the customer was told, and by which way.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cxplatform.deliveries import messages
from cxplatform.deliveries.messages import Message
from cxplatform.tenancy.colours import accent
from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Tenant
from surveys.asking.ledger import rules_in_use
from surveys.asking.policy import open_from, policy_of
from surveys.doors.dates import moment
from surveys.doors.own import address_of_answer
from surveys.followups import phrases, work
from surveys.followups import phrases_mail as mail
from surveys.followups.heard import News
from surveys.followups.reach import EMAIL, SMS, Reached, language_of, reach
from surveys.followups.shown import follow_up_of, item_state, name_of
from surveys.models import AgreedItem, Cause, FollowUp, FollowUpRule, FollowUpStep, Response
from surveys.questionnaire.screen import Voice
from surveys.questionnaire.wordings import Texts
from surveys.replies.addresses import Addressee, reply_address

Kind = FollowUpStep.Kind
CODEVELOP, AMBASSADOR = "codevelop", "ambassador"
"""What `work.invite` may invite to."""
_LINK_AFTER = timedelta(seconds=20)
"""The message with the link waits for the follow-up, whose own thanks carries the link too."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What is said: a subject, paragraphs, what was agreed, and the words of the link."""

    subject: Texts
    lines: tuple[str, ...]
    link: Texts
    items: tuple[tuple[str, str], ...] = ()
    quote: str = ""
    by: str = ""
    personal: bool = False


def listen(news: Sequence[News]) -> None:
    """Write the messages these steps call for, and a step for each."""
    rules = FollowUpRule.objects.in_bulk({each.follow_up.rule_id for each in news if _may_tell(each)} - {None})
    wanted = [each for each in news if _may_tell(each) and _wanted(each, rules.get(each.follow_up.rule_id))]
    if not wanted:
        return
    tenant = Tenant.objects.get(pk=active_tenant_id())
    ways = reach([each.follow_up for each in wanted])
    # The link alone, on its way since the contact was left.
    messages.withdraw({each.follow_up.response_id for each in wanted if each.follow_up.response_id})
    written, steps = [], []
    for each in wanted:
        way = ways[each.follow_up.pk]
        if not way.by:
            continue
        voice = Voice(tenant.name, language_of(way.language, tenant.language), tenant.formal_address)
        letter = _letter(each, tenant, voice, asks=_asks(rules.get(each.follow_up.rule_id)))
        written.append(_message(letter, way, each, tenant, voice))
        steps.extend(_steps(each, way, asks=_asks(rules.get(each.follow_up.rule_id))))
    messages.enqueue(written)
    FollowUpStep.objects.bulk_create(steps)


def contact_left(response: Response, *, to: str, by: str) -> None:
    """Send who left a contact with an answer the link to what comes of it; the thanks for a follow-up replaces it."""
    if FollowUpStep.objects.filter(follow_up__response_id=response.id, kind=Kind.THANKED).exists():
        return
    tenant = Tenant.objects.get(pk=active_tenant_id())
    voice = Voice(tenant.name, language_of(response.language, tenant.language), tenant.formal_address)
    link = address_of_answer(tenant.pk, response.id, response.submission_id)
    letter = Letter(subject=mail.LINK_SUBJECT, lines=(voice(mail.LINK),), link=mail.OPEN_LINK)
    text = f"{voice.company}: {voice(mail.LINK)} {link}"
    at = timezone.now() + _LINK_AFTER
    messages.withdraw([response.id])
    messages.enqueue(
        [
            Message(by=SMS, to=to, text=text, about=response.id, not_before=_open(at, tenant))
            if by == SMS
            else _mail(letter, to, link, response.id, tenant, voice, not_before=at)
        ]
    )


def contact_replaced(response: Response) -> None:
    """Say where the matter is worked on that the customer is reached otherwise now."""
    found = follow_up_of(response)
    if found is None:
        return
    with translation.override(Tenant.objects.get(pk=active_tenant_id()).language):
        said = _("The customer left other contact details. Those from before are not used any more.")
    work.note(follow_up_id=found.pk, version=None, by=None, text=said)


def _may_tell(each: News) -> bool:
    return each.step.kind in _LETTERS


def _wanted(each: News, rule: FollowUpRule | None) -> bool:
    step = each.step
    if step.kind == Kind.OPENED:
        return rule is not None and rule.thanks and each.follow_up.state == FollowUp.State.OPEN
    if step.kind == Kind.THANKED:
        return bool(step.by_id and step.text)  # thanked in other ways, such as on the phone, is no text to send
    if step.kind == Kind.INVITED:
        return step.data.get("to") in (CODEVELOP, AMBASSADOR)
    return step.kind != Kind.MAIL_OUT or bool(step.text)


def _asks(rule: FollowUpRule | None) -> bool:
    return rule is None or rule.asks_again


def _letter(each: News, tenant: Tenant, voice: Voice, *, asks: bool) -> Letter:
    return _LETTERS[Kind(each.step.kind)](each, tenant, voice, asks)


def _opened(each: News, tenant: Tenant, voice: Voice, asks: bool) -> Letter:
    follow_up = each.follow_up
    if follow_up.cause == Cause.PROMOTER:
        return Letter(subject=mail.THANKS_SUBJECT, lines=(voice(mail.THANKS_GOOD),), link=mail.OPEN_LINK)
    due = moment(follow_up.contact_due, tenant.zone, voice.language)
    hands = voice(phrases.IN_HANDS).format(who=name_of(follow_up.owner, follow_up, tenant))
    return Letter(
        subject=mail.THANKS_SUBJECT,
        lines=(voice(mail.THANKS), f"{hands} {voice(phrases.WE_CONTACT).format(date=due)}"),
        link=mail.FOLLOW,
    )


def _thanked(each: News, tenant: Tenant, voice: Voice, asks: bool) -> Letter:
    return _own_words(each, tenant, voice, subject=mail.THANKS_SUBJECT, link=mail.FOLLOW)


def _confirmed(each: News, tenant: Tenant, voice: Voice, asks: bool) -> Letter:
    items = AgreedItem.objects.filter(follow_up=each.follow_up, pk__in=each.step.data.get("items", [])).order_by("id")
    return Letter(
        subject=mail.AGREED_SUBJECT,
        lines=tuple(filter(None, (voice(mail.AGREED),))),
        items=tuple((item.text, item_state(item, tenant, voice)) for item in items),
        quote=each.step.text,
        by=_signed(each, tenant),
        link=mail.FOLLOW,
        personal=True,
    )


def _solved(each: News, tenant: Tenant, voice: Voice, asks: bool) -> Letter:
    return _own_words(
        each,
        tenant,
        voice,
        subject=mail.SOLVED_SUBJECT if asks else mail.SOLVED_ONLY,
        link=mail.ASK if asks else mail.FOLLOW,
    )


def _written(each: News, tenant: Tenant, voice: Voice, asks: bool) -> Letter:
    return _own_words(each, tenant, voice, subject=mail.MESSAGE_SUBJECT, link=mail.FOLLOW)


def _invited(each: News, tenant: Tenant, voice: Voice, asks: bool) -> Letter:
    codevelop = each.step.data.get("to") == CODEVELOP
    return Letter(
        subject=mail.CODEVELOP_SUBJECT if codevelop else mail.AMBASSADOR_SUBJECT,
        lines=(voice(mail.CODEVELOP if codevelop else mail.AMBASSADOR),),
        quote=each.step.text,
        by=_signed(each, tenant),
        link=mail.CODEVELOP_LINK if codevelop else mail.AMBASSADOR_LINK,
        personal=True,
    )


_LETTERS: Mapping[str, Callable[[News, Tenant, Voice, bool], Letter]] = {
    Kind.OPENED: _opened,
    Kind.THANKED: _thanked,
    Kind.CONFIRMED_IN_WRITING: _confirmed,
    Kind.SOLVED: _solved,
    Kind.MAIL_OUT: _written,
    Kind.INVITED: _invited,
}


def _own_words(each: News, tenant: Tenant, voice: Voice, *, subject: Texts, link: Texts) -> Letter:
    return Letter(subject=subject, lines=(), quote=each.step.text, by=_signed(each, tenant), link=link, personal=True)


def _signed(each: News, tenant: Tenant) -> str:
    return name_of(each.step.by or each.follow_up.owner, each.follow_up, tenant)


def _steps(each: News, way: Reached, *, asks: bool) -> list[FollowUpStep]:
    """What the trail says was sent: thanks and questions are steps of their own, of all others the step itself says
    by which way it went (`sent`)."""
    kind = {Kind.OPENED: Kind.THANKED, Kind.SOLVED: Kind.ASKED_AGAIN if asks else None}.get(Kind(each.step.kind))
    if kind is None:
        each.step.data["sent"] = way.by
        FollowUpStep.objects.filter(id=each.step.id).update(data=each.step.data)
        return []
    return [FollowUpStep(follow_up=each.follow_up, kind=kind, at=timezone.now(), data={"sent": way.by})]


def _message(letter: Letter, way: Reached, each: News, tenant: Tenant, voice: Voice) -> Message:
    if way.by == EMAIL:
        replies = reply_address(Addressee(tenant.pk, each.follow_up.pk))
        return _mail(letter, way.to, way.link, each.step.id, tenant, voice, replies=replies)
    words = [*letter.lines, *(f"{text} ({state})" for text, state in letter.items), letter.quote]
    text = f"{voice.company}: {' '.join(filter(None, words))} {voice(letter.link)}: {way.link}"
    return Message(
        by=SMS, to=way.to, text=text, about=each.step.id, sender=tenant.name, not_before=_open(timezone.now(), tenant)
    )


def _mail(
    letter: Letter,
    to: str,
    link: str,
    about: Any,
    tenant: Tenant,
    voice: Voice,
    *,
    replies: str = "",
    not_before: Any = None,
) -> Message:
    context = {
        "letter": letter,
        "link": link,
        "link_text": voice(letter.link),
        "subject": voice(letter.subject),
        "company": voice.company,
        "language": voice.language,
        "accent": accent(tenant.brand_colour),
        "may_reply": voice(mail.REPLY) if replies else "",
        "why": voice(mail.WHY),
    }
    headers = {"Content-Language": voice.language}
    if replies:
        headers["Reply-To"] = replies
    if not letter.personal:
        headers["Auto-Submitted"] = "auto-generated"
    return Message(
        by=EMAIL,
        to=to,
        about=about,
        sender=tenant.name,
        subject=voice(letter.subject),
        text=render_to_string("surveys/mail/told.txt", context),
        html=render_to_string("surveys/mail/told.html", context),
        headers=headers,
        not_before=not_before,
    )


def _open(at: Any, tenant: Tenant) -> Any:
    """A telephone rings in the morning, not at night."""
    return open_from(at, policy_of("", rules_in_use()).quiet, tenant.zone)
