"""Respondents before we know anything of them: their language, and how much comes from one address."""

import hashlib
import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from surveys.wordings import LANGUAGES


def language_of(request: HttpRequest, *, default: str) -> str:
    """fi, sv or en: as asked for in the address or the form, else by the browser, else the company's own."""
    asked = request.POST.get("lang") or request.GET.get("lang", "")
    if asked in LANGUAGES:
        return asked
    for accepted, _ in parse_accept_lang_header(request.META.get("HTTP_ACCEPT_LANGUAGE", "")):
        base = accepted.partition("-")[0]
        if base in LANGUAGES:
            return base
    return default if default in LANGUAGES else "en"


def too_many(request: HttpRequest) -> bool:
    """Whether this address has sent more this minute than a busy shop's network would. Open without Valkey."""
    window = int(time.time() // 60)
    who = hashlib.sha256(f"{settings.SECRET_KEY}:{window}:{_address(request)}".encode()).hexdigest()[:32]
    used: int = cache.count(f"visitor:{who}", seconds=120)  # type: ignore[attr-defined]
    return used > settings.ANSWERS_PER_MINUTE


def _address(request: HttpRequest) -> str:
    if settings.BEHIND_PROXY:
        # The last entry is the proxy's own; those before it are whatever the sender claims.
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        if forwarded:
            return forwarded
    return request.META.get("REMOTE_ADDR", "")
