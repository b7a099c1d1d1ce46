"""What does not count, and why: by the rules' own exclusions, and by staff."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q

from cxplatform.stats import anonymity
from cxplatform.tenancy.models import Tenant
from promises.board.instances import SEARCHED, Wanted, bounds
from promises.models import Exclusion, PromiseOutcome, Status

MOST = 200


@dataclass(frozen=True)
class Reason:
    """So many of the newest excluded outcomes of the period have this reason; None = those too rare to be told."""

    reason: str | None
    count: int


def reasons(wanted: Wanted, *, tenant: Tenant, every: bool) -> list[Reason]:
    """The reasons of outcomes that do not count, the most common first; of the newest `SEARCHED` of each rule.

    Unless `every` one is to be told, as to who may open each case, those that would tell on a small group are one.
    """
    start, end = bounds(wanted.query, tenant)
    values: dict[str, Any] = {
        "tenant": tenant.pk,
        "rules": list(wanted.rule_ids),
        "status": Status.EXCLUDED.value,
        "start": start,
        "end": end,
        "searched": SEARCHED,
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_REASONS, values)
        found = [Reason(*row) for row in cursor.fetchall()]
    if every:
        return found
    told = anonymity.visible({each.reason: each.count for each in found}, minimum=tenant.anonymity_minimum)
    rest = sum(each.count for each in found if each.reason not in told)
    return [*(each for each in found if each.reason in told), *([Reason(None, rest)] if rest else [])]


def by_hand(rule_ids: tuple[int, ...]) -> list[Exclusion]:
    """The exclusions of these rules that staff made and that stand, the newest first; `MOST` at most."""
    rows = Exclusion.objects.filter(rule_id__in=rule_ids, lifted_at=None).select_related("made_by", "rule")
    return list(rows.order_by("-made_at", "-id")[:MOST])


def standing_exclusion(outcome: PromiseOutcome) -> Exclusion | None:
    """What takes this outcome out by hand now."""
    own = Q(opened_by=None) | Q(opened_by=outcome.opened_by)
    return (
        Exclusion.objects.filter(own, rule_id=outcome.rule_id, subject=outcome.subject, lifted_at=None)
        .select_related("made_by")
        .first()
    )


def outcomes_of(exclusions: list[Exclusion]) -> dict[object, PromiseOutcome]:
    """By exclusion id, the outcome that it takes out, where it is still there; one query."""
    rows = PromiseOutcome.objects.filter(
        rule_id__in={row.rule_id for row in exclusions}, subject__in={row.subject for row in exclusions}
    )
    found = {(row.rule_id, row.subject, row.opened_by): row for row in rows}
    single = {(row.rule_id, row.subject): row for row in rows}
    return {
        row.id: outcome
        for row in exclusions
        if (
            outcome := found.get((row.rule_id, row.subject, row.opened_by))
            if row.opened_by
            else single.get((row.rule_id, row.subject))
        )
    }


# Uses outcome_by_status; those without a due time are dated by their opening.
_REASONS = """
SELECT reason, count(*) FROM unnest(%(rules)s::bigint[]) AS r (rule_id)
CROSS JOIN LATERAL (
    (SELECT reason FROM promises_promiseoutcome
     WHERE tenant_id = %(tenant)s AND rule_id = r.rule_id AND status = %(status)s
        AND due_at >= %(start)s AND due_at < %(end)s
     ORDER BY due_at DESC LIMIT %(searched)s)
    UNION ALL
    (SELECT reason FROM promises_promiseoutcome
     WHERE tenant_id = %(tenant)s AND rule_id = r.rule_id AND status = %(status)s AND due_at IS NULL
        AND opened_at >= %(start)s AND opened_at < %(end)s
     LIMIT %(searched)s)
) newest
GROUP BY reason ORDER BY count(*) DESC, reason LIMIT %(most)s
"""
