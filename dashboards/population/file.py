"""Shares of the customer base from files: a row for each value of a dimension."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.models import Basis
from dashboards.population.shares import EARLIEST, Share, dimensions_named, take_in
from journeys.importing.mapping import Mapping, Shape
from journeys.importing.offers import Offer, Target
from journeys.importing.reader import Values
from journeys.importing.run import Intake, Kind, Written

SHAPE = Shape(
    name="share",
    fields={
        "dimension": "text",
        "value": "text",
        "share": "float",
        "as_of": "time",
        "source": "text",
        "basis": "text",
    },
    required=("dimension", "value", "share", "as_of", "source"),
    tables={},
)


def intake(mapping: Mapping) -> Intake:
    return Intake(lambda values: values, _write)


def _write(rows: Sequence[Values]) -> Written:
    known = dimensions_named()
    rejected: dict[int, dict[str, str]] = {}
    shares, places = [], []
    for place, row in enumerate(rows):
        told = row.fields
        dimension = known.get(told["dimension"].strip().casefold())
        day: Any = told["as_of"]
        day = day.date() if isinstance(day, datetime) else day
        if dimension is None:
            rejected[place] = {"dimension": _("There is no such dimension. Choose another.")}
        elif not EARLIEST <= day <= _today():
            rejected[place] = {"as_of": _("Give a day from the year 2000 to today.")}
        elif "\x00" in told["source"] or len(told["source"]) > 200:
            rejected[place] = {"source": "Send at most 200 characters."}
        elif (basis := told.get("basis") or Basis.CUSTOMERS) not in Basis.values:
            rejected[place] = {"basis": _("Write customers or revenue, or leave it empty for customers.")}
        else:
            value, source = told["value"].strip(), told["source"].strip()
            shares.append(Share(dimension, value, told["share"], day, source, basis))
            places.append(place)
    done = take_in(shares)
    rejected |= {places[place]: errors for place, errors in done.rejected.items()}
    return Written(done.accepted, done.duplicates, rejected)


def _today() -> date:
    return timezone.now().date()


_BASES = {
    **dict.fromkeys(("asiakkaat", "asiakkaista", "asiakasmäärä", "kunder", "customers"), Basis.CUSTOMERS),
    **dict.fromkeys(("liikevaihto", "myynti", "eurot", "omsättning", "intäkter", "revenue", "sales"), Basis.REVENUE),
}
SHARES = Kind(name="population", shape=SHAPE, intake=intake)


def offered() -> list[Offer]:
    return [
        Offer(
            slug="population",
            label=gettext_lazy("Shares of the customer base"),
            kind=SHARES,
            targets=(
                Target(
                    "dimension",
                    gettext_lazy("dimension"),
                    required=True,
                    names=("ulottuvuus", "jaottelu", "dimension", "indelning"),
                ),
                Target(
                    "value", gettext_lazy("value"), required=True, names=("arvo", "luokka", "värde", "klass", "value")
                ),
                Target(
                    "share",
                    gettext_lazy("share or number of customers"),
                    reads="number",
                    required=True,
                    names=("osuus", "asiakkaita", "lukumäärä", "määrä", "andel", "antal", "share", "customers"),
                ),
                Target(
                    "as_of",
                    gettext_lazy("as of"),
                    reads="time",
                    required=True,
                    names=("päivä", "pvm", "tilanne", "päivämäärä", "datum", "per den", "date", "as of"),
                ),
                Target("source", gettext_lazy("source"), required=True, names=("lähde", "källa", "source")),
                Target(
                    "basis",
                    gettext_lazy("shares of customers or of revenue"),
                    names=("peruste", "osuuden peruste", "grund", "basis"),
                    words_of=_BASES,
                ),
            ),
        )
    ]
