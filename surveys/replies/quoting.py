"""What somebody wrote in a reply, without the message replied to. Pure."""

import re

_INTRODUCTION = 3
"""Lines at most that "On Mon 23 Nov 2026 Ann <a@b> wrote:" is broken over."""
_LONGEST_INTRODUCTION = 500
_WROTE = re.compile(r"\b(wrote|skrev|kirjoitti|schrieb|a écrit)\b.*:$", re.IGNORECASE)
_WHEN_OR_WHO = re.compile(r"\d{4}|@")
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
    r"\n[ \t]*(sent from my |lähetetty (iphone|ipad|samsung|android|matkapuhelim|puhelim)|skickat från min )[^\n]*$",
    re.IGNORECASE,
)


def without_quotes(text: str) -> str:
    """The reply alone. Where all of it seems quoted it is kept whole: better too much than nothing."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    kept = text
    introduced = _introduced(kept)
    if introduced and not kept[: introduced[0]].strip():
        kept = kept[introduced[1] :]  # written below what was replied to
    elif introduced:
        kept = kept[: introduced[0]]
    for begins in [found.start() for mark in (_RULES, _HEADERS) if (found := mark.search(kept))]:
        if kept[:begins].strip():
            kept = kept[:begins]
    lines = [line for line in kept.split("\n") if not line.lstrip().startswith(">")]
    kept = "\n".join(lines).strip()
    kept = _SIGNATURE.split(f"{kept}\n", maxsplit=1)[0]
    kept = _FROM_PHONE.sub("", f"\n{kept}".rstrip())
    return re.sub(r"\n{3,}", "\n\n", kept).strip() or text


def _introduced(text: str) -> tuple[int, int] | None:
    """Where the line begins and ends that says who wrote what follows, and when; None where there is none."""
    lines = text.split("\n")
    for at, line in enumerate(lines):
        if not line.rstrip().endswith(":") or not _WROTE.search(line.strip()[-_LONGEST_INTRODUCTION:]):
            continue
        first = at
        while first > max(0, at - _INTRODUCTION + 1) and lines[first - 1].strip():
            first -= 1
        if _WHEN_OR_WHO.search(" ".join(lines[first : at + 1])):
            return sum(len(each) + 1 for each in lines[:first]), sum(len(each) + 1 for each in lines[: at + 1])
    return None
