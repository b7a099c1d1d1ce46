"""After the last question: thanks, may we contact you, and the prize draw, which is kept apart from the answer."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from cxplatform.pipeline import queue
from surveys.amend import OPEN_FOR
from surveys.doors import phrases
from surveys.doors.collect import submission_id
from surveys.doors.dates import moment
from surveys.doors.matter import deeds
from surveys.doors.own import address_of_answer
from surveys.doors.pages import page, privacy_of
from surveys.doors.visit import Door
from surveys.followups.foreseen import contact_by
from surveys.followups.phrases import OWN_LINK, WE_CONTACT
from surveys.followups.telling import contact_left, contact_replaced
from surveys.models import PrizeEntry, Response
from surveys.questionnaire import wordings
from surveys.questionnaire.published import Published
from surveys.questionnaire.screen import DETRACTOR, Voice, mood_of
from surveys.questionnaire.wordings import Texts

MOST_CHANGES = 3
"""Of a contact left with one answer: each is sent a message, and nobody else is to be written to by it."""
_CONTACT = ("name", "email", "phone")
_LONGEST = {"name": 200, "email": 254, "phone": 50, "contact": 254}


def end(request: HttpRequest, door: Door, survey: Published, token: str, **told: Any) -> HttpResponse:
    """The thanks page; `told` is what `take_end` has to say on it."""
    voice = door.voice(request)
    offered = offers(door, survey, token, voice, **told)
    # Nobody is told to close a page that still asks something.
    asks = offered["ask_contact"] or offered["ask_draw"]
    next_ = voice(wordings.WIDGET_NEXT if asks else wordings.WHAT_NEXT)
    promise = _promise(_response(door, token), door, voice) if token and not survey.anonymous and not told else ""
    context = {
        "title": voice(wordings.THANKS),
        "text": f"{promise} {next_}" if promise else next_,
        **offered,
        **privacy_of(survey, voice),
        **_to_keep(door, survey, token, voice),
    }
    status = 422 if told.get("problem") else 200
    return page(request, door.tenant, "surveys/thanks.html", context, voice=voice, status=status)


def _to_keep(door: Door, survey: Published, token: str, voice: Voice) -> dict[str, Any]:
    """The link by which the answer is come back to, and what was done for those who answered before. An anonymous
    answer leads to nobody, and nobody to it."""
    answered = _response(door, token) if token and not survey.anonymous else None
    place = answered.touchpoint_id if answered else door.place.touchpoint_id or survey.touchpoint_id
    found = deeds(place, door.tenant, voice)
    if answered is None:
        return found
    address = address_of_answer(door.tenant.pk, answered.id, answered.submission_id)
    return {**found, "keep": address, "keep_text": voice(OWN_LINK), "keep_shown": voice(phrases.OWN_PAGE)}


def offers(
    door: Door,
    survey: Published,
    token: str,
    voice: Voice,
    *,
    done: str = "",
    problem: Texts | None = None,
    sent: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """What can still be done here: leave a contact after a bad experience, take part in the draw.

    `done` is the one just done, `problem` what was wrong with what was `sent`.
    """
    answered = _response(door, token) if token and not survey.anonymous else None
    unhappy = answered is not None and mood_of(survey, answered.answers) == DETRACTOR
    return {
        "token": "" if door.token else token,
        "ask_contact": unhappy and answered is not None and not answered.contact,
        "ask_draw": bool(survey.prize_draw) and done != "draw" and bool(token),
        "rules": survey.prize_draw,
        "done": _said(done, answered, door, voice) if done else "",
        "problem": voice(problem) if problem else "",
        "sent": sent or {},
        "stop": door.stop,
        "words": {
            "may_we": voice(phrases.CONTACT),
            "why": voice(phrases.CONTACT_WHY),
            "name": voice(phrases.NAME),
            "email": voice(phrases.EMAIL),
            "phone": voice(phrases.PHONE),
            "allow": voice(phrases.CONTACT_ALLOW),
            "draw": voice(phrases.DRAW),
            "apart": voice(phrases.DRAW_APART),
            "either": voice(phrases.EMAIL_OR_PHONE),
            "join": voice(phrases.DRAW_JOIN),
            "leave_empty": voice(wordings.LEAVE_EMPTY),
            "stop": voice(phrases.STOP_LINK),
        },
    }


_DONE: Mapping[str, Texts] = {
    "contact": phrases.CONTACT_KEPT,
    "replaced": phrases.CONTACT_REPLACED,
    "settled": phrases.CONTACT_SETTLED,
    "draw": phrases.DRAW_KEPT,
}


def _said(done: str, answered: Response | None, door: Door, voice: Voice) -> str:
    """That it was done; of a contact that is left, the day by which it is used says so."""
    promise = _promise(answered, door, voice) if done in ("contact", "replaced") else ""
    return promise if done == "contact" and promise else " ".join(filter(None, (voice(_DONE[done]), promise)))


def _promise(answered: Response | None, door: Door, voice: Voice) -> str:
    """By when they are contacted, where somebody will: nobody is who is not known."""
    if answered is None or answered.is_test or not (answered.contact or answered.customer_id):
        return ""
    by = contact_by(answered.id, now=timezone.now())
    return voice(WE_CONTACT).format(date=moment(by, door.tenant.zone, voice.language)) if by else ""


def take_end(request: HttpRequest, door: Door, survey: Published) -> HttpResponse:
    """Store a contact or an entry to the draw, and show the last page again."""
    told = read_end(request, door, survey)
    return end(request, door, survey, _token(request, door), **told)


def read_end(request: HttpRequest, door: Door, survey: Published) -> dict[str, Any]:
    """Store what was sent; what to tell of it."""
    form = request.POST
    sent = {name: _line(form.get(name, "")) for name in _LONGEST}
    if form.get("website"):
        return {}
    too_long = any(len(sent[name]) > longest for name, longest in _LONGEST.items())
    if form["end"] == "draw" and survey.prize_draw:
        if too_long or not sent["name"] or not _reachable(sent["contact"]):
            return {"problem": phrases.DRAW_PROBLEM, "sent": sent}
        entry = PrizeEntry(
            survey_id=survey.survey_id,
            name=sent["name"],
            contact=sent["contact"],
            language=door.voice(request).language,
            entered_on=timezone.now().astimezone(survey.zone).date(),
        )
        PrizeEntry.objects.bulk_create([entry], ignore_conflicts=True)
        return {"done": "draw"}
    answered = None if survey.anonymous else _response(door, _token(request, door))
    if form["end"] != "contact" or answered is None or timezone.now() - answered.answered_at > OPEN_FOR:
        return {}
    email_right = not sent["email"] or _is_email(sent["email"])
    if too_long or not email_right or not (sent["email"] or _is_phone(sent["phone"])):
        return {"problem": phrases.CONTACT_PROBLEM, "sent": sent}
    return {"done": _keep_contact(answered.id, {name: sent[name] for name in _CONTACT if sent[name]})}


def _keep_contact(response_id: UUID, contact: dict[str, str]) -> str:
    """Let this be how the giver of an answer is reached; what was done.

    There is one at a time: another takes the place of the one before, a few times, as each is sent a message.
    """
    answered: Response = Response.objects.select_for_update().get(id=response_id)
    before = answered.contact or {}
    if {name: before[name] for name in _CONTACT if name in before} == contact:
        return "contact"
    changes = before.get("changes", 0) + bool(before)
    if changes > MOST_CHANGES:
        return "settled"
    stored = {**contact, "at": timezone.now().isoformat(), **({"changes": changes} if changes else {})}
    Response.objects.filter(id=response_id).update(contact=stored)
    if not answered.is_test:
        # Counted already, it comes again for what a contact gives cause for: somebody is to call.
        queue.enqueue([response_id])
        by = "email" if contact.get("email") else "sms"
        contact_left(answered, to=contact.get("email") or contact["phone"], by=by)
        if before:
            contact_replaced(answered)
    return "replaced" if before else "contact"


def _token(request: HttpRequest, door: Door) -> str:
    return door.token or request.POST.get("t", "").replace("\x00", "")[:43]


def _response(door: Door, token: str) -> Response | None:
    found: Response | None = Response.objects.filter(submission_id=submission_id(door.name, token)).first()
    return found


def _line(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _is_phone(text: str) -> bool:
    return 6 <= sum(sign.isdigit() for sign in text) <= 15 and not text.strip("+0123456789 ()-.")


def _reachable(text: str) -> bool:
    return _is_email(text) or _is_phone(text)
