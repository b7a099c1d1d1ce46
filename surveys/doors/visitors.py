"""Respondents before we know anything of them: their language, and how much comes from one address."""

import hashlib
import time
from ipaddress import IPv6Address, IPv6Network

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from surveys.questionnaire.wordings import LANGUAGES

MISSES_PER_MINUTE = 10
READS_PER_MINUTE = 120
"""Of a public page by one address: more is a machine."""
_clock = signing.TimestampSigner(salt="surveys.shown")


def language_of(request: HttpRequest, *, default: str, own: str = "") -> str:
    """fi, sv or en: as asked for in the address or the form, else the respondent's `own` where it is known, else
    by the browser, else the company's."""
    asked = request.POST.get("lang") or request.GET.get("lang", "")
    for known in (asked, own):
        if known in LANGUAGES:
            return known
    for accepted, _ in parse_accept_lang_header(request.META.get("HTTP_ACCEPT_LANGUAGE", "")):
        base = accepted.partition("-")[0]
        if base in LANGUAGES:
            return base
    return default if default in LANGUAGES else "en"


def too_many(request: HttpRequest, *, more: int = 1) -> bool:
    """Count `more` answers, and say whether this address had sent as many this minute as a busy shop's network would.

    Open without Valkey. What comes together is taken together: also where the limit is smaller than that.
    """
    window = int(time.time() // 60)
    who = hashlib.sha256(f"{settings.SECRET_KEY}:{window}:{_address(request)}".encode()).hexdigest()[:32]
    used: int = cache.count(f"visitor:{who}", seconds=120, by=more)  # type: ignore[attr-defined]
    return used - more >= settings.ANSWERS_PER_MINUTE


def shown_at() -> str:
    """When a page was made, signed: goes with its form."""
    return _clock.sign("")


def too_fast(request: HttpRequest) -> bool:
    """Whether a form came back sooner than anybody reads a question, or without the mark of when it was shown.

    A second press on the page that asks to confirm is taken whatever its speed.
    """
    fastest = settings.FASTEST_ANSWER_SECONDS
    if not fastest or request.POST.get("sure"):
        return False
    try:
        _clock.unsign(request.POST.get("m", ""), max_age=fastest)
    except signing.SignatureExpired:
        return False  # old enough
    except signing.BadSignature:
        return True
    return True


def _address(request: HttpRequest) -> str:
    if settings.BEHIND_PROXY:
        # The last entry is the proxy's own; those before it are whatever the sender claims.
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        if forwarded:
            return _household(forwarded)
    return _household(request.META.get("REMOTE_ADDR", ""))


def _household(address: str) -> str:
    """Of an IPv6 address its /64, which one connection has to itself; any other address as it is."""
    try:
        found = IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(IPv6Network((found, 64), strict=False))


def guessing(request: HttpRequest) -> bool:
    """Whether this address has typed so many codes that are none this minute that no more are looked up for it."""
    return _misses(request, more=0) >= MISSES_PER_MINUTE


def missed(request: HttpRequest) -> None:
    """Count a code that was none."""
    _misses(request, more=1)


def reads_too_much(request: HttpRequest) -> bool:
    """Count one reading of a public page, and say whether this address has read too many this minute."""
    return _used(request, "read", more=1) > READS_PER_MINUTE


def _misses(request: HttpRequest, *, more: int) -> int:
    return _used(request, "miss", more=more)


def _used(request: HttpRequest, what: str, *, more: int) -> int:
    window = int(time.time() // 60)
    who = hashlib.sha256(f"{settings.SECRET_KEY}:{what}:{window}:{_address(request)}".encode()).hexdigest()[:32]
    used: int = cache.count(f"{what}:{who}", seconds=120, by=more)  # type: ignore[attr-defined]
    return used
