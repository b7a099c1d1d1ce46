"""When a channel is open, in all and by language: hours by weekday as staff write them, read and checked."""

import re
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS as _NAMES
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY_NAMES = [_NAMES[number] for number in range(7)]
_DAY = 24 * 60
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?", re.ASCII)
MOST_LANGUAGES = 50


def language_name(code: str) -> str:
    """A language in the reader's own; an unknown code as it is."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def check_hours(*, hours: Any, languages: Any, language_hours: Any) -> None:
    """Raise ValidationError at the field that cannot be read, saying what to write."""
    _at("hours", hours)
    for code in languages:
        if not _LANGUAGE.fullmatch(code):
            raise ValidationError(
                {"languages": _("%(code)s: write languages as codes, such as fi, sv, en.") % {"code": code}}
            )
    if len(set(languages)) != len(languages) or len(languages) > MOST_LANGUAGES:
        raise ValidationError({"languages": _("Name each language once, at most %d.") % MOST_LANGUAGES})
    if not isinstance(language_hours, dict):
        raise ValidationError(
            {"language_hours": _('Give the hours by language: {"sv": {"mon": [["09:00", "12:00"]]}}.')}
        )
    for code, own in language_hours.items():
        if code not in languages:
            raise ValidationError(
                {
                    "language_hours": _("%(code)s is not among the languages served. Add it there first.")
                    % {"code": code}
                }
            )
        _at("language_hours", own)


def _at(field: str, hours: Any) -> None:
    try:
        read_hours(hours)
    except ValueError as error:
        raise ValidationError({field: str(error)}) from error


def read_hours(hours: Any) -> tuple[tuple[tuple[int, int], ...], ...]:
    """{"mon": [["08:00", "16:00"]], ...} as (from, to) minutes by weekday, Monday first. Raises ValueError."""
    if not isinstance(hours, dict):
        raise ValueError(_('Give the opening hours by weekday: {"mon": [["08:00", "16:00"]], ...}.'))
    unknown = sorted(str(day) for day in set(hours) - set(WEEKDAYS))
    if unknown:
        raise ValueError(
            _("%(day)s: unknown weekday. Use %(days)s.") % {"day": unknown[0], "days": ", ".join(WEEKDAYS)}
        )
    return tuple(tuple(_spans(day, hours.get(day) or [])) for day in WEEKDAYS)


def _spans(day: str, spans: Any) -> Iterable[tuple[int, int]]:
    message = _('%(day)s: give the times as pairs, the earlier first, one after another: [["08:00", "16:00"]].')
    last = 0
    if not isinstance(spans, list):
        raise ValueError(message % {"day": day})
    for span in spans:
        if not (isinstance(span, list) and len(span) == 2 and all(isinstance(time, str) for time in span)):
            raise ValueError(message % {"day": day})
        if not all(_CLOCK.fullmatch(time) for time in span):
            raise ValueError(message % {"day": day})
        start, end = (int(time[:2]) * 60 + int(time[3:]) for time in span)
        if not last <= start < end <= _DAY:
            raise ValueError(message % {"day": day})
        last = end
        yield start, end
