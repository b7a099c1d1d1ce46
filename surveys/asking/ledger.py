"""The contact ledger as the database keeps it: what is read for a decision, and the rows a decision leaves."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import psycopg2.errors
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from cxplatform.ids import uuid7s
from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Tenant
from surveys.asking.contact import METHODS, Candidate, Past, Person, Quota, Spent, Verdict, decide
from surveys.asking.optout import opted_out, plain_address
from surveys.asking.policy import Policy, Quiet, policy_of, zone_of
from surveys.models import AskQuota, ContactRule, Survey, SurveyTrigger

LONGEST_LIFE = timedelta(days=92)
"""No ask stays open longer, so an answer is never further from the ask than this."""
_MOST_ASKS = 500  # of one customer, looked at in one decision

# LATERAL ... LIMIT keeps the look-up of each customer on the key, and of their asks on invitation_by_customer
# (tenant, customer_id, due_at), whatever the planner believes of the tables' sizes.
_PEOPLE = """
SELECT c.id, c.email, c.phone, c.locale, c.dimensions ->> 'timezone', c.erased_at IS NOT NULL
FROM unnest(%(ids)s::uuid[]) AS candidate (id)
CROSS JOIN LATERAL (
    SELECT * FROM journeys_customer WHERE tenant_id = %(tenant)s AND id = candidate.id LIMIT 1
) c
"""
_PAST = """
SELECT i.customer_id, i.survey_id, i.due_at, i.state, i.answered_at,
    CASE WHEN i.state = 'refused' THEN coalesce(i.answered_at, i.opened_at, i.sent_at, i.due_at) END,
    CASE WHEN i.state = 'expired' AND i.opened_at IS NOT NULL THEN i.expires_at END
FROM unnest(%(ids)s::uuid[]) AS candidate (id)
CROSS JOIN LATERAL (
    SELECT * FROM surveys_invitation
    WHERE tenant_id = %(tenant)s AND customer_id = candidate.id AND due_at >= %(since)s
        AND state NOT IN ('skipped', 'failed')
    ORDER BY due_at DESC LIMIT %(most)s
) i
"""
# An answer given by any other door rests its customer just as well. Uses response_by_customer.
_ANSWERED = """
SELECT r.customer_id, r.survey_id, r.answered_at
FROM unnest(%(ids)s::uuid[]) AS candidate (id)
CROSS JOIN LATERAL (
    SELECT * FROM surveys_response
    WHERE tenant_id = %(tenant)s AND customer_id = candidate.id AND answered_at >= %(since)s AND NOT is_test
    LIMIT %(most)s
) r
"""
_NEVER_ASKED = datetime(1, 1, 2, tzinfo=UTC)  # near no ask
_TAKE_TURN = "SELECT pg_advisory_xact_lock(hashtextextended('surveys.contact', %s))"
_WRITE = """
INSERT INTO surveys_invitation (tenant_id, id, survey_id, method, state, reason, customer_id, member_id, address,
    language, touchpoint_id, channel_id, unit_id, correlation, event_id, trigger_id, round_id, decided_at, due_at,
    reminders, expires_at)
SELECT %(tenant)s, id, survey_id, method, state, reason, customer_id, member_id, address, language, touchpoint_id,
    channel_id, unit_id, correlation, event_id, trigger_id, round_id, %(now)s, due_at, 0, expires_at
FROM jsonb_to_recordset(%(rows)s) AS row (id uuid, survey_id bigint, method text, state text, reason text,
    customer_id uuid, member_id bigint, address text, language text, touchpoint_id bigint, channel_id bigint,
    unit_id bigint, correlation text, event_id uuid, trigger_id bigint, round_id bigint, due_at timestamptz,
    expires_at timestamptz)
ON CONFLICT (tenant_id, trigger_id, event_id) WHERE trigger_id IS NOT NULL DO NOTHING
"""
_SPEND = """
INSERT INTO surveys_askquota AS old (tenant_id, trigger_id, period, start, asked)
SELECT %(tenant)s, trigger_id, period, start, asked FROM jsonb_to_recordset(%(rows)s)
    AS row (trigger_id bigint, period text, start date, asked int)
ON CONFLICT (tenant_id, trigger_id, period, start)
DO UPDATE SET asked = greatest(0, old.asked + excluded.asked)
"""


def take_turn() -> None:
    """Wait for the active tenant's turn to decide; it ends with the transaction.

    Taken before anything is read that a decision rests on. Under it nothing waits for the pipeline's lock.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_TURN, [active_tenant_id()])


def take_turn_soon() -> bool:
    """Take the turn if it comes within 200 ms. For requests of the public, which must not queue behind a long one."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '200ms'")
            cursor.execute(_TAKE_TURN, [active_tenant_id()])
            cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
    except OperationalError as error:
        if not isinstance(error.__cause__, psycopg2.errors.LockNotAvailable):
            raise
        return False
    return True


def plan(candidates: Sequence[Candidate], *, now: datetime | None = None) -> list[tuple[UUID, Verdict]]:
    """Decide about candidates of the active tenant and write each decision into the ledger.

    The verdicts, with the ids of their rows, in the order of the candidates.
    """
    if not candidates:
        return []
    take_turn()
    moment = now or timezone.now()
    verdicts = weigh(candidates, now=moment)
    rows = list(zip(uuid7s(len(verdicts)), verdicts, strict=True))
    write([row_of(id_, verdict) for id_, verdict in rows], now=moment)
    spend(Counter(_keys(quota for _, verdict in rows if verdict.asked for quota in verdict.candidate.quotas)))
    return rows


def weigh(candidates: Sequence[Candidate], *, now: datetime) -> list[Verdict]:
    """What would be decided now, with nothing written."""
    rules = rules_in_use()
    since = now - LONGEST_LIFE - max(policy_of(c.kind, rules).longest for c in candidates)
    people = read_people({c.customer_id for c in candidates}, since=since)
    spent = _spent({quota for c in candidates for quota in c.quotas})
    return decide(candidates, people=people, rules=rules, spent=spent, now=now)


def rules_in_use() -> dict[str, Policy]:
    """The active tenant's rules by kind; "" is the one for all kinds."""
    return {rule.kind: _policy(rule) for rule in ContactRule.objects.all()}


def _policy(rule: ContactRule) -> Policy:
    return Policy(
        every=timedelta(days=rule.every_days),
        after_answer=timedelta(days=rule.after_answer_days),
        after_refusal=timedelta(days=rule.after_refusal_days),
        after_abandon=timedelta(days=rule.after_abandon_days),
        own_kind=rule.only_own_kind,
        quiet=Quiet(rule.quiet_from, rule.quiet_to, frozenset(rule.weekdays), rule.country),
        reminders=rule.reminders,
        remind_after=timedelta(days=rule.remind_after_days),
    )


def read_people(customer_ids: Iterable[UUID], *, since: datetime) -> dict[UUID, Person]:
    """Customers of the active tenant with their asks due since; those who are not there are left out."""
    values: dict[str, Any] = {
        "tenant": active_tenant_id(),
        "ids": list(customer_ids),
        "since": since,
        "most": _MOST_ASKS,
    }
    kinds = dict(Survey.objects.values_list("pk", "kind"))
    past: dict[UUID, list[Past]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_PAST, values)
        for customer_id, survey_id, due_at, state, answered, refused, abandoned in cursor.fetchall():
            ask = Past(kinds.get(survey_id, ""), due_at, state, answered, refused, abandoned)
            past.setdefault(customer_id, []).append(ask)
        cursor.execute(_ANSWERED, values)
        for customer_id, survey_id, answered in cursor.fetchall():
            answer = Past(kinds.get(survey_id, ""), _NEVER_ASKED, "answered", answered)
            past.setdefault(customer_id, []).append(answer)
        cursor.execute(_PEOPLE, values)
        rows = cursor.fetchall()
    addresses = {row[0]: {"email": row[1], "sms": row[2], "ivr": row[2]} for row in rows}
    unwanted = _unwanted(addresses)
    otherwise = _tenant_zone()
    return {
        id_: Person(
            addresses=addresses[id_],
            zone=zone_of(zone, otherwise),
            language=locale.replace("_", "-").partition("-")[0].lower()[:10],
            erased=erased,
            unwanted=unwanted.get(id_, frozenset()),
            past=tuple(past.get(id_, ())),
        )
        for id_, _email, _phone, locale, zone, erased in rows
    }


def _unwanted(addresses: Mapping[UUID, Mapping[str, str]]) -> dict[UUID, frozenset[str]]:
    """The methods by which these customers do not want to be asked, by their own word or that of an address."""
    asked = [(id_, by_method.get(m, ""), m) for id_, by_method in addresses.items() for m in sorted(METHODS)]
    found: dict[UUID, set[str]] = {}
    for (id_, _address, method), no in zip(asked, opted_out(asked), strict=True):
        if no:
            found.setdefault(id_, set()).add(method)
    return {id_: frozenset(methods) for id_, methods in found.items()}


def _tenant_zone() -> ZoneInfo:
    return Tenant.objects.get(pk=active_tenant_id()).zone


def row_of(id_: UUID, verdict: Verdict) -> dict[str, Any]:
    """A verdict as a row of the ledger, ready for `write`."""
    c = verdict.candidate
    return {
        "id": id_,
        "survey_id": c.survey_id,
        "method": verdict.method,
        "state": "planned" if verdict.asked else "skipped",
        "reason": verdict.reason,
        "customer_id": c.customer_id if verdict.reason != "erased" else None,
        "address": plain_address(verdict.address),
        "language": verdict.language,
        "touchpoint_id": c.touchpoint_id,
        "channel_id": c.channel_id,
        "unit_id": c.unit_id,
        "correlation": c.correlation,
        "event_id": c.event_id,
        "trigger_id": c.trigger_id,
        "round_id": c.round_id,
        "due_at": verdict.due_at,
        "expires_at": verdict.due_at + c.lifetime,
    }


def write(rows: Sequence[Mapping[str, Any]], *, now: datetime) -> None:
    """Add rows to the active tenant's ledger; one that a trigger has made of the same event already stays."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, {"tenant": active_tenant_id(), "rows": msgspec.json.encode(rows).decode(), "now": now})


def _spent(quotas: Iterable[Quota]) -> Spent:
    wanted = list(quotas)
    if not wanted:
        return {}
    rows = AskQuota.objects.filter(
        trigger_id__in={q.trigger_id for q in wanted}, start__in={q.start for q in wanted}
    ).values_list("trigger_id", "period", "start", "asked")
    return {(trigger_id, period, start): asked for trigger_id, period, start, asked in rows}


def _keys(quotas: Iterable[Quota]) -> Iterable[tuple[int, str, date]]:
    return ((quota.trigger_id, quota.period, quota.start) for quota in quotas)


def spend(used: Mapping[tuple[int, str, date], int]) -> None:
    """Count these as asked (or, below zero, give them back); the caller has the turn to decide."""
    rows = [
        {"trigger_id": trigger_id, "period": period, "start": start, "asked": asked}
        for (trigger_id, period, start), asked in sorted(used.items())
    ]
    if rows:
        values: dict[str, Any] = {"tenant": active_tenant_id(), "rows": msgspec.json.encode(rows).decode()}
        with connection.cursor() as cursor:
            cursor.execute(_SPEND, values)


def quotas_of(trigger: SurveyTrigger, day: date) -> tuple[Quota, ...]:
    """The quotas a trigger has on a day of the tenant's calendar; weeks begin on Monday."""
    periods = (
        ("d", day, trigger.quota_day),
        ("w", day - timedelta(days=day.weekday()), trigger.quota_week),
        ("m", day.replace(day=1), trigger.quota_month),
    )
    return tuple(Quota(trigger.pk, period, start, most) for period, start, most in periods if most is not None)
