"""The survey that widget.js carries: its questions and words in every language, its rules and its colours, as JSON."""

import json
from typing import Any

from django.conf import settings
from django.urls import reverse

from cxplatform.tenancy.colours import accent
from cxplatform.tenancy.models import Tenant
from surveys.doors import wordings_doors
from surveys.doors.assets import source
from surveys.doors.pages import privacy_of
from surveys.doors.widget_settings import WidgetSettings, settings_of
from surveys.models import Widget
from surveys.questionnaire import wordings
from surveys.questionnaire.published import Published
from surveys.questionnaire.screen import Screen, Voice, mood_of, screen
from surveys.questionnaire.wordings import LANGUAGES

_MOODS = ("", "promoter", "passive", "detractor")
_POSITIONS = {
    "left": "left:16px!important",
    "center": "left:max(16px,calc(50vw - 192px))!important",
}
_SCHEMES = {"auto": "@media (prefers-color-scheme:dark)", "dark": "@media all", "light": "@media not all"}


def script(widget: Widget, survey: Published) -> str:
    """widget.js with its survey in it; in the active tenant."""
    return source("widget.js").replace("/*SURVEY*/null", embedded(_document(widget, survey)))


def embedded(document: dict[str, Any]) -> str:
    """JSON that may stand in a script, also in one inside a page."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    # Line separators were no part of JavaScript strings before 2019; `</` could end an inline script, `<!--` hide it.
    return (
        text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("</", "<\\/").replace("<!", "\\u003c!")
    )


def origins_of(widget: Widget) -> list[str]:
    return [origin.strip().rstrip("/").lower() for origin in widget.origins]


def language_of_company(tenant: Tenant) -> str:
    return tenant.language if tenant.language in LANGUAGES else "en"


def _document(widget: Widget, survey: Published) -> dict[str, Any]:
    tenant, chosen = widget.tenant, settings_of(widget)
    path = reverse("widget_answers", args=[widget.key]).removesuffix("/answers")
    home = Voice(tenant.name, language_of_company(tenant), tenant.formal_address)
    return {
        "key": widget.key,
        "name": widget.name,
        "path": path,
        "address": f"{settings.PUBLIC_URL}{path}",
        "origins": origins_of(widget),
        "version": survey.number,
        "delay": chosen.delay_seconds,
        "againDays": chosen.again_days,
        "share": chosen.share,
        "trigger": _trigger(chosen),
        "language": home.language,
        "languages": {language: _spoken(tenant, survey, language) for language in LANGUAGES},
        "why": {code: home(texts) for code, texts in wordings_doors.WHY.items()},
        "css": _css(tenant, chosen),
    }


def _trigger(chosen: WidgetSettings) -> dict[str, Any]:
    return {
        "event": chosen.event,
        "where": [part.strip() for part in chosen.where.partition("=")[::2]] if chosen.where else ["", ""],
        "pages": chosen.pages,
        "scroll": chosen.scroll,
        "exit": chosen.exit,
        "element": chosen.element,
        "clicked": chosen.clicked,
        "inline": chosen.position == "inline",
    }


def _spoken(tenant: Tenant, survey: Published, language: str) -> dict[str, Any]:
    voice = Voice(tenant.name, language, tenant.formal_address)
    said = {
        "send": wordings.SEND,
        "skip": wordings.SKIP,
        "back": wordings.BACK,
        "close": wordings.CLOSE,
        "privacy": wordings.PRIVACY,
        "thanks": wordings.THANKS,
        "next": wordings.WIDGET_NEXT,
        "failed": wordings.NOT_SENT,
        "empty": wordings.TEXT_EMPTY,
        "choose": wordings.CHOOSE_ONE,
    }
    privacy = privacy_of(survey, voice)
    return {
        "questions": [question_entry(survey, voice, place) for place in range(len(survey.questions))],
        "words": {name: voice(texts) for name, texts in said.items()},
        "privacy": [text for text in (privacy["privacy_basis"], privacy["privacy_notice"]) if text],
    }


def question_entry(survey: Published, voice: Voice, place: int) -> dict[str, Any]:
    """One question as the scripts on the respondent's device show it."""
    question = survey.questions[place]
    shown: Screen = screen(question, survey=survey, voice=voice)
    entry: dict[str, Any] = {"key": shown.key, "title": shown.title, "required": shown.required}
    condition = question.only_if
    if condition is not None:
        entry["if"] = [condition.question, condition.is_, list(condition.values)]
    if question.type.dimension:
        entry["gap"] = True
    if question.type.choose == "many":
        entry["multiple"] = True
    if question.metric == "line":
        entry["line"] = True
    if question.metric.startswith("faces/"):
        entry["faces"] = True
    if shown.options:
        scored = question.type.scale is not None
        return entry | {
            "options": [
                [o.value, o.label, mood_of(survey, {shown.key: _typed(o.value)}) if scored else None]
                for o in shown.options
            ],
            "low": shown.low,
            "high": shown.high,
        }
    moods = {mood: screen(question, survey=survey, voice=voice, mood=mood).fields for mood in _MOODS}
    return entry | {"fields": {mood: [[f.value, f.label] for f in fields] for mood, fields in moods.items()}}


def _typed(value: str) -> int | str:
    return int(value) if value.isdecimal() else value


def _css(tenant: Tenant, chosen: WidgetSettings) -> str:
    shades = accent(tenant.brand_colour)
    css = source("widget.css").replace("\n", "")
    for name, value in (
        ("POSITION", _POSITIONS.get(chosen.position, "right:16px!important")),
        ("SCHEME", _SCHEMES[chosen.scheme]),
        ("ON_LIGHT", shades.on_light),
        ("ON_DARK", shades.on_dark),
        ("LIGHT", shades.light),
        ("DARK", shades.dark),
    ):
        css = css.replace(name, value)
    return css
