"""A figure as people type it: "1 200,50 EUR", "12 %", "1,7 MEUR"."""

import re

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dashboards.cases.inputs import Kind
from journeys.importing.cells import number_of

MOST = 1e12
# Thousands and millions as they are said beside a currency: 20 t€, 1,7 M€, 3 milj. euroa.
_TIMES = {"t": 1e3, "k": 1e3, "tuhat": 1e3, "tuhatta": 1e3, "m": 1e6, "milj": 1e6, "mn": 1e6, "mio": 1e6, "mkr": 1e6}
_SIGNS = {"€": "EUR", "eur": "EUR", "euro": "EUR", "euroa": "EUR", "e": "EUR", "kr": "SEK", "mkr": "SEK", "$": "USD",
          "£": "GBP"}  # fmt: skip
_SHAPE = re.compile(r"([a-z€$£]*)\s*([-\u2212+]?\s*[\d\s\u00a0\u202f\u2009'.,]+?)\s*([a-zåäö€$£.%\s]*)", re.IGNORECASE)
_GROUPED = re.compile(r"[-\u2212]?\d{1,3}[.,]\d{3}")
_THOUSANDS = re.compile(r"[-\u2212]?\d{1,3}([.,])\d{3}(?:\1\d{3})+")


def figure(text: str, *, kind: Kind, currency: str) -> float | None:
    """What was typed, a share as 0..1; None of nothing. Raises ValueError with what is wrong and what to write."""
    told = text.strip()
    if not told:
        return None
    found = _SHAPE.fullmatch(told)
    if not found:
        raise ValueError(_("“%(cell)s” is not a number.") % {"cell": told[:60]})
    before, digits, after = found[1], found[2].replace("+", ""), found[3]
    times, unit = _unit(before, after, told)
    if unit == "%" and kind != "share":
        raise ValueError(_("Write a number, not per cent."))
    if unit not in ("", "%") and (kind != "money" or unit != currency):
        raise ValueError(
            _("The amounts of this case are in %(currency)s.") % {"currency": currency}
            if kind == "money"
            else _("Write a number without a currency.")
        )
    value = float(number_of(_plain(digits))) * times
    if kind == "share":
        value = round(value / 100, 8)  # 17.7 / 100 is 0.17699999999999999
        if not 0 <= value <= 1:
            raise ValueError(_("Write per cent from 0 to 100."))
    elif not 0 <= value <= MOST:
        raise ValueError(_("Write a number from 0 up, at most a million million."))
    return value


def _unit(before: str, after: str, told: str) -> tuple[float, str]:
    """How many times the number is meant, and the currency (or "%") that it is told in."""
    times, unit = 1.0, ""
    for word in f"{before} {after}".replace("€", " € ").replace("%", " % ").replace(".", " ").casefold().split():
        stem = next((word[: -len(end)] for end in ("eur", "sek") if word.endswith(end) and word != end), "")
        if word == "%":
            unit = "%"
        elif word in _TIMES:
            times, unit = _TIMES[word], _SIGNS.get(word, unit)
        elif stem in _TIMES:  # MEUR, tEUR
            times, unit = _TIMES[stem], word[len(stem) :].upper()
        elif word in _SIGNS:
            unit = _SIGNS[word]
        elif re.fullmatch("[a-z]{3}", word):
            unit = word.upper()
        else:
            raise ValueError(_("“%(cell)s” is not a number.") % {"cell": told[:60]})
    return times, unit


def _plain(digits: str) -> str:
    """The digits so that they can be read in one way. Raises ValueError for 1.200, which is two numbers in Finnish."""
    text = re.sub(r"[\s\u00a0\u202f\u2009']+", "", digits)
    english = (get_language() or "").startswith("en")
    if _THOUSANDS.fullmatch(text):  # 1.200.000: nothing else can be meant
        return text.replace(".", "").replace(",", "")
    if english:
        return text.replace(",", "") if _GROUPED.fullmatch(text.split(".")[0]) else text
    return _ambiguous(text) if "." in text and _GROUPED.fullmatch(text) and not text.startswith("0") else text


def _ambiguous(text: str) -> str:
    whole = text.replace(".", "")
    raise ValueError(
        _("“%(cell)s” can be read in two ways. Write %(whole)s or %(part)s.")
        % {"cell": text, "whole": whole, "part": text.replace(".", ",")}
    )
