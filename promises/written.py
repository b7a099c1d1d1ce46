"""Days as people write them, to what the models keep and back."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _


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
