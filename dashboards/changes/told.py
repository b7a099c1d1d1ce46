"""Scores and changes as findings keep them in JSON, and as pages read them back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cxplatform.stats.change import change
from cxplatform.stats.metrics import Metric, Unit, metric
from cxplatform.stats.score import score
from cxplatform.tenancy import numbers
from dashboards import words
from dashboards.load import Histogram
from dashboards.measures import short_name


@dataclass(frozen=True)
class Told:
    """A value with its interval and the answers behind it, in the unit of `metric`."""

    metric: str
    value: float | None
    low: float | None
    high: float | None
    n: int

    @property
    def unit(self) -> Unit:
        return metric(self.metric).unit

    @property
    def lead(self) -> str:
        """NPS 42"""
        return f"{short_name(metric(self.metric))} {words.value(self.value, self.unit)}"

    @property
    def interval(self) -> str:
        """39…45, "" where it cannot be known."""
        if self.low is None or self.high is None:
            return ""
        decimals = 1 if self.unit == "mean" else 0
        return f"{numbers.number(self.low, decimals=decimals)}…{numbers.number(self.high, decimals=decimals)}"


def told(of: Metric, histogram: Histogram) -> dict[str, Any]:
    """A score as a finding keeps it."""
    found = score(of, histogram)
    return {"value": found.value, "low": found.low, "high": found.high, "n": found.n}


def compared(of: Metric, now: Histogram, then: Histogram) -> dict[str, Any]:
    """Two scores and their difference as a finding keeps them."""
    found = change(of, now, then)
    return {
        "metric": of.name,
        "now": told(of, now),
        "then": told(of, then),
        "difference": {"value": found.difference, "low": found.low, "high": found.high},
    }


def read(data: Mapping[str, Any], name: str) -> Told:
    """The score kept under a name."""
    kept = data[name]
    return Told(data["metric"], kept["value"], kept["low"], kept["high"], kept.get("n", 0))


def moved(data: Mapping[str, Any]) -> str:
    """ "up 6 points (2…10)", "down 2.1 percentage points (0.4…3.8)": the kept difference with its interval."""
    kept, unit = data["difference"], metric(data["metric"]).unit
    if kept["value"] is None:
        return ""
    amount = words.difference(kept["value"], unit)
    text = (_("up %(amount)s") if kept["value"] > 0 else _("down %(amount)s")) % {"amount": amount}
    if kept["low"] is None or kept["high"] is None:
        return text
    ends = sorted((abs(kept["low"]), abs(kept["high"])))
    if kept["low"] < 0 < kept["high"]:
        return f"{text} ({_signed(kept['low'])}…{_signed(kept['high'])})"
    low, high = (_number(end) for end in ends)
    return f"{text} ({low}…{high})"


def _number(value: float) -> str:
    return numbers.number(abs(value), decimals=0 if abs(value) >= 10 else 1)


def _signed(value: float) -> str:
    return f"{numbers.MINUS if value < 0 else '+'}{_number(value)}"
