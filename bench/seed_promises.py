"""Promises with any number of outcomes, written by SQL as judging would have left them."""

from datetime import datetime, timedelta

import harness
from django.db import connection

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from journeys.models import Channel, Customer, Dimension, Touchpoint, Unit
from promises.judging.counting import ADDED, COUNTS, SLICES
from promises.models import Promise, Rule

STEP = 200_000  # in one transaction: what checks references waits in memory until its end
CUSTOMERS = 20_000
DAYS = 730


def seed_company(slug: str, *, promises: int) -> tuple[Tenant, list[Rule]]:
    """A company with so many public promises, six units, four touchpoints and a dimension."""
    tenant = Tenant.objects.create(name=slug.title(), slug=slug, language="en")
    with activate(tenant.pk):
        Dimension.objects.create(name="Segment", slug="segment")
        for n in range(6):
            Unit.objects.create(name=f"Store {n}", slug=f"store-{n}")
        for n in range(4):
            channel = Channel.objects.create(name=f"Channel {n}", slug=f"channel-{n}")
            Touchpoint.objects.create(name=f"Touchpoint {n}", slug=f"touchpoint-{n}", channel=channel)
        Customer.objects.bulk_create([Customer(external_id=f"C{n}") for n in range(CUSTOMERS)], batch_size=5_000)
        rules = [_promise(n) for n in range(promises)]
    return tenant, rules


def _promise(n: int) -> Rule:
    promise = Promise.objects.create(slug=f"promise-{n}", name=f"Promise {n}", wording="We reply.", lifecycle="public")
    return Rule.objects.create(
        promise=promise, opening_type=f"opened-{n}", closing_type=f"closed-{n}", duration_minutes=2880, target=90
    )


def seed_outcomes(tenant: Tenant, rule: Rule, *, outcomes: int, now: datetime) -> None:
    """Decided outcomes of the last 24 months, spread over channels, touchpoints, units, segments and customers."""
    for start in range(0, outcomes, STEP):
        _run(tenant, _DECIDED, rule=rule.pk, first=start, last=min(start + STEP, outcomes) - 1, now=now, days=DAYS)


def seed_open(tenant: Tenant, rule: Rule, *, outcomes: int, now: datetime, due: int, until: datetime) -> None:
    """Open outcomes: `due` of them have fallen due, the others do so evenly until `until`; each with its events."""
    seconds = (until - now) / timedelta(seconds=1)
    for start in range(0, outcomes, STEP):
        last = min(start + STEP, outcomes) - 1
        _run(
            tenant, _OPEN, rule=rule.pk, first=start, last=last, now=now, due=due, step=seconds / max(1, outcomes - due)
        )


def seed_periods(tenant: Tenant, rule: Rule, *, subjects: int, start: datetime, end: datetime) -> None:
    """Subjects with a contact promised in a period that is still open, and the event that began it."""
    for first in range(0, subjects, STEP):
        last = min(first + STEP, subjects) - 1
        values = {"rule": rule.pk, "opening": rule.opening_type, "first": first, "last": last}
        _run(tenant, _BEGAN, **values, start=start - timedelta(days=90))
        _run(tenant, _PERIODS, **values, start=start, end=end)


def count(tenant: Tenant) -> None:
    """The rollups of everything seeded."""
    _run(tenant, _COUNT)
    harness.analyse("promises_promiseoutcome", "promises_outcomerollup", "journeys_event")


def _run(tenant: Tenant, statement: str, **values: object) -> None:
    with activate(tenant.pk), connection.cursor() as cursor:
        cursor.execute(statement, {"tenant": tenant.pk, **values})


_ID = "('0190' || lpad(to_hex(%(rule)s), 4, '0') || lpad(to_hex(n), 24, '0'))::uuid"
_COLUMNS = """
    tenant_id, id, rule_id, subject, opened_by, customer_id, touchpoint_id, channel_id, unit_id, opened_at, due_at,
    closed_at, status, reason, used, margin, at_due, dimensions, from_customer, counted, counted_day
"""
_PLACES = """
places AS MATERIALIZED (
    SELECT (SELECT array_agg(id) FROM journeys_touchpoint WHERE tenant_id = %(tenant)s) AS touchpoints,
        (SELECT array_agg(channel_id) FROM journeys_touchpoint WHERE tenant_id = %(tenant)s) AS channels,
        (SELECT array_agg(id) FROM journeys_unit WHERE tenant_id = %(tenant)s) AS units,
        (SELECT array_agg(id) FROM journeys_customer WHERE tenant_id = %(tenant)s) AS customers
)
"""
# One in nine breaks, one in a hundred does not count, a third is exceeded.
_DECIDED = f"""
WITH {_PLACES}
INSERT INTO promises_promiseoutcome ({_COLUMNS})
SELECT %(tenant)s, {_ID}, %(rule)s, 'case-' || n, md5(n::text || %(rule)s)::uuid, customers[1 + n %% {CUSTOMERS}],
    touchpoints[1 + n %% 4], channels[1 + n %% 4], units[1 + n %% 6],
    due - interval '2 days', due, due - interval '1 hour',
    status, CASE status WHEN 'excluded' THEN 'storm' ELSE '' END, 0.9,
    CASE WHEN status = 'kept' AND n %% 3 = 0 THEN 'exceeded' ELSE '' END, 'broken',
    jsonb_build_object('segment', 'segment ' || n %% 4), '{{}}', status, due::date
FROM places, LATERAL (
    SELECT n, %(now)s::timestamptz - interval '1 h' - n::bigint * 7919 %% (%(days)s * 86400) * interval '1 s' AS due,
        CASE WHEN n %% 100 = 7 THEN 'excluded' WHEN n %% 9 = 0 THEN 'broken' ELSE 'kept' END AS status
    FROM generate_series(%(first)s, %(last)s) AS n) facts
"""
_OPEN = f"""
WITH {_PLACES}
INSERT INTO promises_promiseoutcome ({_COLUMNS})
SELECT %(tenant)s, {_ID}, %(rule)s, 'open-' || n, md5(n::text || %(rule)s)::uuid, customers[1 + n %% {CUSTOMERS}],
    touchpoints[1 + n %% 4], channels[1 + n %% 4], units[1 + n %% 6],
    %(now)s::timestamptz - interval '2 days', %(now)s::timestamptz + (n - %(due)s) * %(step)s * interval '1 second',
    NULL, 'pending', '', NULL, '', 'broken', jsonb_build_object('segment', 'segment ' || n %% 4), '{{}}', '', NULL
FROM places, generate_series(%(first)s, %(last)s) AS n
"""
_PERIODS = f"""
INSERT INTO promises_promiseoutcome ({_COLUMNS})
SELECT %(tenant)s, {_ID}, %(rule)s, 'contract-' || n, gen_random_uuid(), NULL, NULL, NULL, NULL, %(start)s, %(end)s,
    NULL, 'pending', '', 0, '', 'broken', '{{}}', '{{}}', '', NULL
FROM generate_series(%(first)s, %(last)s) AS n
"""
_BEGAN = f"""
INSERT INTO journeys_event (tenant_id, id, source, source_id, type, time, touchpoint_text, channel_text, unit_text,
    correlation, properties)
SELECT %(tenant)s, {_ID}, 'bench', 'began-' || n, %(opening)s, %(start)s, '', '', '', 'contract-' || n, '{{}}'
FROM generate_series(%(first)s, %(last)s) AS n
"""
_COUNT = f"""
INSERT INTO promises_outcomerollup (tenant_id, rule_id, dimension, value, day, channel_id, {COUNTS})
SELECT %(tenant)s, m.rule_id, slice.dimension, slice.value, m.counted_day, coalesce(m.channel_id, 0), {ADDED}
FROM (SELECT *, 1 AS n FROM promises_promiseoutcome) m, {SLICES}
WHERE m.tenant_id = %(tenant)s AND m.counted <> ''
GROUP BY 2, 3, 4, 5, 6
"""
