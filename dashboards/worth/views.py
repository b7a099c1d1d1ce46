"""The page of classes: who stayed and what they paid; and perceived value by the number of the encounter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cxplatform.stats.metrics import metric
from cxplatform.stats.score import Score, score
from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from dashboards.cells import shown_groups
from dashboards.insights.read import findings
from dashboards.labels import choice_label
from dashboards.out.answer import asked_for
from dashboards.scope import whole_company
from dashboards.sheets import Chart, Column, Sheet
from dashboards.words import number
from dashboards.worth.finder import KIND, NPS
from surveys.encounters import MOST
from surveys.models import EncounterRollup

VALUE = "value/-6..6"
ASKED = {
    "relationship": gettext_lazy("Classed by their last answer about the relationship."),
    "transaction": gettext_lazy("Classed by their last answer about a single encounter."),
}


@dataclass(frozen=True)
class Nth:
    """Perceived value at customers' nth encounter; `score` None where too few answered, `last` = and more."""

    number: int
    last: bool
    score: Score | None


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def worth(request: HttpRequest) -> HttpResponse:
    """The whole page, in two queries of its own."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    found = next(iter(findings([KIND])[KIND]), None)
    data = found.data if found else None
    if file := asked_for(request, lambda: sheets(data) if data else [], title=_("Value of customers"), name="worth"):
        return file
    shown = {
        "data": data,
        "currency": data.get("currency", "EUR") if data else "",
        "asked": ASKED.get(data.get("asked", ""), "") if data else "",
        "first": date.fromisoformat(data["first"]) if data else None,
        "left_out": _left_out(data) if data and data.get("other_currency") else "",
        "split": date.fromisoformat(data["split"]) if data else None,
        "last": found.last if found else None,
        "nths": load_value(minimum=request.tenant.anonymity_minimum),  # type: ignore[attr-defined]
        "section": "worth",
    }
    return render(request, "dashboards/worth/worth.html", shown)


def _left_out(data: dict[str, Any]) -> str:
    said = ngettext(
        "%(n)s payment in another currency than %(currency)s is left out.",
        "%(n)s payments in other currencies than %(currency)s are left out.",
        data["other_currency"],
    )
    return said % {"n": number(data["other_currency"]), "currency": data["currency"]}


def load_value(*, minimum: int) -> tuple[Nth, ...]:
    """Benefit less sacrifice by the number of the encounter, of the active tenant; empty while nobody was asked."""
    counted = {
        number: np.array(histogram, dtype=np.int64)
        for number, histogram in EncounterRollup.objects.filter(metric=VALUE).values_list("number", "histogram")
        if any(histogram)
    }
    shown = shown_groups(counted, minimum=minimum)
    return tuple(
        Nth(number, number == MOST, score(metric(VALUE), shown[number]) if number in shown else None)
        for number in sorted(counted)
    )


def sheets(data: dict[str, Any]) -> Sequence[Sheet]:
    """The classes with their shares and means, each with its interval and n; what was paid in its currency."""
    paid = f"{_('Paid')}, {data.get('currency', 'EUR')}"
    return [
        Sheet(
            key="classes",
            title=_("Revenue and retention by class"),
            columns=(
                Column("class", _("Class")),
                Column("n", "n", "count", n_of="stayed"),
                Column("stayed", _("Came back"), "percent"),
                Column("stayed_low", _("Low"), "percent", low_of="stayed"),
                Column("stayed_high", _("High"), "percent", high_of="stayed"),
                Column("paid", paid, "money"),
                Column("paid_low", _("Low"), "money", low_of="paid"),
                Column("paid_high", _("High"), "money", high_of="paid"),
            ),
            rows=[
                (
                    choice_label(one["key"], metric(NPS)),
                    one["n"],
                    *(
                        one.get(name)
                        for name in ("stayed", "stayed_low", "stayed_high", "paid", "paid_low", "paid_high")
                    ),
                )
                for one in data["classes"]
            ],
            chart=Chart("column", "class", ("stayed",)),
            notes=(
                *([str(ASKED[data["asked"]])] if data.get("asked") in ASKED else []),
                *([_left_out(data)] if data.get("other_currency") else []),
                _("A difference, not a cause: those who recommend differ in other ways too."),
            ),
        )
    ]
