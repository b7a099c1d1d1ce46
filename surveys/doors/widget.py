"""The widget's doors: one script with its survey inside, whether it may ask, and the answers."""

import hashlib
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition, require_http_methods, require_safe

from cxplatform.tenancy.context import Actor, activate
from surveys.asking.reasons import BUSY, REASONS
from surveys.doors import late, widget_asks, widget_document
from surveys.doors.collect import submission_id, valid_token
from surveys.doors.identity import identify
from surveys.doors.variants import carried
from surveys.doors.visitors import too_many
from surveys.doors.widget_document import language_of_company, origins_of
from surveys.doors.wordings_doors import NAMELESS
from surveys.models import Response, Widget
from surveys.questionnaire import published
from surveys.questionnaire.gaps import gaps_of, without_profile
from surveys.questionnaire.published import Published
from surveys.questionnaire.screen import Voice
from surveys.questionnaire.wordings import LANGUAGES
from surveys.submission import Place

_RESPONDENT = Actor(label="respondent")
_LARGEST_BODY = 64 * 1024
_DAY = 24 * 3600
_ASK_AGAIN_DAYS = 1  # a browser whose customer may not be asked does not come back with the question before
_SCRIPT = "text/javascript; charset=utf-8"


class WidgetAnswer(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The submission so far, as widget.js sends it after every screen; `age` is how many seconds it waited."""

    token: str
    version: int
    q: str = ""
    language: str = "en"
    answers: dict[str, str | list[str]] = {}
    texts: dict[str, str] = {}
    ask: UUID | None = None
    identity: str | None = None
    age: int = 0
    variant: str = ""


class WidgetAsk(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A widget about to show itself."""

    language: str = "en"
    identity: str | None = None


class WidgetLeft(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A survey closed without an answer."""

    ask: UUID


def _script_of(request: HttpRequest, key: str) -> str | None:
    """The script's text, kept on the request for the view; None where there is no such widget."""
    if not hasattr(request, "widget_script"):
        request.widget_script = _make(key)  # type: ignore[attr-defined]
    return request.widget_script  # type: ignore[attr-defined,no-any-return]


def _etag(request: HttpRequest, key: str) -> str | None:
    text = _script_of(request, key)
    return None if text is None else f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


@gzip_page
@require_safe
@condition(etag_func=_etag)
def widget_script(request: HttpRequest, key: str) -> HttpResponse:
    """`/w/<key>.js`: the same for every visitor, so it may be kept by browsers and proxies for five minutes."""
    text = _script_of(request, key)
    if text is None:
        return HttpResponse(
            'console.warn("cxplatform: no widget has this key. Copy the snippet again.")', _SCRIPT, status=404
        )
    response = HttpResponse(text, _SCRIPT)
    response["Cache-Control"] = "public, max-age=300"
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@csrf_exempt  # cookie-less: the key and the page's origin are all the authority there is
@require_http_methods(["POST", "OPTIONS"])
def widget_answers(request: HttpRequest, key: str) -> HttpResponse:
    """`/w/<key>/answers`: the answers so far, from the pages this key is for and from no other."""
    return _for_its_pages(request, key, WidgetAnswer, _take)


@csrf_exempt
@require_http_methods(["POST", "OPTIONS"])
def widget_ask(request: HttpRequest, key: str) -> HttpResponse:
    """`/w/<key>/ask`: whether this visitor may be asked now, by the contact policy, and if not, why."""
    return _for_its_pages(request, key, WidgetAsk, _ask)


@csrf_exempt
@require_http_methods(["POST", "OPTIONS"])
def widget_left(request: HttpRequest, key: str) -> HttpResponse:
    """`/w/<key>/left`: the visitor did not want to answer."""
    return _for_its_pages(request, key, WidgetLeft, _left)


def _for_its_pages(
    request: HttpRequest, key: str, kind: type[Any], then: Callable[[Widget, Published, Any], HttpResponse]
) -> HttpResponse:
    widget = _find(key)
    if widget is None:
        return _json(404, {"detail": "No widget has this key."})
    origin = request.headers.get("Origin", "")
    if origin not in origins_of(widget):
        return _json(403, {"detail": "This page is not among the allowed pages of the widget."})
    response = HttpResponse(status=204) if request.method == "OPTIONS" else _read(request, widget, kind, then)
    response["Access-Control-Allow-Origin"] = origin
    response["Access-Control-Allow-Methods"] = "POST"
    response["Access-Control-Allow-Headers"] = "Content-Type"
    response["Access-Control-Max-Age"] = str(_DAY)
    response["Vary"] = "Origin"
    return response


def _read(
    request: HttpRequest, widget: Widget, kind: type[Any], then: Callable[[Widget, Published, Any], HttpResponse]
) -> HttpResponse:
    if too_many(request):
        return _json(429, {"detail": "Many answers are coming from this network. Try again in a minute."})
    if int(request.META.get("CONTENT_LENGTH") or 0) > _LARGEST_BODY:
        return _json(413, {"detail": "The request is over 64 KB."})
    try:
        sent = msgspec.json.decode(request.body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return _json(400, {"detail": f"The request could not be read: {error}."})
    with activate(widget.tenant_id, actor=_RESPONDENT):
        newest = published.newest(widget.survey_id)
        if widget.closed_at or newest is None or newest.archived:
            return _json(410, {"detail": "This survey has closed."})
        return then(widget, newest, sent)


def _ask(widget: Widget, survey: Published, sent: WidgetAsk) -> HttpResponse:
    home = Voice(widget.tenant.name, language_of_company(widget.tenant), widget.tenant.formal_address)
    who = identify(widget, sent.identity, now=time.time())
    language = sent.language if sent.language in LANGUAGES else ""
    decided = widget_asks.decide(widget, kind=survey.kind, customer=who.customer, language=language, now=timezone.now())
    told: dict[str, Any] = {"ask": decided.ask}
    if decided.ask and (gaps := gaps_of(survey, who.customer)):
        told["gaps"] = gaps
    if who.problem:
        told["note"] = home(NAMELESS[who.problem])
    if decided.reason:
        with translation.override(home.language):
            told |= {"reason": decided.reason, "why": str(REASONS[decided.reason])}
        if decided.reason != BUSY:
            told["rest"] = _ASK_AGAIN_DAYS
    return _json(200, told)


def _left(widget: Widget, survey: Published, sent: WidgetLeft) -> HttpResponse:
    return _json(200, {"taken": widget_asks.left(widget, sent.ask)})


def _take(widget: Widget, newest: Published, sent: WidgetAnswer) -> HttpResponse:
    if not valid_token(sent.token):
        return _json(400, {"detail": "token: send 22 letters and digits of base64url."})
    shelf = published.shelf(ids=[widget.survey_id], numbers=[sent.version])
    now = timezone.now()
    if sent.ask and widget_asks.over(widget, sent.ask, now=now):
        return _json(410, {"detail": "ask: the time to answer this has passed."})
    customer, name = ("", _own(widget, sent)) if newest.anonymous else _whose(widget, sent)
    survey = shelf.versions.get((newest.slug, sent.version), newest)
    answers = sent.answers if customer else without_profile(survey, sent.answers)
    if sent.answers and not answers and not sent.texts:
        return _json(200, {"taken": False})
    taken = late.take(
        survey=survey,
        submission_id=name,
        answers=answers,
        texts=sent.texts,
        language=sent.language,
        age=sent.age,
        collected_by="widget",
        place=Place(widget.touchpoint_id, widget.channel_id),
        now=now,
        customer=customer,
        properties=carried(sent.variant),
    )
    if taken.errors:
        return _json(422, {"errors": dict(taken.errors)})
    if sent.ask and taken.id:
        # Of an anonymous answer the ledger keeps neither which it was nor, to the moment, when.
        widget_asks.answered(
            widget,
            sent.ask,
            response_id=None if newest.anonymous else taken.id,
            now=now.replace(hour=0, minute=0, second=0, microsecond=0) if newest.anonymous else now,
        )
    return _json(200, {"taken": True})


def _own(widget: Widget, sent: WidgetAnswer) -> str:
    return submission_id(f"widget:{widget.key}", sent.token)


def _whose(widget: Widget, sent: WidgetAnswer) -> tuple[str, str]:
    """The customer number, "" for anonymous visitors, and the name of the submission.

    The browser chooses its token, so an answer that counts for a customer is named after what let it: one for each
    ask and, where none came before, one for each identity token.
    """
    own = _own(widget, sent)
    asked = widget_asks.customer_of(widget, sent.ask) if sent.ask else ""
    if asked:
        return asked, submission_id(f"widget:{widget.key}", str(sent.ask))
    named = identify(widget, sent.identity, now=time.time()).customer
    if not named or Response.objects.filter(submission_id=own).exists():  # begun before the visitor was known
        return "", own
    # Without the signature, which base64 lets be written in several ways.
    signed = (sent.identity or "").rpartition(".")[0]
    return named, f"widget:{widget.key}:id:{hashlib.sha256(signed.encode()).hexdigest()[:32]}"


def _json(status: int, document: dict[str, Any]) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(document), content_type="application/json", status=status)


def _find(key: str) -> Widget | None:
    if not (key.isascii() and key.isalnum()):
        return None
    return Widget.objects.select_related("tenant").filter(key=key).first()


def _make(key: str) -> str | None:
    widget = _find(key)
    if widget is None:
        return None
    with activate(widget.tenant_id, actor=_RESPONDENT):
        survey = published.newest(widget.survey_id)
        if widget.closed_at or survey is None or survey.archived:
            return 'console.info("cxplatform: this survey has closed.")'
        return widget_document.script(widget, survey)
