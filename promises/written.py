"""Days and exclusions as people write them, to what the models keep and back."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from journeys.conditions import BadDefinition
from journeys.written import read_value, write_value


def read_days(text: str) -> list[str]:
    """Days one to a line, as 24.12.2026 or 2026-12-24. Raises ValueError naming the line."""
    return sorted({_day(line.strip()) for line in text.splitlines() if line.strip()})


def _day(line: str) -> str:
    parts = line.split(".")
    try:
        day = date(int(parts[2]), int(parts[1]), int(parts[0])) if len(parts) == 3 else date.fromisoformat(line)
    except ValueError:
        raise ValueError(_("“%s” is not a day. Write 24.12.2026, one day to a line.") % line) from None
    return day.isoformat()


def write_days(days: Iterable[str]) -> str:
    return "\n".join(".".join(str(int(part)) for part in reversed(day.split("-"))) for day in days)


def read_exclusions(text: str) -> list[dict[str, Any]]:
    """One to a line, a test and its reason: "weather = storm | storm". Raises BadDefinition on `exclusions`."""
    return [_exclusion(number, line) for number, line in enumerate(filter(None, map(str.strip, text.splitlines())), 1)]


def _exclusion(number: int, line: str) -> dict[str, Any]:
    test, _bar, reason = map(str.strip, line.rpartition("|"))
    if not test or not reason:
        raise BadDefinition(
            "exclusions",
            _("Line %(number)d: write a test, | and the reason, like weather = storm | storm.") % {"number": number},
        )
    try:
        return {**read_value("all", test)[0], "reason": reason}
    except BadDefinition as error:
        raise BadDefinition("exclusions", f"{test}: {error}") from error


def write_exclusions(rows: Iterable[Mapping[str, Any]]) -> str:
    return "\n".join(f"{write_value('all', [row])} | {row.get('reason', '')}" for row in rows)
