"""KPIs from files: one row for each KPI and week or month."""

import re
from collections.abc import Sequence
from datetime import date

import msgspec
from django.utils.translation import gettext_lazy as _

from cxplatform.api import body
from dashboards.kpis.take_in import KpiFigure, take_in
from journeys.importing.mapping import Mapping, Shape
from journeys.importing.offers import Offer, Target
from journeys.importing.reader import Values
from journeys.importing.run import Intake, Kind, Written

SHAPE = Shape(
    name="kpi",
    fields={"kpi": "text", "day": "text", "value": "float", "unit": "text", "grain": "text", "source": "text"},
    required=("kpi", "day", "value"),
    tables={},
)


_WEEK = re.compile(r"(\d{4})-W(\d\d)")
_MONTH = re.compile(r"(\d{4}-\d\d)")


def intake(mapping: Mapping) -> Intake:
    def item(values: Values) -> dict[str, object]:
        told = {name: value for name, value in values.fields.items() if value is not None}
        return told | _period(str(told["day"]).strip(), told.get("grain"))

    return Intake(item, _write)


def _period(text: str, grain: object) -> dict[str, object]:
    """The day and grain of a period: "2026-W05" is of weeks, "2026-01" of months, else the grain told stands.

    A month of a series by week has no week: the day then stays as it was told, and is refused as no day.
    """
    if (week := _WEEK.fullmatch(text)) and grain in (None, "week"):
        return {"day": date.fromisocalendar(int(week[1]), int(week[2]), 1).isoformat(), "grain": "week"}
    if (month := _MONTH.fullmatch(text)) and grain in (None, "month"):
        return {"day": f"{month[1]}-01", "grain": "month"}
    return {"day": text[:10] if "T" in text or " " in text else text}


def _write(rows: Sequence[dict[str, object]]) -> Written:
    rejected = {}
    figures, places = [], []
    for place, row in enumerate(rows):
        if "\x00" in str(row.get("kpi", "")) + str(row.get("unit", "")):
            rejected[place] = {"kpi": "Remove the NUL character: the database cannot store it."}
        elif errors := body.faults(row, KpiFigure, _EXPECTED):
            rejected[place] = errors
        else:
            figures.append(msgspec.convert(row, KpiFigure))
            places.append(place)
    done = take_in(figures)
    rejected |= {places[place]: errors for place, errors in done.rejected.items()}
    return Written(done.accepted, done.duplicates, rejected)


_EXPECTED = {"day": "Write a week as vk 5/2026, a month as 5/2026, or any day of it, as its KPI goes."}
KPIS = Kind(name="kpis", shape=SHAPE, intake=intake)
_GRAINS = {
    **dict.fromkeys(("viikko", "viikoittain", "vecka", "per vecka", "week", "weekly"), "week"),
    **dict.fromkeys(("kuukausi", "kuukausittain", "kk", "månad", "per månad", "month", "monthly"), "month"),
}


def offered() -> list[Offer]:
    return [Offer(slug="kpis", label=_("KPIs by week or month"), kind=KPIS, targets=_TARGETS)]


_TARGETS = (
    Target("kpi", _("KPI"), required=True, names=("mittari", "tunnusluku", "kpi", "nyckeltal", "mått", "name", "nimi")),
    Target(
        "day",
        _("week or month, any day of it"),
        reads="period",
        required=True,
        names=(
            "jakso",
            "kuukausi",
            "viikko",
            "period",
            "päivä",
            "pvm",
            "päivämäärä",
            "månad",
            "vecka",
            "datum",
            "month",
            "week",
            "date",
        ),
    ),
    Target("value", _("value"), reads="number", required=True, names=("arvo", "luku", "määrä", "värde", "value")),
    Target("unit", _("unit of measure"), names=("yksikkö", "mittayksikkö", "enhet", "unit")),
    Target("grain", _("by week or by month"), names=("jaksotus", "grain"), words_of=_GRAINS),
    Target("source", _("source"), names=("lähde", "järjestelmä", "källa", "source")),
)
