"""What a text could mean, by how alike names are. A proposal for people: nothing is mapped by it. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher

LEAST = 0.74


def plain(text: str) -> str:
    """Small letters and digits only: accents, case and what stands between words make no difference."""
    flat = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[^a-z0-9]+", " ", "".join(c for c in flat if not unicodedata.combining(c))).strip()


def suggest(text: str, names: Iterable[tuple[int, str]]) -> int | None:
    """The id whose name is most like the text, None where none is alike enough.

    Alike are the same words in any order, a name that holds the other whole, and few letters of difference
    (Ratcliff and Obershelp's ratio, at least 0.74). Of equals the first stands.
    """
    wanted = plain(text)
    if not wanted:
        return None
    best, score = None, LEAST
    for id_, name in names:
        alike = _alike(wanted, plain(name))
        if alike > score or (alike == score and best is None):
            best, score = id_, alike
    return best


def _alike(one: str, other: str) -> float:
    if not other:
        return 0.0
    if one == other or one.replace(" ", "") == other.replace(" ", ""):
        return 1.0
    if sorted(one.split()) == sorted(other.split()):
        return 0.98
    short, long = sorted((one, other), key=len)
    if len(short) >= 4 and f" {short} " in f" {long} ":
        return 0.9
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= LEAST else 0.0
