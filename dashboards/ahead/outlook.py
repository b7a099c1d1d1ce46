"""Forecasts as people read them, and which of them are warnings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Literal

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cxplatform.stats.forecast import FEWEST
from cxplatform.stats.metrics import METRICS, Metric, metric
from cxplatform.tenancy import numbers
from dashboards import words
from dashboards.ahead.picture import Picture, picture
from dashboards.goals import Goals
from dashboards.measures import short_name
from dashboards.models import Insight
from dashboards.structure import UNIT, Structure

Heads = Literal["under", "stays", "again", ""]
RECENT = 3
"""Months whose mean says where a series stands now."""


@dataclass(frozen=True)
class Point:
    """A month to come: what is expected and the interval in which it lies four times of five."""

    month: date
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Outlook:
    """One series. `group` names its customers, "" everybody; `slug` "" is the company. `owner` is the touchpoint's.

    `target` is this year's, in the metric's unit.
    """

    insight: Insight
    place: str
    group: str
    slug: str
    owner: str
    metric: Metric
    target: float | None

    @cached_property
    def ahead(self) -> tuple[Point, ...]:
        """The months to come; made when asked for, as most of hundreds of forecasts warn of nothing."""
        return tuple(map(_point, self.insight.data["ahead"]))

    @property
    def address(self) -> str:
        """The touchpoint's page, "" of the company; made when it is asked for, as outside pages there is none."""
        return reverse("touchpoint", args=[self.slug]) if self.slug else ""

    @property
    def name(self) -> str:
        """The place, and the group of customers where there is one."""
        return f"{self.place}, {self.group}" if self.group else self.place

    @property
    def refused(self) -> str:
        return str(self.insight.data["refused"])

    @property
    def error(self) -> float | None:
        """How far such forecasts were off in the past, on average."""
        error: float | None = self.insight.data["error"]
        return error

    @cached_property
    def now(self) -> float | None:
        """The mean of the last three months that were measured."""
        known = [value for value in self.insight.data["values"] if value is not None][-RECENT:]
        return sum(known) / len(known) if known else None

    @cached_property
    def turn(self) -> Point | None:
        """The first month that is expected to miss the target."""
        if self.target is None:
            return None
        return next((_point(each) for each in self.insight.data["ahead"] if self._misses(each["value"])), None)

    @property
    def heads(self) -> Heads:
        """under: on target now, expected to miss it; stays: misses it now and next month too; again: misses it now,
        is expected to reach it and then to miss it again."""
        if self.turn is None or self.now is None:
            return ""
        if not self._misses(self.now):
            return "under"
        return "stays" if self._misses(self.insight.data["ahead"][0]["value"]) else "again"

    @cached_property
    def sure(self) -> Point | None:
        """The first month whose whole interval misses the target: before it, chance may be all there is."""
        if self.target is None:
            return None
        end = "high" if self.metric.better == "higher" else "low"
        return next((_point(each) for each in self.insight.data["ahead"] if self._misses(each[end])), None)

    @property
    def clear(self) -> bool:
        """Whether the whole interval of a month to come misses the target."""
        return self.sure is not None

    @property
    def text(self) -> str:
        """The forecast in one sentence."""
        if self.refused:
            return f"{self.name}: {self.reason}"
        point = self.sure or self.turn or self.ahead[-1]
        said = {
            "name": self.name,
            "month": f"{point.month.month}/{point.month.year}",
            "expected": _("%(score)s (%(low)s…%(high)s) expected")
            % {
                "score": f"{short_name(self.metric)} {words.value(point.value, self.metric.unit)}",
                "low": self._number(point.low),
                "high": self._number(point.high),
            },
            "target": words.value(self.target, self.metric.unit),
        }
        if self.heads and not self.clear:
            return _("%(name)s may miss its target: %(expected)s in %(month)s, target %(target)s") % said
        if self.heads == "under":
            return _("%(name)s heads short of its target: %(expected)s in %(month)s, target %(target)s") % said
        if self.heads == "stays":
            return _("%(name)s stays short of its target: %(expected)s in %(month)s, target %(target)s") % said
        if self.heads == "again":
            return (
                _("%(name)s is short of its target and will be so again: %(expected)s in %(month)s, target %(target)s")
                % said
            )
        return _("%(name)s: %(expected)s in %(month)s") % said

    @property
    def past(self) -> str:
        """How such forecasts turned out."""
        if self.error is None:
            return ""
        said = {"error": self._amount(self.error), "naive": self._amount(self.insight.data["naive_error"])}
        if self.insight.data["method"] == "ets":
            return _("such forecasts were off by %(error)s on average, “as a year before” by %(naive)s") % said
        return _("“as a year before”, which was off by %(naive)s on average: no other way foretold better") % said

    @property
    def past_error(self) -> str:
        """How far off such forecasts were on average, with its unit."""
        return "–" if self.error is None else self._amount(self.error)

    @property
    def reason(self) -> str:
        """Why nothing is foretold, and what would help."""
        known = len(self.insight.data["months"])
        if self.refused in ("few", "seasons"):
            left = FEWEST - known
            return ngettext(
                "%(known)d of %(needed)d months are known. Keep asking for %(left)d more month, or bring in history.",
                "%(known)d of %(needed)d months are known. Keep asking for %(left)d more months, or bring in history.",
                left,
            ) % {"known": known, "needed": FEWEST, "left": left}
        if self.refused == "gaps":
            return _("some months have too few answers. Ask more customers there, or all the year round.")
        return _("it has never moved, so there is nothing to foretell.")

    @cached_property
    def picture(self) -> Picture | None:
        points = [(point.value, point.low, point.high) for point in self.ahead]
        return picture(self.insight.data["values"], points, target=self.target)

    @property
    def sureness(self) -> float:
        """How far the month of the warning lies beyond the target, in half widths of its interval."""
        point = self.sure or self.turn
        if point is None or self.target is None:
            return 0.0
        return abs(self.target - point.value) / max((point.high - point.low) / 2, 1e-9)

    def _misses(self, value: float) -> bool:
        return self.target is not None and misses(self.metric, value, self.target)

    def _number(self, value: float) -> str:
        return numbers.number(value, decimals=1 if self.metric.unit == "mean" else 0)

    def _amount(self, value: float) -> str:
        return words.difference(value, self.metric.unit)


def misses(of: Metric, value: float, target: float) -> bool:
    """Of the number as it is read: who reads 42 beside a target of 42 sees no miss."""
    value = round(value, 1 if of.unit == "mean" else 0)
    return value < target if of.better == "higher" else value > target


def outlooks(findings: Iterable[Insight], structure: Structure, goals: Goals) -> list[Outlook]:
    """An outlook for each forecast whose place is still in use."""
    found = []
    for insight in findings:
        id, data = insight.touchpoint_id, insight.data  # type: ignore[attr-defined]
        place = structure.places.get(id) if id else None
        if (id and place is None) or data["metric"] not in METRICS:
            continue
        of = metric(data["metric"])
        found.append(
            Outlook(
                insight=insight,
                place=place.name if place else capfirst(_("the whole company")),
                group=_group(data["dimension"], data["value"], structure),
                slug=place.slug if place else "",
                owner=place.owner if place else "",
                metric=of,
                target=goals.touchpoint(of, place.id) if place else goals.company(of),
            )
        )
    return found


def warnings(every: Sequence[Outlook]) -> list[Outlook]:
    """Those that turn short of their target first, then those that are there; the surest and the soonest first.

    Of a touchpoint and its groups only the most telling: everybody where everybody heads there.
    """
    heading = [each for each in every if each.heads]
    whole = {each.insight.touchpoint_id for each in heading if not each.group}  # type: ignore[attr-defined]
    told = [each for each in heading if not each.group or each.insight.touchpoint_id not in whole]  # type: ignore[attr-defined]
    return sorted(
        told,
        key=lambda each: (each.heads != "under", -each.sureness, each.turn.month if each.turn else date.max),
    )


def _point(told: Mapping[str, Any]) -> Point:
    return Point(date.fromisoformat(told["month"]), told["value"], told["low"], told["high"])


def _group(dimension: str, value: str, structure: Structure) -> str:
    if not dimension:
        return ""
    if dimension == UNIT:
        return structure.units.get(value, value)
    return value
