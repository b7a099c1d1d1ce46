"""The hosted survey page: one question a screen, no script, no cookie, one request."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cxplatform.tenancy.colours import accent
from cxplatform.tenancy.context import Actor, activate
from cxplatform.tenancy.models import Tenant
from surveys import published, wordings
from surveys.collect import Sent, answers_so_far, collect, new_token, valid_token
from surveys.models import SurveyLink
from surveys.published import Published
from surveys.questions import WISH_SUFFIX
from surveys.screen import Screen, Voice, mood_of, screen
from surveys.submission import Place
from surveys.visitors import language_of, too_many
from surveys.wordings import LANGUAGES, Texts

_RESPONDENT = Actor(label="respondent")
_NAMES = {"fi": "Suomi", "sv": "Svenska", "en": "English"}
_HOUSE = "#0b5cad"


@csrf_exempt  # nobody is signed in here: the code in the address is all the authority there is
@require_http_methods(["GET", "HEAD", "POST"])
def survey_page(request: HttpRequest, code: str) -> HttpResponse:
    """`/s/<code>`: asks, takes the answer, asks the next question, thanks."""
    known = code.isascii() and code.isalnum()
    link = SurveyLink.objects.select_related("tenant").filter(code=code.lower()).first() if known else None
    if link is None:
        return _notice(request, None, wordings.UNKNOWN, status=404)
    with activate(link.tenant_id, actor=_RESPONDENT):
        survey = published.newest(link.survey_id)
        if link.closed_at or survey is None or survey.archived:
            return _notice(request, link.tenant, wordings.CLOSED, status=410)
        if request.method != "POST":
            return _ask(request, link, survey, token=new_token())
        if too_many(request):
            return _notice(request, link.tenant, wordings.BUSY, status=429, headers={"Retry-After": "60"})
        return _take(request, link, survey)


def _take(request: HttpRequest, link: SurveyLink, newest: Published) -> HttpResponse:
    form = request.POST
    token = form.get("t", "")
    if form.get("website"):  # only a robot fills in what nobody sees
        return _thank(request, link.tenant)
    survey = _version(newest, form.get("v", ""))
    keys = [question.key for question in survey.questions]
    if not valid_token(token) or form.get("q") not in keys:
        return _ask(request, link, newest, token=new_token())
    index = keys.index(form["q"])
    door = f"link:{link.code}"
    if "back" in form:
        return _ask(request, link, survey, token=token, index=max(0, index - 1))
    answers, texts, problem = _read(survey, index, form)
    if problem is None and (answers or texts):
        sent = Sent(token=token, answers=answers, texts=texts, language=_voice(request, link.tenant).language)
        place = Place(link.touchpoint_id, link.channel_id, link.unit_id)
        if collect(sent, survey=survey, door=door, collected_by="link", place=place, test=link.is_test):
            problem = wordings.CHOOSE_ONE
    if problem is not None:
        return _ask(request, link, survey, token=token, index=index, problem=problem, texts=texts)
    if index + 1 == len(keys):
        return _thank(request, link.tenant)
    return _ask(request, link, survey, token=token, index=index + 1)


def _version(newest: Published, number: str) -> Published:
    """The version the respondent began with, also when another was published meanwhile."""
    if number == str(newest.number) or not (number.isascii() and number.isdigit()):
        return newest
    shelf = published.shelf(ids=[newest.survey_id], numbers=[int(number)])
    return shelf.versions.get((newest.slug, int(number)), newest)


def _read(survey: Published, index: int, form: Any) -> tuple[dict[str, str], dict[str, str], Texts | None]:
    """The answers and texts of one screen, and what to tell the respondent when they cannot be taken."""
    question = survey.questions[index]
    if "skip" in form and not question.required:
        return {}, {}, None
    if question.type.scale is not None:
        answer = form.get("a", "")
        return {question.key: answer}, {}, None if answer else wordings.CHOOSE_ONE
    texts = {}
    for key in (question.key, f"{question.key}{WISH_SUFFIX}"):
        text = form.get(f"text-{key}", "").replace("\x00", "").replace("\r\n", "\n").strip()
        if text:
            texts[key] = text
    if any(len(text) > 5_000 for text in texts.values()):
        return {}, texts, wordings.TEXT_TOO_LONG
    return {}, texts, wordings.TEXT_EMPTY if question.required and not texts else None


def _ask(
    request: HttpRequest,
    link: SurveyLink,
    survey: Published,
    *,
    token: str,
    index: int = 0,
    problem: Texts | None = None,
    texts: Mapping[str, str] | None = None,
) -> HttpResponse:
    voice = _voice(request, link.tenant)
    question = survey.questions[index]
    so_far = answers_so_far(f"link:{link.code}", token) if index else {}
    mood = mood_of(survey, so_far) if question.type.scale is None else ""
    shown: Screen = screen(question, survey=survey, voice=voice, mood=mood)
    count = len(survey.questions)
    progress = voice(wordings.PROGRESS).format(n=index + 1, of=count) if count > 1 else ""
    return _page(
        request,
        link.tenant,
        "surveys/question.html",
        {
            "title": shown.title,
            "screen": shown,
            "texts": [(field, (texts or {}).get(field.value, "")) for field in shown.fields],
            "last": shown.options[-1].label if shown.options else "",
            "token": token,
            "version": survey.number,
            "first": index == 0,
            "progress": progress,
            "problem": voice(problem) if problem else "",
            "privacy_notice": survey.privacy_notice,
            "languages": [(name, _NAMES[name]) for name in LANGUAGES if name != voice.language],
            "words": {
                "send": voice(wordings.SEND),
                "skip": voice(wordings.SKIP),
                "back": voice(wordings.BACK),
                "privacy": voice(wordings.PRIVACY),
                "leave_empty": voice(wordings.LEAVE_EMPTY),
                "test": voice(wordings.TEST) if link.is_test else "",
            },
        },
        status=422 if problem else 200,
    )


def _thank(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    return _notice(request, tenant, (wordings.THANKS, wordings.WHAT_NEXT), status=200)


def _notice(
    request: HttpRequest,
    tenant: Tenant | None,
    texts: tuple[Texts, Texts],
    *,
    status: int,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    title, text = map(_voice(request, tenant), texts)
    return _page(request, tenant, "surveys/notice.html", {"title": title, "text": text}, status=status, headers=headers)


def _voice(request: HttpRequest, tenant: Tenant | None) -> Voice:
    if tenant is None:
        return Voice("", language_of(request, default="fi"))
    return Voice(tenant.name, language_of(request, default=tenant.language), tenant.formal_address)


def _page(
    request: HttpRequest,
    tenant: Tenant | None,
    template: str,
    context: Mapping[str, Any],
    *,
    status: int,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Render outside the request's own context: reading a session or a message would set a cookie."""
    voice = _voice(request, tenant)
    text = render_to_string(
        template,
        {
            **context,
            "company": voice.company,
            "language": voice.language,
            "accent": accent(tenant.brand_colour if tenant else _HOUSE),
            "nonce": request.csp_nonce,  # type: ignore[attr-defined]
        },
    )
    response = HttpResponse(text, status=status, headers=dict(headers or {}))
    response["Content-Language"] = voice.language
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
