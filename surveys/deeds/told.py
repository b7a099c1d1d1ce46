""" "You said, we did": which deeds a customer is told of, at the touchpoint they answered about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from surveys.models import Deed
from surveys.questionnaire.wordings import reading

NEWS_FOR = timedelta(days=365)
MOST = 2


@dataclass(frozen=True)
class Told:
    """A deed in the reader's language."""

    said: str
    did: str
    done_on: date


def deeds_at(touchpoint_id: int | None, *, language: str, today: date, most: int = MOST) -> list[Told]:
    """The newest published deeds of the active tenant at this touchpoint, then those of the whole company."""
    place = Q(touchpoint_id=None) if touchpoint_id is None else Q(touchpoint_id=None) | Q(touchpoint_id=touchpoint_id)
    found = Deed.objects.filter(place, published=True, done_on__lte=today, done_on__gt=today - NEWS_FOR)
    deeds = sorted(found.order_by("-done_on", "-id")[:50], key=lambda deed: deed.touchpoint_id is None)
    return [_told(deed, language) for deed in deeds[:most]]


def _told(deed: Deed, language: str) -> Told:
    return Told(_in(deed.said, language), _in(deed.did, language), deed.done_on)


def _in(texts: Mapping[str, str], language: str) -> str:
    return reading({code: text for code, text in texts.items() if text}, language=language)
