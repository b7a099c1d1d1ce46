"""When, where and to whom a widget shows itself, as its maker set it."""

from typing import Any, Literal

import msgspec

from surveys.models import Widget


class WidgetSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Without `event`, `scroll`, `exit` or `element` the page itself is enough; with several the first one is.

    `pages` are patterns, `*` for anything and a leading `!` for where not; `where` is "property=value" of the
    event; `share` is the per cent of visitors asked, each drawn once; times are seconds and days.
    """

    delay_seconds: int = 5
    again_days: int = 30
    event: str = ""
    where: str = ""
    pages: list[str] = []
    scroll: int = 0
    exit: bool = False
    element: str = ""
    clicked: bool = False
    share: int = 100
    position: Literal["right", "left", "center", "inline"] = "right"
    scheme: Literal["auto", "light", "dark"] = "auto"
    secret_number: int = 0


DELAY, AGAIN, SCROLL, SHARE = (0, 600), (0, 3650), (0, 100), (1, 100)
_LIMITS = {"delay_seconds": DELAY, "again_days": AGAIN, "scroll": SCROLL, "share": SHARE}


def settings_of(widget: Widget) -> WidgetSettings:
    """The stored settings; whatever in them cannot be, counts as not set, and numbers are kept within limits."""
    stored: dict[str, Any] = widget.settings if isinstance(widget.settings, dict) else {}
    known: dict[str, Any] = {}
    for field in msgspec.structs.fields(WidgetSettings):
        if field.name in stored:
            try:
                known[field.name] = msgspec.convert(stored[field.name], field.type)
            except msgspec.ValidationError:
                continue
    for name, (least, most) in _LIMITS.items():
        if name in known:
            known[name] = min(max(known[name], least), most)
    return WidgetSettings(**known)
