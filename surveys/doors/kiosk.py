"""The kiosk: a survey full screen on a device that may be offline for days."""

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from cxplatform.tenancy.colours import accent
from cxplatform.tenancy.context import Actor, activate
from cxplatform.tenancy.models import Tenant
from surveys.doors import late, wordings_doors
from surveys.doors.assets import source
from surveys.doors.collect import valid_token
from surveys.doors.pages import NAMES, notice
from surveys.doors.visitors import too_many
from surveys.doors.widget_document import embedded, language_of_company, question_entry
from surveys.models import SurveyLink
from surveys.questionnaire import published, wordings
from surveys.questionnaire.gaps import without_profile
from surveys.questionnaire.published import Published
from surveys.questionnaire.screen import Voice
from surveys.questionnaire.wordings import LANGUAGES
from surveys.submission import Place

_RESPONDENT = Actor(label="respondent")
_LARGEST_BODY = 256 * 1024
_MOST = 100


class KioskAnswer(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One person's answers as the device kept them, `age` seconds ago by its own clock."""

    token: str
    version: int
    answers: dict[str, str]
    language: str = ""
    age: int = 0


class KioskAnswers(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What has waited on the device, at most 100 at a time."""

    answers: list[KioskAnswer]


@require_safe
def kiosk_worker(request: HttpRequest) -> HttpResponse:
    """`/k/worker.js`: the service worker. It may serve what lies below its own address and nothing else."""
    response = HttpResponse(source("kiosk-worker.js"), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def kiosk(request: HttpRequest, code: str) -> HttpResponse:
    """`/k/<code>`: the whole kiosk in one page, for links whose kiosk has been turned on."""
    link = _find(code)
    if link is None or not link.pin_hash:
        return notice(request, None, wordings_doors.NO_KIOSK, status=404)
    with activate(link.tenant_id, actor=_RESPONDENT):
        survey = published.newest(link.survey_id)
    if link.closed_at or survey is None or survey.archived:
        return notice(request, link.tenant, wordings.CLOSED, status=410)
    places = _places(survey)
    if not places:
        return notice(request, link.tenant, wordings_doors.NOT_FOR_KIOSK, status=404)
    return _page(request, link, survey, places)


@csrf_exempt  # cookie-less: the code is all the authority there is
@require_POST
def kiosk_answers(request: HttpRequest, code: str) -> HttpResponse:
    """`/k/<code>/answers`: what waited on the device. `settled` names those that need not be sent again.

    What was answered before the link was closed, or its survey archived, is taken for 90 days after the closing.
    """
    link = _find(code)
    if link is None:
        return _json(404, {"detail": "No kiosk has this code."})
    if int(request.META.get("CONTENT_LENGTH") or 0) > _LARGEST_BODY:
        return _json(413, {"detail": "The request is over 256 KB."})
    try:
        sent = msgspec.json.decode(request.body, type=KioskAnswers).answers
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return _json(400, {"detail": f"The answers could not be read: {error}."})
    if too_many(request, more=max(1, len(sent))):
        return _json(429, {"detail": "Many answers are coming from this network. Try again in a minute."})
    if len(sent) > _MOST:
        return _json(413, {"detail": f"answers: send at most {_MOST} at a time."})
    if not all(valid_token(answer.token) for answer in sent):
        return _json(400, {"detail": "token: send 22 letters and digits of base64url."})
    with activate(link.tenant_id, actor=_RESPONDENT):
        return _take(link, sent)


def _take(link: SurveyLink, sent: list[KioskAnswer]) -> HttpResponse:
    shelf = published.shelf(ids=[link.survey_id], numbers={answer.version for answer in sent})
    newest = next(iter(shelf.newest.values()), None)
    if newest is None:
        return _json(410, {"detail": "This survey has closed."})
    now = timezone.now()
    errors: dict[str, Any] = {}
    for answer in sent:
        if link.closed_at and now - late.waited(answer.age) > link.closed_at:
            errors[answer.token] = {"age": "This was answered after the link had been closed."}
            continue
        survey = shelf.versions.get((newest.slug, answer.version), newest)
        taken = late.take(
            survey=survey,
            submission_id=f"kiosk:{link.code}:{answer.token}",
            answers=without_profile(survey, answer.answers),
            texts={},
            language=answer.language,
            age=answer.age,
            collected_by="kiosk",
            place=Place(link.touchpoint_id, link.channel_id, link.unit_id),
            now=now,
            test=link.is_test,
        )
        if taken.errors:
            errors[answer.token] = dict(taken.errors)
    return _json(200, {"settled": [answer.token for answer in sent], "errors": errors})


def _find(code: str) -> SurveyLink | None:
    known = code.isascii() and code.isalnum()
    return SurveyLink.objects.select_related("tenant").filter(code=code.lower()).first() if known else None


def _places(survey: Published) -> list[int]:
    """Which questions a kiosk asks: the first two that are answered by one tap, that anybody may answer, and that say
    something where nothing is written."""
    tapped = [
        place
        for place, question in enumerate(survey.questions)
        for kind in [question.type]
        if kind.scale is not None or (kind.choose == "one" and not (kind.dimension or kind.fixed))
    ]
    return tapped[:2]


def _page(request: HttpRequest, link: SurveyLink, survey: Published, places: list[int]) -> HttpResponse:
    tenant = link.tenant
    language = language_of_company(tenant)
    voices = {code: Voice(tenant.name, code, tenant.formal_address) for code in LANGUAGES}
    document = {
        "code": link.code,
        "version": survey.number,
        "pin": link.pin_hash,
        "door": reverse("kiosk_answers", args=[link.code]),
        "worker": reverse("kiosk_worker"),
        "scope": reverse("kiosk_worker").removesuffix("worker.js"),
        "away": reverse("survey_page", args=[link.code]),
        "language": language,
        "names": NAMES,
        "languages": {
            code: {
                "questions": [question_entry(survey, voice, place) for place in places],
                "words": {name: voice(texts) for name, texts in _SAID.items()},
            }
            for code, voice in voices.items()
        },
    }
    home = voices[language]
    text = render_to_string(
        "surveys/kiosk.html",
        {
            "language": language,
            "title": home(wordings_doors.KIOSK),
            "company": tenant.name,
            "nonce": request.csp_nonce,  # type: ignore[attr-defined]
            "css": _css(tenant),
            "script": source("kiosk.js").replace("/*KIOSK*/null", embedded(document)),
            "words": {name: home(texts) for name, texts in _SAID.items()},
            "test": home(wordings.TEST) if link.is_test else "",
        },
    )
    response = HttpResponse(text)
    response["Cache-Control"] = "no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response


_SAID = {
    "skip": wordings.SKIP,
    "back": wordings.BACK,
    "thanks": wordings.THANKS,
    "next": wordings.WIDGET_NEXT,
    **wordings_doors.KIOSK_WORDS,
}


def _css(tenant: Tenant) -> str:
    shades = accent(tenant.brand_colour)
    css = source("kiosk.css")
    for name, shade in (
        ("ON_LIGHT", shades.on_light),
        ("ON_DARK", shades.on_dark),
        ("LIGHT", shades.light),
        ("DARK", shades.dark),
    ):
        css = css.replace(name, shade)
    return css


def _json(status: int, document: dict[str, Any]) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(document), content_type="application/json", status=status)
