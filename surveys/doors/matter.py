"""The parts of an answer's page that tell of its follow-up, and of what was done for others who said the same."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import Truncator

from cxplatform.tenancy.models import Tenant
from journeys.models import Customer
from surveys.deeds.told import deeds_at
from surveys.doors import phrases as door_phrases
from surveys.doors.dates import day, moment
from surveys.doors.pages import other_languages, page, voice_of
from surveys.followups import phrases
from surveys.followups.recovery import given_again, question_again
from surveys.followups.shown import Seen, lines, see, steps_of
from surveys.followups.word import take_word
from surveys.invited.joining import invitations
from surveys.models import FollowUp, FollowUpStep, Response
from surveys.questionnaire import wordings
from surveys.questionnaire.published import Published
from surveys.questionnaire.screen import Voice, screen


def matter(
    follow_up: FollowUp | None,
    tenant: Tenant,
    voice: Voice,
    *,
    survey: Published | None = None,
    response: Response | None = None,
    said: str = "",
    wrong: str = "",
    sent_more: str = "",
) -> dict[str, Any]:
    """What the page says of a follow-up; nothing where there is none. `said` and `wrong` answer what was just sent."""
    if follow_up is None:
        return {}
    steps = steps_of(follow_up)
    seen = see(follow_up, steps, tenant, voice)
    parts: dict[str, Any] = {
        "seen": seen,
        "replied": voice(phrases.REPLIED),
        "agreed": voice(phrases.AGREED),
        "fixed": voice(phrases.FIXED),
        "options": [(value, voice(texts)) for value, texts in phrases.FIXED_OPTIONS.items()],
        "invitations": invitations(follow_up, steps, tenant, voice),
    }
    if seen.reply and response is not None:
        parts["wrote"] = Truncator(next((text for text in response.texts.values() if text), "")).chars(400)
        parts["wrote_title"] = voice(phrases.YOU_WROTE)
    if seen.asks and seen.given:
        parts |= _after_the_word(follow_up, seen, steps, survey, response, voice)
        parts["sent"] = sent_more
    told: dict[str, Any] = {"matter": parts, "said": said, "wrong": wrong}
    return told | ({"title": seen.title, "text": seen.text} if seen.title else {})


def _after_the_word(
    follow_up: FollowUp,
    seen: Seen,
    steps: Sequence[FollowUpStep],
    survey: Published | None,
    response: Response | None,
    voice: Voice,
) -> dict[str, Any]:
    """The score once more, and room for words where none were written yet."""
    parts: dict[str, Any] = {}
    question = question_again(survey, response) if survey and response else None
    if question is not None and survey is not None:
        again = screen(question, survey=survey, voice=voice)
        stands = given_again(follow_up, seen.turn)
        parts |= {
            "again": again,
            "again_intro": voice(phrases.AGAIN),
            "again_last": again.options[-1].label if again.options else "",
            "again_given": str(stands.answers.get(question.key, "")) if stands else "",
        }
    solved = max(step.id for step in steps if step.kind == step.Kind.SOLVED)
    if not any(step.text for step in steps if step.kind == step.Kind.ANSWERED and step.id > solved):
        parts["more"] = voice(phrases.MORE if seen.given == FollowUp.Fixed.YES else phrases.STILL_WRONG)
        parts["send"] = voice(wordings.SEND)
    return parts


def deeds(touchpoint_id: int | None, tenant: Tenant, voice: Voice) -> dict[str, Any]:
    """ "You said, we did" at the touchpoint; nothing where nothing was told of it."""
    today = timezone.now().astimezone(tenant.zone).date()
    told = deeds_at(touchpoint_id, language=voice.language, today=today)
    if not told:
        return {}
    return {
        "deeds": [(deed.said, deed.did, day(deed.done_on, voice.language)) for deed in told],
        "deeds_title": voice(phrases.DEEDS),
        "deed_said": voice(phrases.DEED_SAID),
        "deed_did": voice(phrases.DEED_DID),
    }


def matter_page(request: HttpRequest, tenant: Tenant, follow_up: FollowUp) -> HttpResponse:
    """The page of a matter that began without an answer: a call, a broken promise."""
    found = Customer.objects.filter(id=follow_up.customer_id).values_list("locale", flat=True)
    voice = voice_of(request, tenant, own=next(iter(found), "")[:2])
    told: dict[str, Any] = {}
    if request.method == "POST":
        told = take_word(request.POST, follow_up, response=None, survey=None, tenant=tenant, voice=voice)
        follow_up.refresh_from_db()
    context = {
        "title": voice(phrases.YOUR_MATTER),
        "steps": [
            (line.text, moment(line.at, tenant.zone, voice.language) if line.at else "")
            for line in lines(steps_of(follow_up), voice)
        ],
        "next": voice(door_phrases.STATUS_HAPPENED),
        "first": True,
        "languages": other_languages(voice),
        **deeds(follow_up.touchpoint_id, tenant, voice),
        **matter(follow_up, tenant, voice, **told),
    }
    return page(request, tenant, "surveys/status.html", context, voice=voice, status=422 if told.get("wrong") else 200)
