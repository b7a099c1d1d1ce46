"""KPIs from files: one row for each KPI and week or month."""

from collections.abc import Sequence
from datetime import datetime

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
    fields={"kpi": "text", "day": "time", "value": "float", "unit": "text", "grain": "text", "source": "text"},
    required=("kpi", "day", "value"),
    tables={},
)


def intake(mapping: Mapping) -> Intake:
    def item(values: Values) -> dict[str, object]:
        told = {name: value for name, value in values.fields.items() if value is not None}
        day = told["day"]
        return told | {"day": day.date().isoformat() if isinstance(day, datetime) else day}

    return Intake(item, _write)


def _write(rows: Sequence[dict[str, object]]) -> Written:
    rejected = {}
    figures, places = [], []
    for place, row in enumerate(rows):
        if "\x00" in str(row.get("kpi", "")) + str(row.get("unit", "")):
            rejected[place] = {"kpi": "Remove the NUL character: the database cannot store it."}
        elif errors := body.faults(row, KpiFigure):
            rejected[place] = errors
        else:
            figures.append(msgspec.convert(row, KpiFigure))
            places.append(place)
    done = take_in(figures)
    rejected |= {places[place]: errors for place, errors in done.rejected.items()}
    return Written(done.accepted, done.duplicates, rejected)


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
        reads="time",
        required=True,
        names=("kuukausi", "viikko", "päivä", "pvm", "päivämäärä", "månad", "vecka", "datum", "month", "week", "date"),
    ),
    Target("value", _("value"), reads="number", required=True, names=("arvo", "luku", "määrä", "värde", "value")),
    Target("unit", _("unit of measure"), names=("yksikkö", "mittayksikkö", "enhet", "unit")),
    Target("grain", _("by week or by month"), names=("jaksotus", "grain"), words_of=_GRAINS),
    Target("source", _("source"), names=("lähde", "järjestelmä", "källa", "source")),
)
