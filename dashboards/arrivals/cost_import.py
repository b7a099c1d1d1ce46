"""Costs of channels from files: one row for each channel and month."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.utils.translation import gettext_lazy as _

from cxplatform.api import body
from dashboards.arrivals.costs import Cost, take_in
from journeys.importing.mapping import Mapping, Shape
from journeys.importing.offers import Offer, Target
from journeys.importing.reader import Values
from journeys.importing.run import Intake, Kind, Written

SHAPE = Shape(
    name="channel cost",
    fields={"channel": "text", "month": "time", "amount": "float", "currency": "text", "source": "text"},
    required=("channel", "month", "amount"),
    tables={},
)


def intake(mapping: Mapping) -> Intake:
    def item(values: Values) -> dict[str, object]:
        told = {name: value for name, value in values.fields.items() if value is not None}
        month, currency = told["month"], told.get("currency")
        if isinstance(currency, str):
            told["currency"] = {"€": "EUR", "kr": "SEK"}.get(currency.strip().lower(), currency.strip().upper())
        return told | {"month": month.date().isoformat() if isinstance(month, datetime) else month}

    return Intake(item, _write)


def _write(rows: Sequence[dict[str, object]]) -> Written:
    rejected = {}
    costs, places = [], []
    for place, row in enumerate(rows):
        if errors := body.faults(row, Cost):
            rejected[place] = errors
        else:
            costs.append(msgspec.convert(row, Cost))
            places.append(place)
    done = take_in(costs)
    rejected |= {places[place]: errors for place, errors in done.rejected.items()}
    return Written(done.accepted, done.duplicates, rejected)


COSTS = Kind(name="channel costs", shape=SHAPE, intake=intake)


def offered() -> list[Offer]:
    return [Offer(slug="channel-costs", label=_("Costs of channels by month"), kind=COSTS, targets=_TARGETS)]


_TARGETS = (
    Target("channel", _("channel"), required=True, names=("kanava", "kanal", "channel")),
    Target(
        "month",
        _("month, any day of it"),
        reads="time",
        required=True,
        names=("kuukausi", "kk", "pvm", "päivämäärä", "månad", "datum", "month", "date"),
    ),
    Target(
        "amount",
        _("amount"),
        reads="number",
        required=True,
        names=("summa", "kustannus", "investointi", "euroa", "belopp", "kostnad", "amount", "cost"),
    ),
    Target("currency", _("currency"), names=("valuutta", "valuta", "currency")),
    Target("source", _("source"), names=("lähde", "järjestelmä", "källa", "source")),
)
