"""Figures of a case that the product itself has measured, with their intervals and where they come from."""

from collections.abc import Iterator
from datetime import date

import numpy as np
from django.utils.translation import gettext as _

from cxplatform.stats.anonymity import enough
from cxplatform.stats.intervals import wilson
from cxplatform.stats.metrics import metric
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.numbers import count, day
from dashboards.cases.inputs import Input, Mark
from dashboards.insights.read import findings
from dashboards.levels.load import Kind, load_quarters, quarters_until
from dashboards.models import CustomerWorth
from dashboards.worth.finder import KIND, NPS
from journeys.models import Customer
from surveys.models import FollowUpSetting

PRODUCT = "product"
QUARTERS = 5
"""The quarter that runs and the year before it."""


def measured(*, tenant: Tenant, today: date, currency: str) -> tuple[Input, ...]:
    """What is known of customers and their classes; nothing of what is not measured, or of groups too small. At most
    seven queries, one of which counts the customers."""
    return tuple(
        each
        for found in (
            _customers(today),
            _classes(tenant, today),
            _worth(currency),
            _contact(currency),
            _by_class(today, currency),
        )
        for each in found
    )


def _customers(today: date) -> Iterator[Input]:
    # Who was merged into another, or erased, is a row and no customer.
    known = Customer.objects.filter(merged_into_id=None, erased_at=None).count()
    if known:
        yield _measured("customers", base=float(known), source=_("customers known here"), known_on=today)


def _classes(tenant: Tenant, today: date) -> Iterator[Input]:
    """The shares of promoters and detractors: the newest quarter of relationship answers, else a year of answers
    about single encounters. The two are never pooled."""
    quarters = quarters_until(today, QUARTERS)
    read = load_quarters(metrics=[NPS], quarters=quarters)
    kind: Kind
    for kind in ("relationship", "transaction"):
        answered = [
            quarter
            for quarter in read.answered(NPS, kind)
            if enough(int(read.get(NPS, kind, quarter).sum()), minimum=tenant.anonymity_minimum)
        ]
        if answered:
            break
    else:
        return
    used = answered[-1:] if kind == "relationship" else answered
    histogram = np.sum([read.get(NPS, kind, quarter) for quarter in used], axis=0)
    n = int(histogram.sum())
    about = _("answers about the relationship") if kind == "relationship" else _("answers about single encounters")
    source = _("%(about)s since %(day)s, n %(n)s") % {"about": about, "day": day(used[0]), "n": count(n)}
    for key in ("promoters", "detractors"):
        got = sum(int(histogram[place]) for place in metric(NPS).parts[key])
        low, high = wilson(got, n)
        yield _measured(key, float(low), got / n, float(high), source=source, known_on=today)


def _worth(currency: str) -> Iterator[Input]:
    """What a customer is worth on average, for every class: figures by class replace it."""
    told = CustomerWorth.objects.filter(currency=currency).first()
    if told is None:
        return
    for part in ("promoters", "passives", "detractors"):
        yield _measured(
            f"revenue_{part}",
            base=float(told.amount),
            source=_("mean of all customers: %(source)s") % {"source": told.source},
            known_on=told.known_on,
            mark="assumption",
        )


def _contact(currency: str) -> Iterator[Input]:
    """What a contact costs, as it is set for follow-ups."""
    told = FollowUpSetting.objects.filter(currency=currency).exclude(cost_of_contact=None).first()
    if told is not None and told.cost_of_contact is not None:
        cost = float(told.cost_of_contact)
        yield Input("contact_cost", None, cost, None, source=_("as set for follow-ups"), origin=PRODUCT)


def _by_class(today: date, currency: str) -> Iterator[Input]:
    """Who came back and what they paid in the year after their answer; what was paid only in the case's currency."""
    found = next(iter(findings([KIND])[KIND]), None)
    if found is None:
        return
    split = date.fromisoformat(found.data["split"])
    for each in found.data["classes"]:
        if each["n"] is None:
            continue
        source = _("the year after an answer, since %(day)s, n %(n)s") % {"day": day(split), "n": count(each["n"])}
        for name, key, unit in (("stayed", "retention", 100), ("paid", "revenue", 1)):
            if (base := each.get(name)) is None or (name == "paid" and found.data.get("currency", "EUR") != currency):
                continue
            low, high = (each.get(f"{name}_{end}") for end in ("low", "high"))
            yield _measured(
                f"{key}_{each['key']}",
                None if low is None else max(low / unit, 0.0),
                base / unit,
                None if high is None else high / unit,
                source=source,
                known_on=found.last or today,
            )


def _measured(
    key: str,
    low: float | None = None,
    base: float | None = None,
    high: float | None = None,
    *,
    source: str,
    known_on: date,
    mark: Mark = "measured",
) -> Input:
    """Rounded to what a person would write: a share to a tenth of a per cent, money to a cent."""
    digits = 2 if key.startswith("revenue") else 3

    def rounded(value: float | None) -> float | None:
        return None if value is None else round(value, digits)

    return Input(key, rounded(low), rounded(base), rounded(high), mark, source[:200], known_on, origin=PRODUCT)
