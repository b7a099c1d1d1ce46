"""The pipeline's consumer `surveys.asking`: events that match a trigger become one decision each.

It has no rebuild: a rebuild makes counts anew, and must ask nobody again. What was decided of an event stays, as
(tenant, trigger, event) is unique in the ledger; so the same event delivered twice asks once.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from hashlib import blake2b
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from cxplatform.pipeline.consumers import Claim
from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Tenant
from journeys.claimed import claimed
from surveys.asking import ledger, reasons
from surveys.asking.contact import Candidate
from surveys.models import SurveyTrigger

NAME = "surveys.asking"
HISTORY = timedelta(days=30)
"""What is told later than this after it would have been asked about is history brought in: not even a candidate."""

# Every claimed event beside every active trigger of its type. Counting the customer's earlier events stops at the
# trigger's number, on event_by_customer (tenant, customer_id, time). `followed` looks for the other event within
# its time; `asked` keeps a trigger with a number to once per customer (invitation_by_customer).
_MATCH = """
WITH claimed AS MATERIALIZED (
    SELECT e.* FROM unnest(%(ids)s::uuid[]) AS c (id)
    CROSS JOIN LATERAL (
        SELECT * FROM journeys_event WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = c.id LIMIT 1
    ) e
    WHERE e.customer_id IS NOT NULL AND e.type = ANY(%(types)s)
)
SELECT t.id, e.id, e.customer_id, e.time, e.touchpoint_id, e.channel_id, e.unit_id, e.correlation,
    coalesce(lower(e.properties ->> 'test') IN ('true', '1'), false),
    t.unless_type <> '' AND EXISTS (
        SELECT 1 FROM journeys_event b WHERE b.tenant_id = (SELECT %(tenant)s::bigint) AND b.customer_id = e.customer_id
            AND b.time BETWEEN e.time AND e.time + make_interval(mins => t.unless_minutes)
            AND b.type = t.unless_type AND b.id <> e.id
    )
FROM claimed e
JOIN surveys_surveytrigger t ON t.tenant_id = (SELECT %(tenant)s::bigint) AND t.event_type = e.type
    AND t.active AND t.archived_at IS NULL
    AND (t.touchpoint_id IS NULL OR t.touchpoint_id = e.touchpoint_id)
    AND (t.channel_id IS NULL OR t.channel_id = e.channel_id)
    AND (t.property_name = '' OR e.properties ->> t.property_name = t.property_value)
WHERE NOT EXISTS (
        SELECT 1 FROM surveys_invitation i
        WHERE i.tenant_id = (SELECT %(tenant)s::bigint) AND i.trigger_id = t.id AND i.event_id = e.id
    )
    AND (t.nth IS NULL OR (
        t.nth - 1 = (
            SELECT count(*) FROM (
                SELECT 1 FROM journeys_event p
                WHERE p.tenant_id = (SELECT %(tenant)s::bigint) AND p.customer_id = e.customer_id AND p.time <= e.time
                    AND p.type = t.event_type
                    AND (p.time, coalesce(p.sequence, 0), p.source_id) < (e.time, coalesce(e.sequence, 0), e.source_id)
                    AND (t.touchpoint_id IS NULL OR t.touchpoint_id = p.touchpoint_id)
                    AND (t.channel_id IS NULL OR t.channel_id = p.channel_id)
                    AND (t.property_name = '' OR p.properties ->> t.property_name = t.property_value)
                LIMIT t.nth
            ) earlier
        )
        AND NOT EXISTS (
            SELECT 1 FROM surveys_invitation i
            WHERE i.tenant_id = (SELECT %(tenant)s::bigint) AND i.customer_id = e.customer_id AND i.trigger_id = t.id
        )
    ))
ORDER BY e.time, e.id, t.id
"""

# The other event came in time, maybe heard of late: what is still planned is taken back.
_TAKE_BACK = """
WITH claimed AS MATERIALIZED (
    SELECT e.* FROM unnest(%(ids)s::uuid[]) AS c (id)
    CROSS JOIN LATERAL (
        SELECT * FROM journeys_event WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = c.id LIMIT 1
    ) e
    WHERE e.customer_id IS NOT NULL AND e.type = ANY(%(types)s)
)
UPDATE surveys_invitation i SET state = 'skipped', reason = %(reason)s, address = ''
FROM (
    SELECT DISTINCT i.id FROM claimed b
    JOIN surveys_surveytrigger t ON t.tenant_id = (SELECT %(tenant)s::bigint) AND t.unless_type = b.type
    CROSS JOIN LATERAL (
        SELECT * FROM surveys_invitation
        WHERE tenant_id = (SELECT %(tenant)s::bigint) AND customer_id = b.customer_id AND due_at >= b.time
            AND trigger_id = t.id AND state = 'planned' AND sent_at IS NULL
    ) i
    CROSS JOIN LATERAL (
        SELECT time FROM journeys_event WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = i.event_id LIMIT 1
    ) a
    WHERE b.time BETWEEN a.time AND a.time + make_interval(mins => t.unless_minutes) AND b.id <> i.event_id
) gone
WHERE i.tenant_id = (SELECT %(tenant)s::bigint) AND i.id = gone.id AND i.state = 'planned' AND i.sent_at IS NULL
RETURNING i.trigger_id, i.decided_at
"""


def consume(claim: Claim) -> None:
    """Decide about the people of a claim's events, and take back asks that lost their reason."""
    triggers = {trigger.pk: trigger for trigger in SurveyTrigger.objects.in_use().filter(active=True)}
    # Most claims hold nothing that asks anybody: they pass without waiting for the turn to decide.
    if triggers and claimed(claim).types & _types(triggers):
        ask(claim.event_ids, triggers=triggers, now=timezone.now())


def ask(event_ids: Sequence[UUID], *, triggers: Mapping[int, SurveyTrigger], now: datetime) -> int:
    """Decide about these events' people by these triggers of the active tenant; how many decisions were made."""
    types = sorted(_types(triggers))
    ledger.take_turn()
    tenant = Tenant.objects.get(pk=active_tenant_id())
    today = now.astimezone(tenant.zone).date()
    _take_back(event_ids, triggers=triggers, tenant=tenant)
    published = published_surveys({trigger.survey_id for trigger in triggers.values()})
    matches = _matches(event_ids, types)
    found = [_candidate(match, triggers[match[0]], published, today, now) for match in matches if match[0] in triggers]
    decided = ledger.plan([candidate for candidate in found if candidate], now=now)
    return len(decided)


def _types(triggers: Mapping[int, SurveyTrigger]) -> set[str]:
    """The types of events that make or unmake an ask."""
    return {t.event_type for t in triggers.values()} | {t.unless_type for t in triggers.values()} - {""}


def _matches(event_ids: Sequence[UUID], types: Sequence[str]) -> list[Any]:
    values: dict[str, Any] = {"tenant": active_tenant_id(), "ids": sorted(set(event_ids)), "types": list(types)}
    with connection.cursor() as cursor:
        cursor.execute(_MATCH, values)
        return list(cursor.fetchall())


def _candidate(
    match: Any,
    trigger: SurveyTrigger,
    published: Mapping[int, tuple[str, int | None]],
    today: date,
    now: datetime,
) -> Candidate | None:
    _, event_id, customer_id, time, touchpoint_id, channel_id, unit_id, correlation, is_test, followed = match
    kind, place = published.get(trigger.survey_id, ("", None))
    wait = trigger.delay_minutes + (trigger.unless_minutes if trigger.unless_type else 0)
    due_at = time + timedelta(minutes=wait)
    if due_at < now - max(HISTORY, timedelta(days=trigger.relevant_days)):
        return None
    known = (
        (is_test, reasons.TEST),
        (due_at < now - timedelta(days=trigger.relevant_days), reasons.LATE),
        (trigger.survey_id not in published, reasons.CLOSED),
        (followed, reasons.HAPPENED),
    )
    return Candidate(
        customer_id=customer_id,
        survey_id=trigger.survey_id,
        kind=kind,
        due_at=due_at,
        methods=tuple(trigger.methods),
        lifetime=timedelta(days=trigger.lifetime_days),
        event_id=event_id,
        trigger_id=trigger.pk,
        touchpoint_id=touchpoint_id or place,
        channel_id=channel_id,
        unit_id=unit_id,
        correlation=correlation,
        share=trigger.sampling_percent / 100,
        chance=draw(f"{trigger.pk}:{event_id}"),
        quotas=ledger.quotas_of(trigger, today),
        obstacle=next((reason for holds, reason in known if holds), ""),
    )


def draw(what: str) -> float:
    """A number in [0, 1) that is always the same for the same text, and even over many texts."""
    return int.from_bytes(blake2b(what.encode(), digest_size=6).digest()) / 2**48


_PUBLISHED = """
SELECT s.id, s.kind, s.touchpoint_id FROM surveys_survey s
WHERE s.tenant_id = %s AND s.id = ANY(%s) AND s.archived_at IS NULL AND EXISTS (
    SELECT 1 FROM surveys_surveyversion v WHERE v.tenant_id = s.tenant_id AND v.survey_id = s.id
)
"""


def published_surveys(survey_ids: set[int]) -> dict[int, tuple[str, int | None]]:
    """Kind and touchpoint of those of these surveys that customers can answer now."""
    with connection.cursor() as cursor:
        cursor.execute(_PUBLISHED, [active_tenant_id(), list(survey_ids)])
        return {id_: (kind, touchpoint_id) for id_, kind, touchpoint_id in cursor.fetchall()}


def _take_back(event_ids: Sequence[UUID], *, triggers: Mapping[int, SurveyTrigger], tenant: Tenant) -> None:
    """Skip what is planned although the other event came; its place in the quotas is free again."""
    types = sorted({trigger.unless_type for trigger in triggers.values()} - {""})
    if not types:
        return
    values: dict[str, Any] = {
        "tenant": tenant.pk,
        "ids": sorted(set(event_ids)),
        "types": types,
        "reason": reasons.HAPPENED,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_BACK, values)
        gone = cursor.fetchall()
    freed: Counter[tuple[int, str, date]] = Counter()
    for trigger_id, decided_at in gone:
        if trigger_id in triggers:
            for quota in ledger.quotas_of(triggers[trigger_id], decided_at.astimezone(tenant.zone).date()):
                freed[quota.trigger_id, quota.period, quota.start] -= 1
    ledger.spend(freed)
