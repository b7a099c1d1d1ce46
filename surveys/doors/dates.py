"""Days and moments as respondents read them, in their own language and not the thread's."""

from datetime import date, datetime
from zoneinfo import ZoneInfo


def day(on: date, language: str) -> str:
    """24.11.2026 in Finnish and in Finland's Swedish, 24 Nov 2026 in English."""
    return f"{on.day} {on:%b} {on.year}" if language == "en" else f"{on.day}.{on.month}.{on.year}"


def moment(at: datetime, zone: ZoneInfo, language: str) -> str:
    """A day and the time of day, by the clock of the zone."""
    local = at.astimezone(zone)
    clock = {"en": f"{local:%H:%M}", "sv": f"kl. {local:%H.%M}"}.get(language, f"klo {local:%H.%M}")
    return f"{day(local.date(), language)} {clock}"
