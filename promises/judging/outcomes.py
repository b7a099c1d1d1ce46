"""The consumer of events that judges promises: every instance a claim touches is judged anew from all its
events, so that late, doubled and disordered events end in the same outcomes and counts."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import structlog
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from cxplatform.pipeline.consumers import Claim
from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Tenant
from journeys.conditions import BadDefinition
from journeys.models import Dimension
from promises.judging import by_period
from promises.judging.announce import announce
from promises.judging.counting import Change, store
from promises.judging.instances import Touched, instances, touched
from promises.judging.judge import Judged, judge, without
from promises.judging.measure import Measure, measure
from promises.models import Promise, Rule

NAME = "promises.outcomes"
JUDGED = (Promise.Lifecycle.PILOT, Promise.Lifecycle.PUBLIC)

log = structlog.get_logger(__name__)


def consume(claim: Claim) -> None:
    """Judge what these events touch and move the counts; costs one query where no promise is judged."""
    rules = list(judged_rules())
    if not rules:
        return
    tenant = Tenant.objects.get(pk=claim.tenant_id)
    measures = measures_of(rules, tenant)
    found = touched(tenant_id=tenant.pk, event_ids=claim.event_ids, measures=measures)
    announce([change for each, part in found.items() for change in rejudge(tenant, each, part)])


def rejudge_events(event_ids: Sequence[UUID]) -> None:
    """Judge anew what these events of the active tenant touch: they moved to another touchpoint, channel or unit."""
    consume(Claim(active_tenant_id(), list(event_ids)))


def judged_rules() -> QuerySet[Rule]:
    """The rules of promises that are judged: internal pilots and public ones."""
    return (
        Rule.objects.in_use()
        .filter(promise__lifecycle__in=JUDGED, promise__archived_at=None)
        .select_related("calendar", "promise")
        .order_by("pk")
    )


def measures_of(rules: list[Rule], tenant: Tenant) -> list[Measure]:
    """The rules as values. One that makes no sense is left out and logged: it must not stop the others."""
    measures = []
    for rule in rules:
        try:
            measures.append(measure(rule, rule_id=rule.pk, zone=tenant.timezone))
        except BadDefinition as error:
            log.warning("rule not judged", tenant=tenant.pk, rule=rule.pk, field=error.field)
    return measures


def rejudge(tenant: Tenant, each: Measure, part: Touched, *, now: datetime | None = None) -> list[Change]:
    """Judge all instances of these subjects anew, store what changed and count it."""
    now = now or timezone.now()
    if each.periodic:
        part = by_period.window(tenant_id=tenant.pk, measure=each, part=part)
    return store(
        tenant_id=tenant.pk,
        measure=each,
        part=part,
        judged=judged_now(tenant, each, part, now=now),
        now=now,
        zone=tenant.timezone,
    )


def judged_now(tenant: Tenant, each: Measure, part: Touched, *, now: datetime) -> list[Judged]:
    """What the stored events and the exclusions by hand make of these subjects; nothing is stored."""
    dimensions = list(Dimension.objects.in_use().order_by("pk").values_list("slug", flat=True))
    by_hand = standing(rule_id=each.rule_id, subjects=part.subjects)
    if each.periodic:
        return without(by_period.judge(tenant.pk, each, part, dimensions=dimensions, now=now), by_hand)
    found = instances(tenant_id=tenant.pk, measure=each, part=part, dimensions=dimensions)
    return judge(each, found, now=now, zone=tenant.zone, by_hand=by_hand)


def standing(*, rule_id: int, subjects: Iterable[str]) -> dict[tuple[str, str | None], str]:
    """Reasons of the exclusions by hand that stand, by subject and opening event; uses exclusion_standing."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, {"tenant": active_tenant_id(), "rule": rule_id, "subjects": list(subjects)})
        return {(subject, opened_by): reason for subject, opened_by, reason in cursor.fetchall()}


# By a query of Django's each of thousands of subjects is prepared by itself.
_STANDING = """
SELECT subject, opened_by::text, reason FROM promises_exclusion
WHERE tenant_id = %(tenant)s AND rule_id = %(rule)s AND subject = ANY(%(subjects)s::text[]) AND lifted_at IS NULL
"""
