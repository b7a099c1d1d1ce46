"""The strip of the leadership page: yesterday (money), today (customers), tomorrow (staff)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from cxplatform.stats.metrics import metric
from cxplatform.stats.sparkline import Sparkline, sparkline
from cxplatform.tenancy.numbers import number
from dashboards import words
from dashboards.leadership.panel import Panel, Scene
from dashboards.levels.figures import PULSE
from dashboards.levels.found import KIND
from dashboards.levels.words import called, quarter, week
from dashboards.models import KpiSeries, KpiValue
from dashboards.periods import years_before
from dashboards.sheets import Column, Sheet

KEY = "levels"
# Less than this is shown as 0.0.
_NOTHING = 0.05


@dataclass(frozen=True)
class Item:
    """A figure of the strip, worded. `verdict` is "" where nothing is judged; `where` the place it leads to."""

    name: str
    value: str
    interval: str
    n: int | None
    verdict: str
    said: str
    foot: str
    where: str
    spark: Sparkline
    number: float | None = None
    low: float | None = None
    high: float | None = None
    target: float | None = None
    unit: str = ""


@dataclass(frozen=True)
class Side:
    """One of the three: `key` is money, customers or staff."""

    key: str
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Strip:
    """`narrowed` where the page shows a part of the company only: these figures are of all of it."""

    sides: tuple[Side, ...]
    narrowed: bool


def load(scene: Scene) -> Strip | None:
    """The three sides, in one query; None for readers of some units and while there is nothing to show."""
    if scene.query.own_units:
        return None
    found = next(iter(scene.findings.get(KIND, ())), None)
    data: Mapping[str, Any] = found.data if found else {}
    kpis = _kpis(scene.today)
    lines = data.get("lines", [])
    sides = (
        Side("money", _("Yesterday: money"), tuple(kpis.get("money", ()))),
        Side(
            "customers",
            _("Today: customers"),
            (*_index(data.get("index")), *_lines(lines, "customer"), *kpis.get("customers", ())),
        ),
        Side("staff", _("Tomorrow: staff"), (*_lines(lines, "employee"), *kpis.get("staff", ()))),
    )
    if not any(side.items for side in sides):
        return None
    query = scene.query
    return Strip(sides, narrowed=bool(query.journey or query.channel or query.segment))


def _index(data: Mapping[str, Any] | None) -> Sequence[Item]:
    if data is None or data["value"] is None:
        return ()
    target = data["target"]
    foot = [quarter(date.fromisoformat(data["quarter"])) + (f" ({_('so far')})" if data["so_far"] else "")]
    if target is not None:
        foot.append(_("target %(target)s") % {"target": number(target)})
    return [
        Item(
            name=_("CX index"),
            value=number(data["value"], decimals=_decimals(data)),
            interval=_interval(data),
            n=data["n"],
            verdict=data["verdict"] if data["then"] else "",
            said=_said(data, "mean"),
            foot=" · ".join(foot),
            where="index",
            spark=sparkline(data["series"], target=target, least_range=5),
            number=data["value"],
            low=data["low"],
            high=data["high"],
            target=target,
        )
    ]


def _lines(lines: Sequence[Mapping[str, Any]], audience: str) -> Sequence[Item]:
    items = []
    for line in lines:
        if line["audience"] != audience or line["state"] != "measured":
            continue
        of = metric(line["metric"])
        least, greatest = of.limits
        name = called(of)
        if audience == "customer":
            name = _("%(metric)s of the relationship") % {"metric": name}
        elif of.name not in PULSE:
            name = _("Employees: %(metric)s") % {"metric": name}
        items.append(
            Item(
                name=name,
                value=words.value(line["value"], of.unit, decimals=_decimals(line)),
                interval=_interval(line),
                n=line["n"],
                verdict=line["verdict"] if line["then"] else "",
                said=_said(line, of.unit),
                foot=quarter(date.fromisoformat(line["quarter"])) + (f" ({_('so far')})" if line["so_far"] else ""),
                where="staff" if audience == "employee" else "relationship",
                spark=sparkline(line["series"], target=None, least_range=(greatest - least) / 20),
                number=line["value"],
                low=line["low"],
                high=line["high"],
            )
        )
    return items


def _decimals(data: Mapping[str, Any]) -> int:
    return 1 if data["low"] is not None and data["high"] is not None and data["high"] - data["low"] < 5 else 0


def _interval(data: Mapping[str, Any]) -> str:
    if data["low"] is None or data["high"] is None:
        return ""
    low, high = (number(data[end], decimals=_decimals(data)) for end in ("low", "high"))
    return f"{low}…{high}"


def _said(data: Mapping[str, Any], unit: Any) -> str:
    """The one verdict with how far it moved and since when; "" where there is nothing to compare with."""
    if data["difference"] is None or not data["then"]:
        return ""
    verdict = {
        "better": _("better"),
        "worse": _("worse"),
        "no_clear_change": _("no clear change"),
        "not_enough": _("too few to compare"),
    }[data["verdict"]]
    amount = words.difference(data["difference"], unit)
    moved = (_("up %(amount)s") if data["difference"] > 0 else _("down %(amount)s")) % {"amount": amount}
    if abs(data["difference"]) < _NOTHING:
        moved = _("as before")
    since = _("since %(quarter)s") % {"quarter": quarter(date.fromisoformat(data["then"]))}
    return f"{verdict} ({moved} {since})"


def _kpis(today: date) -> dict[str, list[Item]]:
    """KPIs that have a side, with the values of two years, by side. One query."""
    rows = (
        KpiValue.objects.filter(start__gte=years_before(today, 2))
        .exclude(series__side="")
        .order_by("series__name", "series_id", "start")
        .values_list(
            "series_id",
            "series__slug",
            "series__name",
            "series__unit",
            "series__grain",
            "series__side",
            "series__better",
            "series__target",
            "start",
            "value",
        )
    )
    told: dict[tuple[Any, ...], list[tuple[date, float]]] = {}
    for *series, start, value in rows:
        told.setdefault(tuple(series), []).append((start, value))
    found: dict[str, list[Item]] = {}
    for (_pk, slug, name, unit, grain, side, better, target), values in told.items():
        found.setdefault(side, []).append(_kpi(slug, name, unit, grain, better, target, values))
    return found


def _kpi(
    slug: str, name: str, unit: str, grain: str, better: str, target: float | None, values: Sequence[tuple[date, float]]
) -> Item:
    day, last = values[-1]
    shown = [value for _, value in values[-13:]]
    foot = [week(day) if grain == KpiSeries.Grain.WEEK else f"{day.month}/{day.year}"]
    verdict = said = ""
    if target is not None:
        foot.append(_("target %(target)s") % {"target": words.measured(target, unit)})
        reached = last >= target if better == KpiSeries.Better.HIGHER else last <= target
        verdict, said = ("better", _("target reached")) if reached else ("worse", _("target not reached"))
    elif len(values) > 1:
        said = _("%(change)s since the one before") % {"change": words.changed(last - values[-2][1], unit)}
    return Item(
        name=name,
        value=words.measured(last, unit),
        interval="",
        n=None,
        verdict=verdict,
        said=said,
        foot=" · ".join(foot),
        where=f"kpi:{slug}",
        spark=sparkline(shown, target=target, least_range=max(map(abs, shown)) / 100 or 1),
        number=last,
        target=target,
        unit=unit,
    )


def sheets(strip: Strip, scene: Scene) -> Sequence[Sheet]:
    """One sheet: a row for each figure, its interval and n beside it."""
    return [
        Sheet(
            key=KEY,
            title=_("Yesterday, today, tomorrow"),
            columns=(
                Column("side", _("Tells of")),
                Column("name", _("Figure")),
                Column("value", _("Value"), "score"),
                Column("low", _("Low"), "score", low_of="value"),
                Column("high", _("High"), "score", high_of="value"),
                Column("n", "n", "count", n_of="value"),
                Column("target", _("Target"), "score"),
                Column("unit", _("Unit of measure"), unit_of="value"),
                Column("when", _("When")),
                Column("said", _("Verdict")),
            ),
            rows=[
                (side.title, one.name, one.number, one.low, one.high, one.n, one.target, one.unit, one.foot, one.said)
                for side in strip.sides
                for one in side.items
            ],
            notes=(_("Figures of the whole company; scores are of whole quarters."),),
        )
    ]


PANEL = Panel(KEY, "dashboards/leadership/_levels.html", load, sheets, kinds=(KIND,), where="strip")
