"""What an answer's own link shows: thanks, the respondent's own words, and what came of them."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from surveys.amend import CHANGES_FOR, OPEN_FOR
from surveys.doors import phrases
from surveys.doors.dates import moment
from surveys.doors.ending import offers
from surveys.doors.matter import deeds, matter
from surveys.doors.pages import other_languages, page, privacy_of
from surveys.doors.visit import Door
from surveys.followups.shown import follow_up_of
from surveys.followups.word import FIELDS, take_word
from surveys.models import Invitation, Response
from surveys.outcome import outcome_of
from surveys.questionnaire import flow, published, wordings
from surveys.questionnaire.published import Published
from surveys.questionnaire.questions import WISH_SUFFIX
from surveys.questionnaire.screen import Voice, mood_of, screen
from surveys.questionnaire.wordings import Texts


def answer_of(invitation: Invitation) -> Response | None:
    """The answer to an invitation; none where it was given anonymously."""
    # By the invitation's own submission id and not by response_id, which may not be written yet.
    found = Response.objects.filter(submission_id=f"invitation:{invitation.id}").select_related("version")
    response: Response | None = found.first()
    return response


def status_page(
    request: HttpRequest,
    door: Door,
    response: Response | None,
    newest: Published | None,
    *,
    may_change: bool = True,
    problem: Texts | None = None,
    **told: Any,
) -> HttpResponse:
    """Thanks, the own answer, what happens next; where the link is the one to answer by, a way to change it within
    15 minutes. No `response` is one given anonymously."""
    voice = door.voice(request)
    context: dict[str, Any] = {"title": voice(wordings.THANKS), "text": voice(phrases.THANKS_STATUS)}
    if response is not None and newest is not None:
        number = response.version.number
        survey = published.shelf(ids=[newest.survey_id], numbers=[number]).versions[newest.slug, number]
        follow_up = follow_up_of(response)
        if request.method == "POST" and any(name in request.POST for name in FIELDS):
            told |= take_word(
                request.POST, follow_up, response=response, survey=survey, tenant=door.tenant, voice=voice
            )
            follow_up = follow_up_of(response)
        word = {name: told.pop(name, "") for name in ("said", "wrong", "sent_more")}
        happened = outcome_of(response, voice)
        context |= {
            "answered": voice(phrases.STATUS_ANSWERED).format(at=_at(response.answered_at, survey, voice)),
            "own": own_answers(response, survey, voice),
            "steps": [(step.text, _at(step.at, survey, voice) if step.at else "") for step in happened],
            "next": voice(phrases.STATUS_HAPPENED if happened else phrases.STATUS_NEXT),
            "waiting": voice(wordings.WHAT_NEXT),
            **offers(door, survey, door.token, voice, problem=problem, **told),
            **privacy_of(newest, voice),
            **(_changing(door, response, survey, voice, archived=newest.archived) if may_change else {}),
            **deeds(response.touchpoint_id, door.tenant, voice),
            **matter(follow_up, door.tenant, voice, survey=survey, response=response, **word),
        }
    context |= {"first": True, "languages": other_languages(voice)}
    wrong = problem or context.get("wrong")
    return page(request, door.tenant, "surveys/status.html", context, voice=voice, status=422 if wrong else 200)


def _changing(door: Door, response: Response, survey: Published, voice: Voice, *, archived: bool) -> dict[str, Any]:
    """What of the answer may still be changed or added, and until when."""
    asked = door.asks(survey, response.answers)
    age = timezone.now() - response.answered_at
    left = [
        place
        for place, question in enumerate(asked.questions)
        if flow.shown(asked, place, response.answers) and not _answered(response, question.key)
    ]
    until = (response.answered_at + CHANGES_FOR).astimezone(survey.zone)
    return {
        "change": voice(phrases.CHANGE) if age < CHANGES_FOR else "",
        "change_until": voice(phrases.CHANGE_UNTIL).format(
            time=until.strftime("%H.%M" if voice.language != "en" else "%H:%M")
        ),
        "go_on": voice(phrases.GO_ON) if left and age < OPEN_FOR and not archived else "",
        "go_on_at": left[0] if left else 0,
    }


def own_answers(response: Response, survey: Published, voice: Voice) -> list[tuple[str, str]]:
    """(question, answer) as the respondent read and gave them, in the order asked."""
    mood, found = mood_of(survey, response.answers), []
    for question in survey.questions:
        shown = screen(question, survey=survey, voice=voice, mood=mood)
        given = response.answers.get(question.key)
        if given is not None:
            labels = {option.value: option.label for option in shown.options}
            several = [str(one) for one in (given if isinstance(given, list) else [given])]
            found.append((shown.title, ", ".join(labels.get(one, one) for one in several)))
        for field in shown.fields:
            if response.texts.get(field.value):
                found.append((field.label, response.texts[field.value]))
    return found


def _answered(response: Response, key: str) -> bool:
    return any(name in given for given in (response.answers, response.texts) for name in (key, f"{key}{WISH_SUFFIX}"))


def _at(at: datetime, survey: Published, voice: Voice) -> str:
    return moment(at, survey.zone, voice.language)
