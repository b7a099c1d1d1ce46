"""One visit of a respondent, whichever door they came by: asks, takes the answer, asks the next question."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import takewhile
from types import MappingProxyType
from typing import Any

from django.http import HttpRequest, HttpResponse

from cxplatform.tenancy.models import Tenant
from surveys.doors import phrases
from surveys.doors.collect import NOTHING, TOO_LATE, About, Sent, answers_so_far, collect, new_token, valid_token
from surveys.doors.pages import other_languages, page, privacy_of, voice_of
from surveys.doors.visitors import shown_at, too_fast
from surveys.questionnaire import flow, published, wordings, wordings_kinds
from surveys.questionnaire.gaps import asked_of
from surveys.questionnaire.published import Published
from surveys.questionnaire.questions import COMMENT, LONGEST, WISH_SUFFIX
from surveys.questionnaire.screen import Option, Screen, Voice, mood_of, screen
from surveys.questionnaire.wordings import Texts
from surveys.submission import Place

End = Callable[[HttpRequest, Published, str], HttpResponse]


@dataclass(frozen=True, kw_only=True)
class Door:
    """Where somebody came in: what their answer is about, and what they see after the last question.

    A submission is named `name`:token. A `token` of the door's own makes it take one submission; else the form
    carries the visitor's. `taken` is called after each screen that was stored, `too_late` shows what is shown to
    who would change an old answer. A page `unseen` tells when somebody first moves on it.
    """

    tenant: Tenant
    name: str
    collected_by: str
    place: Place
    end: End
    too_late: End | None = None
    taken: Callable[[], None] = lambda: None
    about: About = NOTHING
    token: str = ""
    language: str = ""
    is_test: bool = False
    stop: str = ""
    unseen: bool = False

    def asks(self, survey: Published, so_far: flow.Answers = MappingProxyType({})) -> Published:
        """The survey as who came in is asked it: profile questions only of a customer, where they are gaps."""
        return asked_of(survey, customer=self.about.customer, answers=so_far)

    def voice(self, request: HttpRequest) -> Voice:
        return voice_of(request, self.tenant, own=self.language)


def take(request: HttpRequest, door: Door, newest: Published) -> HttpResponse:
    """Store what one screen sent, and show what comes next."""
    form = request.POST
    token = door.token or form.get("t", "")
    if form.get("website"):  # only a robot fills in what nobody sees
        return door.end(request, newest, "")
    survey = whole = version_shown(newest, form.get("v", ""))
    if survey.profile:
        so_far = answers_so_far(door.name, token) if valid_token(token) else {}
        # What somebody is answering was a gap when they were asked, also if a value has come meanwhile.
        survey = door.asks(survey, {**so_far, form.get("q", ""): ""})
    keys = [question.key for question in survey.questions]
    if valid_token(token) and form.get("q") not in keys and whole.question(form.get("q", "")):
        # Not asked of this respondent: passed over, whatever was sent.
        place = sum(question.key in keys for question in takewhile(lambda one: one.key != form["q"], whole.questions))
        return _go_on(request, door, survey, token=token, after=place - 1)
    if not valid_token(token) or form.get("q") not in keys:
        return ask(request, door, door.asks(newest), token=door.token or new_token())
    index = keys.index(form["q"])
    if "back" in form:
        index = flow.before(survey, index, answers_so_far(door.name, token))
        return ask(request, door, survey, token=token, index=index)
    answers, texts, problem = _read(survey, index, form)
    sure = survey.questions[index].type.choose == "many"  # boxes take several taps, and have no one answer to confirm
    if problem is None and answers and index == 0 and not sure and too_fast(request):
        return confirm(request, door, survey, token=token, index=index, value=answers[keys[0]]) or ask(
            request, door, survey, token=token, index=index, problem=wordings.CHOOSE_ONE
        )
    if problem is None and (answers or texts):
        voice = door.voice(request)
        sent = Sent(token=token, answers=answers, texts=texts, language=voice.language)
        errors = collect(
            sent,
            survey=survey,
            door=door.name,
            collected_by=door.collected_by,
            place=door.place,
            about=door.about,
            test=door.is_test,
        )
        if errors is TOO_LATE and door.too_late:
            return door.too_late(request, survey, token)
        if errors:
            problem = phrases.TOO_LATE if errors is TOO_LATE else wordings.CHOOSE_ONE
        else:
            door.taken()
    if problem is not None:
        return ask(request, door, survey, token=token, index=index, problem=problem, texts=texts)
    return _go_on(request, door, survey, token=token, after=index)


def _go_on(request: HttpRequest, door: Door, survey: Published, *, token: str, after: int) -> HttpResponse:
    following = flow.following(survey, after, answers_so_far(door.name, token))
    if following is None:
        return door.end(request, survey, token)
    return ask(request, door, survey, token=token, index=following)


def version_shown(newest: Published, number: str) -> Published:
    """The version the respondent began with, also when another was published meanwhile."""
    if number == str(newest.number) or not (number.isascii() and number.isdigit() and len(number) < 10):
        return newest
    shelf = published.shelf(ids=[newest.survey_id], numbers=[int(number)])
    return shelf.versions.get((newest.slug, int(number)), newest)


def _read(survey: Published, index: int, form: Any) -> tuple[dict[str, Any], dict[str, str], Texts | None]:
    """The answers and texts of one screen, and what to tell the respondent when they cannot be taken."""
    question = survey.questions[index]
    if "skip" in form and not question.required:
        return {}, {}, None
    if question.type.choose == "many":
        ticked = form.getlist("a")
        return {question.key: ticked} if ticked else {}, {}, None if ticked else wordings_kinds.CHOOSE_SOME
    if not question.type.written:
        answer = form.get("a", "")
        return {question.key: answer}, {}, None if answer else wordings.CHOOSE_ONE
    texts = {}
    for key in (question.key, f"{question.key}{WISH_SUFFIX}"):
        text = form.get(f"text-{key}", "").replace("\x00", "").replace("\r\n", "\n").strip()
        if text:
            texts[key] = text
    if any(len(text) > LONGEST[question.metric] for text in texts.values()):
        too_long = wordings.TEXT_TOO_LONG if question.metric == COMMENT else wordings_kinds.LINE_TOO_LONG
        return {}, texts, too_long
    return {}, texts, wordings.TEXT_EMPTY if question.required and not texts else None


def ask(
    request: HttpRequest,
    door: Door,
    survey: Published,
    *,
    token: str,
    index: int = 0,
    problem: Texts | None = None,
    texts: Mapping[str, str] | None = None,
    chosen: str = "",
) -> HttpResponse:
    """The page of one question of what the door asks; `chosen` marks the answer that stands now."""
    voice = door.voice(request)
    begun = request.method == "POST" or "edit" in request.GET
    so_far = answers_so_far(door.name, token) if begun else {}
    shown = _screen(survey, voice, so_far, index=index)
    context = {
        "screen": shown,
        "ticked": so_far.get(shown.key, ()) if shown.many else (),
        "texts": [(field, (texts or {}).get(field.value, "")) for field in shown.fields],
        "last": shown.options[-1].label if shown.options else "",
        "chosen": chosen,
        "problem": voice(problem) if problem else "",
        **_around(door, survey, voice, so_far, token=token, index=index),
    }
    return page(
        request,
        door.tenant,
        "surveys/question.html",
        {"title": shown.title, **context},
        voice=voice,
        status=422 if problem else 200,
    )


def confirm(
    request: HttpRequest, door: Door, survey: Published, *, token: str, index: int, value: str
) -> HttpResponse | None:
    """The page of an answer already chosen, in a mail perhaps, with one button that sends it; None if there is no
    such answer."""
    voice = door.voice(request)
    so_far = answers_so_far(door.name, token) if index else {}
    shown = _screen(survey, voice, so_far, index=index)
    option: Option | None = next((o for o in shown.options if o.value == value), None)
    if option is None:
        return None
    context = {
        "screen": shown,
        "option": option,
        "last": shown.options[-1].label,
        "your_answer": voice(phrases.YOUR_ANSWER),
        "confirm": voice(phrases.CONFIRM),
        "choose_another": voice(phrases.CHOOSE_ANOTHER),
        **_around(door, survey, voice, so_far, token=token, index=index),
    }
    return page(request, door.tenant, "surveys/confirm.html", {"title": shown.title, **context}, voice=voice)


def _screen(survey: Published, voice: Voice, so_far: flow.Answers, *, index: int) -> Screen:
    question = survey.questions[index]
    mood = mood_of(survey, so_far) if question.type.written else ""
    return screen(question, survey=survey, voice=voice, mood=mood)


def _around(
    door: Door, survey: Published, voice: Voice, so_far: flow.Answers, *, token: str, index: int
) -> dict[str, Any]:
    """What stands around every question: the hidden fields, the progress, the words of the buttons, the footer."""
    n, of = flow.progress(survey, index, so_far)
    return {
        "token": "" if door.token else token,
        "version": survey.number,
        "shown_at": shown_at() if index == 0 else "",
        "first": index == 0,
        "progress": voice(wordings.PROGRESS).format(n=n, of=of) if of > 1 else "",
        "languages": other_languages(voice),
        "stop": door.stop,
        "unseen": door.unseen,
        **privacy_of(survey, voice),
        "words": {
            "send": voice(wordings.SEND),
            "skip": voice(wordings.SKIP),
            "back": voice(wordings.BACK),
            "leave_empty": voice(wordings.LEAVE_EMPTY),
            "stop": voice(phrases.STOP_LINK),
            "test": voice(wordings.TEST) if door.is_test else "",
        },
    }
