"""How a respondent's page is made: rendered whole, without session, cookie or script, in their language."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from cxplatform.tenancy.colours import accent
from cxplatform.tenancy.models import Tenant
from surveys.doors import phrases
from surveys.doors.visitors import language_of
from surveys.questionnaire import wordings
from surveys.questionnaire.published import Published
from surveys.questionnaire.screen import Voice
from surveys.questionnaire.wordings import LANGUAGES, Texts

NAMES = {"fi": "Suomi", "sv": "Svenska", "en": "English"}
_HOUSE = "#0b5cad"


def voice_of(request: HttpRequest, tenant: Tenant | None, *, own: str = "") -> Voice:
    """Who speaks and how; `own` is the respondent's language where it is known, before the browser's."""
    if tenant is None:
        return Voice("", language_of(request, default="fi", own=own))
    return Voice(tenant.name, language_of(request, default=tenant.language, own=own), tenant.formal_address)


def other_languages(voice: Voice) -> list[tuple[str, str]]:
    """(code, its own name) of those the page is not in."""
    return [(code, NAMES[code]) for code in LANGUAGES if code != voice.language]


def privacy_of(survey: Published, voice: Voice) -> dict[str, str]:
    """What stands under every question on what the answer is used for and by what right."""
    basis = phrases.ANONYMOUS if survey.anonymous else phrases.LEGAL_BASIS.get(survey.legal_basis, {})
    return {
        "privacy_title": voice(wordings.PRIVACY),
        "privacy_notice": survey.privacy_notice,
        "privacy_basis": voice(basis),
    }


def notice(
    request: HttpRequest,
    tenant: Tenant | None,
    texts: tuple[Texts, Texts],
    *,
    status: int,
    voice: Voice | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """A heading and a sentence."""
    voice = voice or voice_of(request, tenant)
    title, text = map(voice, texts)
    context = {"title": title, "text": text}
    return page(request, tenant, "surveys/notice.html", context, voice=voice, status=status, headers=headers)


def page(
    request: HttpRequest,
    tenant: Tenant | None,
    template: str,
    context: Mapping[str, Any],
    *,
    voice: Voice,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Render outside the request's own context: reading a session or a message would set a cookie."""
    text = render_to_string(
        template,
        {
            **context,
            "company": voice.company,
            "language": voice.language,
            "variant": request.GET.get("variant", "")[:200],  # kept by the links that show the page anew
            "accent": accent(tenant.brand_colour if tenant else _HOUSE),
            "nonce": request.csp_nonce,  # type: ignore[attr-defined]
        },
    )
    response = HttpResponse(text, status=status, headers=dict(headers or {}))
    response["Content-Language"] = voice.language
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
