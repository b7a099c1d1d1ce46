"""How Rengasala asks: its rules, what triggers an ask, and the ledger of the last two months."""

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from surveys.models import ContactRule, Method, Survey, SurveyRound, SurveyTrigger

DAYS = 60
_TRIGGERS = (
    ("avun-jalkeen", "Avun jälkeen", "apu", "contact.answered", 30),
    ("reklamaation-jalkeen", "Reklamaation jälkeen", "apu", "complaint.answered", 120),
)

# Of the answers near an encounter some were asked for, the others came by a code or a link; where nobody answered,
# chance by the event's own id says what became of the ask.
_LEDGER = """
INSERT INTO surveys_invitation (
    tenant_id, id, survey_id, method, state, reason, customer_id, address, language, touchpoint_id, channel_id,
    unit_id, correlation, event_id, trigger_id, decided_at, due_at, sent_at, opened_at, answered_at,
    expires_at, response_id, counted, counted_state)
SELECT %(tenant)s, uuidv7(), %(survey)s, 'email', state,
    CASE WHEN state = 'skipped' THEN CASE WHEN luck < 10 THEN 'too_soon' ELSE 'resting_after_answer' END
        WHEN state = 'refused' THEN 'opted_out' ELSE '' END,
    customer_id, '', language, touchpoint_id, channel_id, unit_id, correlation, id, %(trigger)s, time, due,
    CASE WHEN state <> 'skipped' THEN due END,
    CASE WHEN state IN ('opened', 'answered', 'refused') THEN due + interval '20 minutes' END,
    CASE WHEN state = 'answered' THEN due + make_interval(mins => 5 + luck * 9) END,
    due + interval '14 days', response_id, '{}', ''
FROM (
    SELECT e.*, coalesce(nullif(c.locale, ''), 'fi') AS language, r.id AS response_id, luck,
        e.time + make_interval(mins => %(delay)s) AS due,
        CASE WHEN r.id IS NOT NULL THEN 'answered' WHEN luck < 16 THEN 'skipped' WHEN luck < 18 THEN 'refused'
            WHEN e.time < %(now)s - interval '15 days' THEN 'expired' WHEN luck < 45 THEN 'opened'
            ELSE 'sent' END AS state
    FROM journeys_event e
    JOIN journeys_customer c ON c.tenant_id = e.tenant_id AND c.id = e.customer_id
    CROSS JOIN LATERAL (SELECT abs(hashtext(e.source_id)) %% 100 AS luck) chance
    LEFT JOIN LATERAL (
        SELECT id FROM surveys_response r
        WHERE r.tenant_id = e.tenant_id AND r.customer_id = e.customer_id AND r.touchpoint_id = e.touchpoint_id
            AND r.answered_at BETWEEN e.time AND e.time + interval '2 days' LIMIT 1
    ) r ON true
    WHERE e.tenant_id = %(tenant)s AND e.type = %(type)s AND e.time BETWEEN %(since)s AND %(until)s
) told WHERE response_id IS NULL OR luck < 45
"""


def set_up(tenant: Tenant) -> None:
    """Write Rengasala's rules of asking, and what was asked lately.

    After its events are counted: a trigger that was there before would decide about the last of them.
    """
    with activate(tenant.pk):
        if not ContactRule.objects.exists():
            _ask(tenant, timezone.now())


def _ask(tenant: Tenant, now: datetime) -> None:
    surveys = {survey.slug: survey for survey in Survey.objects.all()}
    ContactRule.objects.create()
    ContactRule.objects.create(kind=Survey.Kind.RELATIONSHIP, every_days=90, after_refusal_days=365)
    for slug, name, survey, event_type, minutes in _TRIGGERS:
        trigger = SurveyTrigger.objects.create(
            slug=slug, name=name, survey=surveys[survey], event_type=event_type, delay_minutes=minutes, quota_day=200
        )
        with connection.cursor() as cursor:
            cursor.execute(
                _LEDGER,
                {
                    "tenant": tenant.pk,
                    "survey": surveys[survey].pk,
                    "trigger": trigger.pk,
                    "type": event_type,
                    "delay": minutes,
                    "now": now,
                    "since": now - timedelta(days=DAYS),
                    "until": now - timedelta(hours=3),
                },
            )
    SurveyRound.objects.create(
        slug="suhde-talvi",
        name="Asiakassuhde, talvi",
        survey=surveys["asiakassuhde"],
        sample_size=400,
        methods=[Method.EMAIL],
        scheduled_at=now + timedelta(days=10),
    )
