"""The catalogue as it is read: each gesture with its uses, their cost, and what customers who met it say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count

from cxplatform.stats.anonymity import enough
from cxplatform.stats.change import Change, changes, control
from cxplatform.stats.metrics import Metric, metric
from cxplatform.stats.score import Score, score
from cxplatform.tenancy.models import Tenant
from dashboards.gestures.effect import KIND
from dashboards.insights.read import findings
from dashboards.models import Gesture, GestureUse

DAYS = 90


@dataclass(frozen=True)
class Effect:
    """`change` is that of those who met it against the others; verdicts of all gestures are controlled together."""

    metric: Metric
    met: Score
    others: Score
    change: Change


@dataclass(frozen=True)
class Row:
    """`uses` of the last DAYS days and `spent` on them; `effect` None where too few answered after it."""

    gesture: Gesture
    uses: int
    customers: int
    spent: Decimal | None
    effect: Effect | None


@dataclass(frozen=True)
class Catalogue:
    """`unknown` are slugs that events tell of and no catalogue knows, with how many."""

    rows: Sequence[Row]
    unknown: Sequence[tuple[str, int]]


def load_catalogue(*, tenant: Tenant, today: date) -> Catalogue:
    """Three queries. Customers are counted from the organisation's smallest group on; fewer are shown as 0."""
    gestures = list(Gesture.objects.in_use().select_related("touchpoint", "owner"))
    since = datetime.combine(today - timedelta(days=DAYS - 1), time(), tenant.zone)
    used = {
        slug: (n, customers)
        for slug, n, customers in GestureUse.objects.filter(at__gte=since)
        .values("gesture")
        .annotate(n=Count("event_id"), customers=Count("customer_id", distinct=True))
        .values_list("gesture", "n", "customers")
    }
    effects = _effects()
    known = {gesture.slug for gesture in gestures}
    return Catalogue(
        rows=[
            _row(gesture, uses, customers if enough(customers, minimum=tenant.anonymity_minimum) else 0, effect)
            for gesture, (uses, customers), effect in (
                (each, used.get(each.slug, (0, 0)), effects.get(each.pk)) for each in gestures
            )
        ],
        unknown=sorted((slug, n) for slug, (n, _customers) in used.items() if slug not in known)[:20],
    )


def _row(gesture: Gesture, uses: int, customers: int, effect: Effect | None) -> Row:
    spent = gesture.cost * uses if gesture.cost is not None and uses else None
    return Row(gesture, uses, customers, spent, effect)


def _effects() -> Mapping[int, Effect]:
    told = [insight.data for insight in findings([KIND])[KIND]]
    of = [metric(data["metric"]) for data in told]
    found = control([changes(each, [(data["met"], data["others"])])[0] for each, data in zip(of, told, strict=True)])
    return {
        data["gesture"]: Effect(each, score(each, data["met"]), score(each, data["others"]), change)
        for each, data, change in zip(of, told, found, strict=True)
    }
