"""Which column is what: by its name in Finnish, Swedish or English, else by what its cells look like."""

import re
import unicodedata
from collections.abc import Callable, Sequence

from journeys.importing.cells import number_of, text_of, time_of
from journeys.importing.offers import Target
from journeys.importing.table import Cell

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?[\d\s()/-]{7,20}")


def guess(
    columns: Sequence[str], rows: Sequence[Sequence[Cell]], targets: Sequence[Target], *, ignored: Sequence[str] = ()
) -> list[str]:
    """A target's key for each column, "" for none; no target twice. `ignored` are headers that are nothing."""
    found = [""] * len(columns)
    free = {target.key: target for target in targets}
    names = [_plain(name) for name in columns]
    skipped = {_plain(name) for name in ignored}
    # Whole names first: "Asiakkaan nimi" must not lose its place to a column merely holding "asiakas".
    for fits in (_whole, _part):
        for place, name in enumerate(names):
            if found[place] or not name or name in skipped:
                continue
            key = next((key for key, target in free.items() if fits(name, target)), "")
            if key:
                found[place] = key
                del free[key]
    for key, looks in _LOOKS.items():
        if key not in free:
            continue
        for place, name in enumerate(names):
            cells = [row[place] for row in rows if place < len(row) and text_of(row[place])]
            if not found[place] and name not in skipped and cells and all(looks(cell) for cell in cells):
                found[place] = key
                del free[key]
                break
    return found


def _whole(name: str, target: Target) -> bool:
    return name == _plain(target.key.rpartition(".")[2]) or name in map(_plain, [*target.names, str(target.label)])


def _part(name: str, target: Target) -> bool:
    return any(len(word := _plain(known)) > 3 and word in name for known in target.names)


def _plain(name: str) -> str:
    """Small letters without accents and signs: "E-mail:" and "e_mail" are alike."""
    letters = unicodedata.normalize("NFKD", name.lower())
    return "".join(sign for sign in letters if sign.isalnum())


def _email(cell: Cell) -> bool:
    return bool(_EMAIL.fullmatch(text_of(cell)))


def _phone(cell: Cell) -> bool:
    text = text_of(cell)
    return isinstance(cell, str) and bool(_PHONE.fullmatch(text)) and (text[0] in "+0")


def _time(cell: Cell) -> bool:
    try:
        return bool(time_of(cell))
    except ValueError:
        return False


def _number(cell: Cell) -> bool:
    try:
        return bool(number_of(cell))
    except ValueError:
        return False


_LOOKS: dict[str, Callable[[Cell], bool]] = {
    "email": _email,
    "phone": _phone,
    "answered_at": _time,
    "day": _time,
    "value": _number,
}
