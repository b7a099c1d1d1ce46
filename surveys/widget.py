"""The widget: one script with its survey inside, and the door its answers come through."""

import functools
import hashlib
import json
from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition, require_http_methods, require_safe

from cxplatform.tenancy.colours import accent
from cxplatform.tenancy.context import Actor, activate
from cxplatform.tenancy.models import Tenant
from surveys import published, wordings
from surveys.collect import Sent, collect, valid_token
from surveys.models import Widget
from surveys.published import Published
from surveys.screen import Voice, mood_of, screen
from surveys.submission import Place
from surveys.visitors import too_many
from surveys.wordings import LANGUAGES

_RESPONDENT = Actor(label="respondent")
_MOODS = ("", "promoter", "passive", "detractor")
_LARGEST_BODY = 64 * 1024
_DAY = 24 * 3600
_SCRIPT = "text/javascript; charset=utf-8"


class WidgetAnswer(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One screen's answer, as widget.js sends it."""

    token: str
    version: int
    q: str
    language: str = "en"
    answers: dict[str, str] = {}
    texts: dict[str, str] = {}


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
    """`/w/<key>/answers`: one screen's answer, from the pages this key is for and from no other."""
    widget = _find(key)
    if widget is None:
        return _json(404, {"detail": "No widget has this key."})
    origin = request.headers.get("Origin", "")
    if origin not in _origins(widget):
        return _json(403, {"detail": "This page is not among the allowed pages of the widget."})
    response = HttpResponse(status=204) if request.method == "OPTIONS" else _take(request, widget)
    response["Access-Control-Allow-Origin"] = origin
    response["Access-Control-Allow-Methods"] = "POST"
    response["Access-Control-Allow-Headers"] = "Content-Type"
    response["Access-Control-Max-Age"] = str(_DAY)
    response["Vary"] = "Origin"
    return response


def _take(request: HttpRequest, widget: Widget) -> HttpResponse:
    if too_many(request):
        return _json(429, {"detail": "Many answers are coming from this network. Try again in a minute."})
    if int(request.META.get("CONTENT_LENGTH") or 0) > _LARGEST_BODY:
        return _json(413, {"detail": "The answer is over 64 KB."})
    try:
        answer = msgspec.json.decode(request.body, type=WidgetAnswer)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return _json(400, {"detail": f"The answer could not be read: {error}."})
    if not valid_token(answer.token):
        return _json(400, {"detail": "token: send 22 letters and digits of base64url."})
    with activate(widget.tenant_id, actor=_RESPONDENT):
        newest = published.newest(widget.survey_id)
        if widget.closed_at or newest is None or newest.archived:
            return _json(410, {"detail": "This survey has closed."})
        shelf = published.shelf(ids=[widget.survey_id], numbers=[answer.version])
        errors = collect(
            Sent(token=answer.token, answers=answer.answers, texts=answer.texts, language=answer.language),
            survey=shelf.versions.get((newest.slug, answer.version), newest),
            door=f"widget:{widget.key}",
            collected_by="widget",
            place=Place(widget.touchpoint_id, widget.channel_id),
        )
    return _json(422, {"errors": dict(errors)}) if errors else _json(200, {"taken": True})


def _json(status: int, document: dict[str, Any]) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(document), content_type="application/json", status=status)


def _find(key: str) -> Widget | None:
    if not (key.isascii() and key.isalnum()):
        return None
    return Widget.objects.select_related("tenant").filter(key=key).first()


def _origins(widget: Widget) -> list[str]:
    return [origin.strip().rstrip("/").lower() for origin in widget.origins]


def _make(key: str) -> str | None:
    widget = _find(key)
    if widget is None:
        return None
    with activate(widget.tenant_id, actor=_RESPONDENT):
        survey = published.newest(widget.survey_id)
    if widget.closed_at or survey is None or survey.archived:
        return 'console.info("cxplatform: this survey has closed.")'
    document = json.dumps(_document(widget, survey), ensure_ascii=False, separators=(",", ":"))
    # Line separators were no part of JavaScript strings before 2019; `</` could end an inline script.
    safe = document.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("</", "<\\/")
    return _source("widget.js").replace("/*SURVEY*/null", safe)


@functools.cache
def _source(name: str) -> str:
    return (settings.BASE_DIR / "static" / "surveys" / name).read_text(encoding="utf-8")


def _document(widget: Widget, survey: Published) -> dict[str, Any]:
    tenant = widget.tenant
    path = reverse("widget_answers", args=[widget.key])
    return {
        "key": widget.key,
        "path": path,
        "address": f"{settings.PUBLIC_URL}{path}",
        "origins": _origins(widget),
        "version": survey.number,
        "delay": _number(widget, "delay_seconds", 5, most=600),
        "againDays": _number(widget, "again_days", 30, most=3650),
        "language": tenant.language if tenant.language in LANGUAGES else "en",
        "languages": {language: _spoken(tenant, survey, language) for language in LANGUAGES},
        "privacy": survey.privacy_notice,
        "css": _css(tenant),
    }


def _spoken(tenant: Tenant, survey: Published, language: str) -> dict[str, Any]:
    voice = Voice(tenant.name, language, tenant.formal_address)
    questions = []
    for question in survey.questions:
        shown = screen(question, survey=survey, voice=voice)
        entry: dict[str, Any] = {"key": shown.key, "title": shown.title, "required": shown.required}
        if shown.options:
            entry |= {
                "options": [[o.value, o.label, mood_of(survey, {shown.key: _typed(o.value)})] for o in shown.options],
                "low": shown.low,
                "high": shown.high,
            }
        else:
            moods = {mood: screen(question, survey=survey, voice=voice, mood=mood).fields for mood in _MOODS}
            entry["fields"] = {mood: [[f.value, f.label] for f in fields] for mood, fields in moods.items()}
        questions.append(entry)
    said = {
        "send": wordings.SEND,
        "skip": wordings.SKIP,
        "close": wordings.CLOSE,
        "privacy": wordings.PRIVACY,
        "thanks": wordings.THANKS,
        "next": wordings.WIDGET_NEXT,
        "failed": wordings.NOT_SENT,
        "empty": wordings.TEXT_EMPTY,
    }
    return {"questions": questions, "words": {name: voice(texts) for name, texts in said.items()}}


def _typed(value: str) -> int | str:
    return int(value) if value.isdecimal() else value


def _number(widget: Widget, name: str, default: int, *, most: int) -> int:
    value = widget.settings.get(name, default) if isinstance(widget.settings, dict) else default
    return min(max(value, 0), most) if isinstance(value, int) else default


def _css(tenant: Tenant) -> str:
    shades = accent(tenant.brand_colour)
    css = _source("widget.css").replace("\n", "")
    for name, shade in (
        ("ON_LIGHT", shades.on_light),
        ("ON_DARK", shades.on_dark),
        ("LIGHT", shades.light),
        ("DARK", shades.dark),
    ):
        css = css.replace(name, shade)
    return css
