"""Answers by text message: "9 great" to the newest open invitation of that number, or STOP to be left alone."""

import re
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from cxplatform.deliveries import messages
from cxplatform.ids import uuid7s
from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Tenant
from surveys.asking.optout import opt_out, plain_address
from surveys.doors import phrases
from surveys.doors.collect import Sent, collect
from surveys.doors.personal_views import about
from surveys.models import IncomingSms, Invitation, Method, Response
from surveys.questionnaire import published
from surveys.questionnaire.published import Published
from surveys.questionnaire.questions import COMMENT
from surveys.questionnaire.screen import Screen, Voice, screen
from surveys.questionnaire.wordings import LANGUAGES
from surveys.submission import Place

Became = IncomingSms.Became
State = Invitation.State
_LONGEST_TEXT = 2_000
_OPEN = (State.SENT, State.OPENED)


@dataclass(frozen=True)
class Reply:
    """What a message became, and what is said back; nothing is said twice to the same message."""

    became: str
    text: str


@dataclass(frozen=True)
class Read:
    """A message in parts: the value of the first question, or nothing, and the words after it."""

    value: str | None
    comment: str


def take_reply(*, message_id: str, sender: str, text: str) -> Reply:
    """Take one message in the active tenant, once for its id: an answer, an opt-out, or neither."""
    text = text.replace("\x00", "").strip()[:_LONGEST_TEXT]
    number = plain_address(sender.replace("\x00", "")[:50])
    if not _first_time(message_id):
        before = IncomingSms.objects.get(message_id=message_id)
        return Reply(before.became, before.reply)
    reply = _take(number, text, message_id)
    IncomingSms.objects.filter(message_id=message_id).update(became=reply.became, reply=reply.text[:500])
    return reply


def _first_time(message_id: str) -> bool:
    # Who sends the same message at the same moment waits here for the first to be done.
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO surveys_incomingsms (tenant_id, id, message_id, became, reply, received_at)
            VALUES (%s, %s, %s, 'unknown', '', %s) ON CONFLICT (tenant_id, message_id) DO NOTHING
            """,
            [active_tenant_id(), uuid7s(1)[0], message_id, timezone.now()],
        )
        return cursor.rowcount == 1


def _take(number: str, text: str, message_id: str) -> Reply:
    tenant = Tenant.objects.get(pk=active_tenant_id())
    # Uses invitation_by_address.
    invitation = (
        Invitation.objects.select_for_update()
        .filter(address=number, method=Method.SMS, state__in=_OPEN, expires_at__gt=timezone.now())
        .exclude(address="")
        .order_by("-sent_at", "-id")
        .first()
    )
    own = invitation.language if invitation else ""
    language = next((known for known in (own, tenant.language) if known in LANGUAGES), "en")
    voice = Voice(tenant.name, language, tenant.formal_address)
    if _says_stop(text):
        customer_id = invitation.customer_id if invitation else None
        opt_out(customer_id=customer_id, address=number, how="sms")
        return Reply(Became.STOP, voice(phrases.SMS_STOPPED))
    survey = published.newest(invitation.survey_id) if invitation else None
    if invitation is None or survey is None or survey.archived:
        return Reply(Became.UNKNOWN, voice(phrases.SMS_UNKNOWN))
    first = screen(survey.questions[0], survey=survey, voice=voice)
    read = read_reply(text, first)
    if read.value is None and first.options:
        return Reply(Became.UNCLEAR, _how(voice, first))
    if not read.value and not read.comment:
        return Reply(Became.UNCLEAR, _how(voice, first))
    errors = _collect(invitation, survey, first, read, voice)
    if errors:
        return Reply(Became.UNCLEAR, _how(voice, first))
    response = Response.objects.filter(submission_id=f"invitation:{invitation.id}").first()
    Invitation.objects.filter(id=invitation.id).update(
        state=State.ANSWERED,
        answered_at=_moment(survey),
        response_id=response.id if response and not survey.anonymous else None,
        address="",
    )
    messages.withdraw([invitation.id])  # a reminder that waits
    return Reply(Became.ANSWER, voice(phrases.SMS_THANKS))


def _collect(invitation: Invitation, survey: Published, first: Screen, read: Read, voice: Voice) -> bool:
    comment = next((q.key for q in survey.questions if q.metric == COMMENT), None)
    source = about(invitation, anonymous=survey.anonymous)
    texts, properties = {}, dict(source.properties)
    if read.comment and not first.options:
        texts[first.key] = read.comment
    elif read.comment and comment:
        texts[comment] = read.comment
    elif read.comment:
        properties["comment"] = read.comment  # the survey has no question for it: kept with the event
    anonymous = survey.anonymous
    sent = Sent(
        token=uuid7s(1)[0].hex if anonymous else str(invitation.id),
        answers={first.key: [read.value] if first.many else read.value} if read.value is not None else {},
        texts=texts,
        language=voice.language,
    )
    errors = collect(
        sent,
        survey=survey,
        door="anonymous" if anonymous else "invitation",
        collected_by=Method.SMS,
        place=Place(invitation.touchpoint_id, invitation.channel_id, invitation.unit_id),
        about=type(source)(customer=source.customer, correlation=source.correlation, properties=properties),
    )
    return bool(errors)


def _moment(survey: Published) -> object:
    now = timezone.now()
    return now.replace(hour=0, minute=0, second=0, microsecond=0) if survey.anonymous else now


def read_reply(text: str, first: Screen) -> Read:
    """The score at the beginning of a message and the words after it. Pure.

    "9", "9 great", "9/10 great", "nio" and "yhdeksän, kiitos" are a score; of choices, the number of the choice,
    its name or its first word ("kyllä") is. A number off the scale is no score.
    """
    if not first.options:
        return Read(None, text)
    words = re.match(r"(?:(?!-\d)\W)*(-?\d{1,9}|[^\W\d_]+)(.*)", text, re.DOTALL)
    if words is None:
        return Read(None, text)
    word, rest = words[1].lower(), words[2]
    values = [option.value for option in first.options]
    if first.numbers:
        number = int(word) if word.lstrip("-").isdigit() else phrases.NUMBER_WORDS.get(word)
        if number is None or str(number) not in values:
            return Read(None, text)
        out_of = re.match(rf"\s*/\s*{values[-1]}\b", rest)
        rest = rest[out_of.end() :] if out_of else rest
        if re.match(r"[.,/]\d|\d", rest):  # 8.5, 9,5, 9/5: whatever is meant, it is not on the scale
            return Read(None, text)
        return Read(str(number), _words(rest))
    if word.isdigit():
        place = int(word)
        return Read(values[place - 1], _words(rest)) if 1 <= place <= len(values) else Read(None, text)
    plain = _words(text).casefold()
    for option in sorted(first.options, key=lambda option: -len(option.label)):
        for name in (option.label.casefold(), option.value.casefold()):
            if plain == name or plain.startswith(f"{name} "):
                return Read(option.value, _words(text)[len(name) :].strip())
    starts = [o.value for o in first.options if re.match(rf"{re.escape(word)}\b", o.label.casefold())]
    return Read(starts[0], _words(rest)) if len(starts) == 1 else Read(None, text)


def _says_stop(text: str) -> bool:
    words = re.findall(r"[^\W\d_]+", text.lower())
    return bool(words) and words[0] in phrases.STOP_WORDS and len(words) <= 3


def _words(text: str) -> str:
    return text.strip(" \t\r\n.,;:!?-–—/")


def _how(voice: Voice, first: Screen) -> str:
    if first.numbers:
        return voice(phrases.SMS_NUMBER).format(low=first.options[0].label, high=first.options[-1].label)
    if first.options:
        choices = ", ".join(f"{place} = {option.label}" for place, option in enumerate(first.options, 1))
        return f"{voice(phrases.SMS_CHOICE)} {choices}"
    return first.title
