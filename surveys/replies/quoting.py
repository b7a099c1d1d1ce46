"""What somebody wrote in a reply, without the message replied to. Pure."""

import re

# "On Mon 23 Nov 2026 Ann <a@b> wrote:" and the like, which stand right above what is quoted.
_WROTE = re.compile(
    r"(^|\n)[ \t]*(on|den|ma|ti|ke|to|pe|la|su|mån|tis|ons|tors|fre|lör|sön|\d{1,2}[./]|le |am )[^\n]*"
    r"(\n[^\n>]*){0,3}(wrote|skrev|kirjoitti|schrieb|a écrit)[^\n]{0,120}:[ \t]*(\n|$)",
    re.IGNORECASE,
)
_RULES = re.compile(
    r"(^|\n)[ \t>]*(-{2,}[ \t]*(original message|alkuperäinen viesti|ursprungligt meddelande|välitetty viesti|"
    r"forwarded message|vidarebefordrat meddelande)[ \t]*-{2,}|_{10,})[^\n]*",
    re.IGNORECASE,
)
# Outlook's block of headers: From, Sent, To, Subject, at least three of them one under the other.
_NAMES = (
    "(from|lähettäjä|från|sent|lähetetty|skickat|to|vastaanottaja|till|cc|kopio|kopia|date|päiväys|datum|"
    "subject|aihe|ämne)"
)
_HEADERS = re.compile(rf"(^|\n)[ \t*]*{_NAMES}[ \t*]*:[^\n]*(\n[ \t*]*{_NAMES}[ \t*]*:[^\n]*){{2,}}", re.IGNORECASE)
_SIGNATURE = re.compile(r"\n-- ?\n")
_FROM_PHONE = re.compile(
    r"\n[ \t]*(sent from my |lähetetty (iphone|ipad|samsung|android|matkapuhelim|puhelim)|skickat från min )[^\n]*\s*$",
    re.IGNORECASE,
)


def without_quotes(text: str) -> str:
    """The reply alone. Where all of it seems quoted it is kept whole: better too much than nothing."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    kept = text
    for mark in (_WROTE, _RULES, _HEADERS):
        found = mark.search(kept)
        if found and kept[: found.start()].strip():
            kept = kept[: found.start()]
    lines = [line for line in kept.split("\n") if not line.lstrip().startswith(">")]
    kept = "\n".join(lines).strip()
    kept = _SIGNATURE.split(f"{kept}\n", maxsplit=1)[0]
    kept = _FROM_PHONE.sub("", f"\n{kept}")
    return re.sub(r"\n{3,}", "\n\n", kept).strip() or text
