"""Who is reminded: those who were asked, have not answered, and whom the rules let be asked again today."""

from datetime import datetime
from uuid import UUID

import msgspec
from django.db import connection

from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Tenant
from surveys.asking import ledger
from surveys.asking.policy import open_from, policy_of, zone_of
from surveys.models import Survey

BATCH = 500

# Reads the open asks only (invitation_waiting), the longest waiting first. Whoever refused any survey since this
# one was sent is not reminded of it (invitation_by_customer).
_WAITING = """
SELECT i.id, s.kind, c.dimensions ->> 'timezone'
FROM surveys_invitation i
JOIN surveys_survey s ON s.tenant_id = i.tenant_id AND s.id = i.survey_id AND s.archived_at IS NULL
JOIN jsonb_to_recordset(%(rules)s) AS rule (kind text, most int, seconds float) ON rule.kind = s.kind
LEFT JOIN journeys_customer c ON c.tenant_id = i.tenant_id AND c.id = i.customer_id
WHERE i.tenant_id = %(tenant)s AND i.state IN ('sent', 'opened') AND i.expires_at > %(now)s
    AND i.answered_at IS NULL AND i.method IN ('email', 'sms') AND i.address <> ''
    AND i.reminders < rule.most
    AND coalesce(i.reminded_at, i.sent_at) + make_interval(secs => rule.seconds) <= %(now)s
    AND (c.id IS NULL OR c.erased_at IS NULL)
    AND NOT EXISTS (
        SELECT 1 FROM surveys_invitation r
        WHERE r.tenant_id = i.tenant_id AND r.customer_id = i.customer_id AND r.state = 'refused'
            AND r.due_at >= i.due_at - interval '92 days' AND coalesce(r.answered_at, r.sent_at, r.due_at) >= i.sent_at
    )
ORDER BY coalesce(i.reminded_at, i.sent_at), i.id LIMIT %(most)s
"""


def to_remind(*, now: datetime, most: int = BATCH) -> list[UUID]:
    """Asks of the active tenant to be sent once more now: never at a quiet time, nor more often than the rules say."""
    rules = ledger.rules_in_use()
    policies = {kind: policy_of(kind, rules) for kind in Survey.objects.values_list("kind", flat=True).distinct()}
    told = [
        {"kind": kind, "most": policy.reminders, "seconds": policy.remind_after.total_seconds()}
        for kind, policy in policies.items()
        if policy.reminders
    ]
    if not told:
        return []
    tenant = Tenant.objects.get(pk=active_tenant_id())
    with connection.cursor() as cursor:
        cursor.execute(
            _WAITING,
            {"tenant": tenant.pk, "now": now, "most": most, "rules": msgspec.json.encode(told).decode()},
        )
        rows = cursor.fetchall()
    return [id_ for id_, kind, zone in rows if open_from(now, policies[kind].quiet, zone_of(zone, tenant.zone)) <= now]
