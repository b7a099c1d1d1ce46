"""The mail or text message that asks: the first question itself, one tap from its answer, and the way out."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.template.loader import render_to_string

from cxplatform.deliveries.messages import Message
from cxplatform.tenancy.colours import accent
from cxplatform.tenancy.models import Tenant
from surveys.doors import phrases
from surveys.doors.pages import NAMES
from surveys.doors.personal import address_of
from surveys.models import Invitation, Method
from surveys.questionnaire.published import Published
from surveys.questionnaire.screen import Screen, Voice, screen
from surveys.questionnaire.wordings import LANGUAGES

# Signs that mail programs draw themselves: no image to block, none to fetch. The words stay beside them.
FACES: Mapping[str, Mapping[str, str]] = {
    "faces/4": {"very_bad": "😠", "bad": "🙁", "good": "🙂", "very_good": "😀"},
    "csat/1-5": {"1": "😠", "2": "🙁", "3": "😐", "4": "🙂", "5": "😀"},
    "emotion/7": {
        "pleased": "😀",
        "valued": "😊",
        "reassured": "🙂",
        "nothing": "😐",
        "unsure": "😕",
        "disappointed": "🙁",
        "frustrated": "😠",
    },
}


def letter(tenant: Tenant, invitation: Invitation, survey: Published, *, reminder: bool = False) -> Message:
    """The message of one invitation, in its language (else the company's)."""
    language = next((known for known in (invitation.language, tenant.language) if known in LANGUAGES), "en")
    voice = Voice(tenant.name, language, tenant.formal_address)
    first = screen(survey.questions[0], survey=survey, voice=voice)
    link = address_of(tenant.pk, invitation.id)
    if invitation.method == Method.SMS:
        text = _sms(voice, first, link)
        return Message(by="sms", to=invitation.address, text=text, about=invitation.id, sender=tenant.name)
    return _mail(tenant, invitation, survey, voice, first, link, reminder=reminder)


def _mail(
    tenant: Tenant,
    invitation: Invitation,
    survey: Published,
    voice: Voice,
    first: Screen,
    link: str,
    *,
    reminder: bool,
) -> Message:
    subject = voice(phrases.MAIL_REMINDER if reminder else phrases.MAIL_SUBJECT)
    faces = FACES.get(survey.questions[0].metric, {})
    context = {
        "title": first.title,
        "subject": subject,
        "company": voice.company,
        "language": voice.language,
        "intro": voice(phrases.MAIL_INTRO),
        "screen": first,
        "buttons": [
            (option, f"{link}?{urlencode({'q': first.key, 'a': option.value})}", faces.get(option.value, ""))
            for option in (() if first.many else first.options)
        ],
        "last": first.options[-1].label if first.options else "",
        "link": link,
        "stop": f"{link}/stop",
        "languages": [(NAMES[code], f"{link}?lang={code}") for code in LANGUAGES if code != voice.language],
        "accent": accent(tenant.brand_colour),
        "words": {
            "answer": voice(phrases.MAIL_ANSWER),
            "tap": voice(phrases.MAIL_TAP),
            "stop": voice(phrases.STOP_LINK),
            "basis": voice(phrases.ANONYMOUS if survey.anonymous else phrases.LEGAL_BASIS.get(survey.legal_basis, {})),
        },
        "privacy_notice": survey.privacy_notice,
    }
    return Message(
        by="email",
        to=invitation.address,
        about=invitation.id,
        sender=tenant.name,
        subject=subject,
        text=render_to_string("surveys/mail/ask.txt", context),
        html=render_to_string("surveys/mail/ask.html", context),
        headers={
            # RFC 8058: one tap in the mail program; the address takes the POST without a page of ours.
            "List-Unsubscribe": f"<{link}/stop>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
            "Content-Language": voice.language,
        },
    )


def _sms(voice: Voice, first: Screen, link: str) -> str:
    if first.numbers:
        how = voice(phrases.SMS_NUMBER).format(low=first.options[0].label, high=first.options[-1].label)
        ends = f"({first.options[0].label} = {first.low}, {first.options[-1].label} = {first.high})"
        return f"{voice.company}: {first.title} {ends} {how} {voice(phrases.SMS_OR)} {link} {voice(phrases.SMS_STOP)}"
    if first.options and not first.many:
        list_ = ", ".join(f"{place} = {option.label}" for place, option in enumerate(first.options, 1))
        how = voice(phrases.SMS_CHOICE)
        return f"{voice.company}: {first.title} {list_}. {how} {voice(phrases.SMS_OR)} {link} {voice(phrases.SMS_STOP)}"
    return f"{voice.company}: {first.title} {voice(phrases.SMS_TEXT)} {link} {voice(phrases.SMS_STOP)}"
