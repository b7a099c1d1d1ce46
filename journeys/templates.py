"""Journeys to start from, data files of this package: retail, SaaS, public service, health care; three languages."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from django.utils import translation
from django.utils.translation import gettext as _

from journeys.exchange.apply import take_in
from journeys.exchange.document import Document, read_document
from journeys.identifiers import free_identifier
from journeys.models import Journey

FOLDER = Path(__file__).parent / "template_files"
LANGUAGES = ("fi", "sv", "en")
NAMES = ("retail", "saas", "public", "health")


@dataclass(frozen=True)
class Offered:
    """A template as it is offered: `stages` are their names in order."""

    name: str
    title: str
    description: str
    stages: tuple[str, ...]


@lru_cache
def _stored(name: str) -> Any:
    return msgspec.json.decode((FOLDER / f"{name}.json").read_bytes())


def template(name: str, language: str) -> Document:
    """A template in one of the languages, English where it is another. Raises KeyError for an unknown name."""
    if name not in NAMES:
        raise KeyError(name)
    return read_document(_in(_stored(name), language if language in LANGUAGES else "en"))


def _in(value: Any, language: str) -> Any:
    """Texts of a template stand once a language: {"fi": ..., "sv": ..., "en": ...}."""
    if isinstance(value, dict):
        if set(value) == set(LANGUAGES):
            return value[language]
        return {key: _in(part, language) for key, part in value.items()}
    return [_in(part, language) for part in value] if isinstance(value, list) else value


def offered(language: str) -> list[Offered]:
    """All templates, in their own order."""
    found = []
    for name in NAMES:
        document = template(name, language)
        description = document.journey.description
        stages = tuple(stage.name for stage in document.stages)
        found.append(Offered(name, document.journey.name, description if isinstance(description, str) else "", stages))
    return found


def beginnings(language: str) -> list[tuple[str, str]]:
    """(name, title) of each template, as the sign-up form offers them."""
    return [(one.name, f"{one.title}: {' → '.join(one.stages)}") for one in offered(language)]


def begin_with(name: str, language: str) -> None:
    """Take a template in for a company that begins; the channels it has already are left alone."""
    document = template(name, language)
    with translation.override(language):
        take_in(document, keep_known=True, note=_("From the template “%s”.") % document.journey.name)


def beside(document: Document) -> Document:
    """The template under an identifier that is free, so that what the company has is left alone."""
    slug = document.journey.slug
    if not Journey.objects.filter(slug=slug).exists():
        return document
    journey = msgspec.structs.replace(document.journey, slug=free_identifier(Journey, slug))
    return msgspec.structs.replace(document, journey=journey)
