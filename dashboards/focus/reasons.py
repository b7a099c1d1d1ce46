"""Why a touchpoint is proposed, in words with their figures."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from cxplatform.stats.metrics import metric
from cxplatform.tenancy.numbers import count, number
from dashboards import words
from dashboards.measures import short_name

Reason = Mapping[str, Any]
_MILLION = 1_000_000
# From here on a sum is told to the thousand: it is an estimate.
_EXACT = 10_000


def worded(reason: Reason) -> str:
    """One reason as a clause: its figures, interval and n."""
    return _WORDS[reason["kind"]](reason)


def topic_name(topic: Mapping[str, Any] | None) -> str:
    """A topic's name in the language of the page, "" for none."""
    if not topic:
        return ""
    return str(topic["names"].get(get_language() or "") or topic["name"])


def money(amount: float, currency: str) -> str:
    """1.7 million EUR, 412,000 EUR."""
    if amount >= _MILLION:
        return _("%(n)s million %(currency)s") % {"n": number(amount / _MILLION, decimals=1), "currency": currency}
    return f"{number(round(amount, -3) if amount >= _EXACT else amount)} {currency}"


def customers(reason: Reason) -> str:
    """How many meet the touchpoint in a year; of many it is about so many."""
    n = reason["n"]
    figures = {"n": count(n)}
    if reason["about"]:
        return ngettext("about %(n)s customer a year", "about %(n)s customers a year", n) % figures
    return ngettext("%(n)s customer a year", "%(n)s customers a year", n) % figures


def _score(reason: Reason) -> dict[str, str]:
    of = metric(reason["metric"])
    low, high = reason["low"], reason["high"]
    return {
        "metric": short_name(of),
        "value": words.value(reason["value"], of.unit),
        "interval": "" if low is None or high is None else f"{number(low)}…{number(high)}",
        "n": count(reason["n"]),
    }


def _target(reason: Reason) -> str:
    of = metric(reason["metric"])
    short = words.difference(reason["target"] - reason["value"], of.unit)
    figures = _score(reason) | {"target": words.value(reason["target"], of.unit), "short": short}
    return _("%(metric)s %(value)s (%(interval)s, n %(n)s) of target %(target)s: %(short)s short") % figures


def _fall(reason: Reason) -> str:
    of = metric(reason["metric"])
    ends = sorted(abs(reason[end]) for end in ("change_low", "change_high") if reason[end] is not None)
    figures = {
        "metric": short_name(of),
        "amount": words.difference(reason["change"], of.unit),
        "interval": "…".join(number(end) for end in ends),
    }
    if (reason["change"] < 0) == (of.better == "higher"):
        return _("%(metric)s has fallen by %(amount)s (%(interval)s)") % figures
    return _("%(metric)s has risen by %(amount)s (%(interval)s), which is worse") % figures


def _expectation(reason: Reason) -> str:
    figures = _score(reason) | {"usual": words.value(reason["usual"], "percent")}
    return _("%(value)s found it worse than expected (%(interval)s, n %(n)s); of all touchpoints %(usual)s") % figures


def _blind_spot(reason: Reason) -> str:
    figures = {name: number(reason[name]) for name in ("staff", "customers")}
    figures |= {"interval": f"{number(reason['low'])}…{number(reason['high'])}", "gap": number(reason["gap"])}
    return _("staff guess %(staff)s, customers say %(customers)s (0–100; gap %(gap)s, %(interval)s)") % figures


def _tenfold(slope: float) -> str:
    return number(10 * slope, decimals=1)


def _importance(reason: Reason) -> str:
    figures = {"points": _tenfold(reason["slope"])}
    if reason.get("slope_low") is not None:
        figures["points"] += f" ({_tenfold(reason['slope_low'])}…{_tenfold(reason['slope_high'])})"
    if reason["moment"]:
        return _("a moment of truth: ten points here go with %(points)s points overall") % figures
    return _("ten points here go with %(points)s points overall") % figures


def _stated(reason: Reason) -> str:
    return _("customers hold it important: %(value)s of 100") % {"value": number(reason["value"])}


def _customers(reason: Reason) -> str:
    said = customers(reason)
    if "money" not in reason:
        return said
    worth = {"money": money(reason["money"], reason["currency"]), "source": reason["source"]}
    return f"{said}, " + _("worth %(money)s a year (%(source)s)") % worth


def _texts(reason: Reason) -> str:
    figures = {"topic": topic_name(reason["topic"]), "about": count(reason["about"]), "texts": count(reason["texts"])}
    if not figures["topic"]:
        return (
            ngettext(
                "%(texts)s text by disappointed customers", "%(texts)s texts by disappointed customers", reason["texts"]
            )
            % figures
        )
    return _("disappointed customers write most about: %(topic)s (%(about)s of %(texts)s texts)") % figures


_WORDS: Mapping[str, Callable[[Reason], str]] = {
    "target": _target,
    "fall": _fall,
    "expectation": _expectation,
    "blind_spot": _blind_spot,
    "importance": _importance,
    "stated": _stated,
    "customers": _customers,
    "words": _texts,
}
