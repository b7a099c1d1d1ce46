"""What one decision to ask costs with a full contact ledger: 1,000,000 customers, three asks of each.

usage: python bench/ledger.py [customers]
Each decision is a transaction of its own as the application's role: the turn, rules, person, past and quotas are
read, and the row is written and committed. The floor beside it is an empty transaction that opens the tenant.
"""

import random
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import harness

DECISIONS = 1_000

_CUSTOMERS = """
INSERT INTO journeys_customer (tenant_id, id, external_id, name, email, phone, locale, account, role, dimensions)
SELECT %(tenant)s, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'c' || n, '',
    'c' || n || '@example.org', '', 'fi', '', '', '{}'
FROM generate_series(1, %(customers)s) n
"""
_ASKS = """
INSERT INTO surveys_invitation (tenant_id, id, survey_id, method, state, reason, customer_id, address, language,
    correlation, decided_at, due_at, expires_at, counted_state)
SELECT %(tenant)s, gen_random_uuid(), %(survey)s, 'email', 'expired', '',
    ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, '', 'fi', '', t, t, t + interval '14 days',
    'expired'
FROM generate_series(1, %(customers)s) n, generate_series(1, 3) g,
    LATERAL (SELECT now() - make_interval(days => 40 * g + n %% 40) AS t) at
"""


def took(calls: int, call: Callable[[], Any]) -> list[float]:
    """Milliseconds of each call."""
    times = []
    for _ in range(calls):
        began = time.perf_counter()
        call()
        times.append(1000 * (time.perf_counter() - began))
    return times


def main(customers: int) -> None:
    with harness.up() as running:
        from django.db import connection
        from django.utils import timezone

        from cxplatform.tenancy.context import activate
        from cxplatform.tenancy.models import Tenant
        from surveys.asking import ledger
        from surveys.asking.contact import Candidate
        from surveys.models import Question, Survey
        from surveys.questionnaire.publish import publish

        tenant = Tenant.objects.create(name="Bench", slug="bench-ledger")
        with activate(tenant.pk):
            survey = Survey.objects.create(name="After", slug="after")
            Question.objects.create(survey=survey, key="nps", metric="nps/0-10")
            publish(survey)
            with connection.cursor() as cursor:
                values = {"tenant": tenant.pk, "customers": customers, "survey": survey.pk}
                cursor.execute(_CUSTOMERS, values)
                cursor.execute(_ASKS, values)
        rng = random.Random(1)

        def decide() -> None:
            from uuid import UUID

            with activate(tenant.pk):
                one = Candidate(
                    customer_id=UUID(f"00000000-0000-7000-8000-{rng.randint(1, customers):012x}"),
                    survey_id=survey.pk,
                    kind=survey.kind,
                    due_at=timezone.now() + timedelta(hours=1),
                    methods=("email",),
                )
                ledger.plan([one])

        def nothing() -> None:
            with activate(tenant.pk):
                pass

        with harness.paused(running, "celery"):
            took(50, decide)
            decisions, floor = took(DECISIONS, decide), took(DECISIONS, nothing)
        harness.report(
            [
                (
                    f"one decision, {customers:,} customers, {3 * customers:,} asks, p95",
                    f"{harness.percentile(decisions, 0.95):.1f} ms (median {harness.percentile(decisions, 0.5):.1f})",
                    f"empty transaction {harness.percentile(floor, 0.95):.1f} ms",
                    "5 ms",
                )
            ]
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
