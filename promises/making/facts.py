"""The numbers "challenging but possible" is judged by: the targets as they are, and what history would have kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.numbers import count, share, share_number
from journeys.conditions import BadDefinition
from promises.feasible.elapsed import needed, shares, stops
from promises.feasible.history import history
from promises.feasible.words import span
from promises.making.evidence import own_rules
from promises.models import Criterion, Promise, Rule


def measures(rules: list[Rule]) -> list[list[Any]]:
    """What the promise asks of itself, in short: each measure, whatever its version, with target and deadline."""
    return [[rule.first_id or rule.pk, float(rule.target), rule.duration_minutes] for rule in rules]


def possible(promise: Promise, *, now: datetime | None = None) -> dict[str, Any]:
    """`measures`, and of each deadline what the last 90 days would have kept; shares 0..1.

    {"measures": [[rule, target, minutes], ...], "history": [{"rule", "wording", "target", "minutes", "business",
    "share", "low", "high", "n", "needs"}, ...]}; `needs` are the minutes that would have met the target.
    """
    rules = own_rules(promise)
    tenant = promise.tenant
    told = [_history(rule, tenant, now or timezone.now()) for rule in rules if rule.kind == Rule.Kind.DEADLINE]
    return {"measures": measures(rules), "history": [each for each in told if each]}


def said(fact: Mapping[str, Any]) -> str:
    """What history says of one deadline, as a sentence."""
    values = {name: share(fact[name]) for name in ("share", "target")}
    values |= {name: share_number(fact[name]) for name in ("low", "high")}
    values |= {"n": count(fact["n"]), "time": span(fact["minutes"], business=fact["business"])}
    if fact["needs"] is None:
        text = _(
            "At %(time)s %(share)s would have been kept (%(low)s…%(high)s, n %(n)s); no deadline reached %(target)s."
        )
        return text % values
    text = _("At %(time)s %(share)s would have been kept (%(low)s…%(high)s, n %(n)s); %(target)s needs %(needs)s.")
    return text % (values | {"needs": span(fact["needs"], business=fact["business"])})


def outdated(criterion: Criterion, rules: list[Rule]) -> bool:
    """Whether "possible" was judged of another target or deadline than the promise has now."""
    judged = criterion.facts.get("measures")
    return criterion.name == Criterion.Name.POSSIBLE and judged is not None and judged != measures(rules)


def _history(rule: Rule, tenant: Tenant, now: datetime) -> dict[str, Any] | None:
    """None where history says nothing of the rule."""
    if rule.duration_minutes is None:
        return None
    try:
        took = history(rule, tenant=tenant, now=now).elapsed
    except BadDefinition:
        return None
    (here,) = shares(took, [rule.duration_minutes])
    if not here.n:
        return None
    enough = needed(took, target=float(rule.target) / 100, stops=stops(took, also=rule.duration_minutes))
    return {
        "rule": rule.pk,
        "wording": str(rule),
        "target": float(rule.target) / 100,
        "minutes": rule.duration_minutes,
        "business": rule.calendar_id is not None,
        "share": here.share,
        "low": here.low,
        "high": here.high,
        "n": here.n,
        "needs": enough.minutes if enough else None,
    }
