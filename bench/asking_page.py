"""Server time of the page of asking at a small and at a full contact ledger, and what counting the ledger takes.

usage: python bench/asking_page.py [asks] [requests]
50 touchpoints with two years of scores; the asks (default 1,000,000) are spread over a year, two methods, three
languages and all touchpoints, a third of them answered. In this process, through the real WSGI application.
"""

import os
import statistics
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import harness

ROOT = Path(__file__).resolve().parent.parent
SMALL = 10_000
WANTED_MS = 200

_ASKS = """
INSERT INTO surveys_invitation (tenant_id, id, survey_id, method, state, reason, address, language, correlation,
    touchpoint_id, decided_at, due_at, sent_at, answered_at, expires_at)
SELECT %(tenant)s, gen_random_uuid(), %(survey)s, CASE n %% 3 WHEN 0 THEN 'sms' ELSE 'email' END,
    CASE n %% 3 WHEN 0 THEN 'answered' ELSE 'expired' END, '', '', (ARRAY['fi', 'sv', 'en'])[1 + n %% 3], '',
    (%(places)s::bigint[])[1 + n %% cardinality(%(places)s::bigint[])], t, t, t,
    CASE n %% 3 WHEN 0 THEN t + make_interval(mins => n %% 3000) END, t + interval '14 days'
FROM generate_series(1, %(asks)s) n, LATERAL (SELECT now() - make_interval(mins => n %% 525600) AS t) at
"""


def main(asks: int, requests: int) -> None:
    sys.path.insert(0, str(ROOT))
    from cxplatform import embedded

    with embedded.temporary() as places:
        os.environ |= {
            "CX_DATA": str(places.data),
            "DATABASE_URL": places.database_url,
            "DATABASE_OWNER_URL": places.database_owner_url,
            "REDIS_URL": places.redis_url,
            "SECRET_KEY": "only-for-benchmarks-" * 3,
            "DJANGO_SETTINGS_MODULE": "cxplatform.settings",
        }
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connections

        try:
            call_command("migrate", verbosity=0)
            measure(asks, requests)
        finally:
            connections.close_all()


def measure(asks: int, requests: int) -> None:
    from leadership_page import call, sign_in
    from seed_rollups import seed_company, seed_counts

    from cxplatform.wsgi import application

    companies = {}
    rows = []
    for number in (SMALL, asks):
        tenant, touchpoints, channels = seed_company(slug=f"asking-{number}")
        seed_counts(tenant=tenant, touchpoints=touchpoints, channels=channels, answers=100_000, until=date.today())
        seconds = seed_asks(tenant, touchpoints, number)
        rows.append((f"counting {number:,} asks", f"{number / seconds:,.0f} a second", f"{seconds:.0f} s", ""))
        companies[f"{number:,} asks"] = (tenant.slug, sign_in(tenant))
    for what, query in (("page", ""), ("page, weighed", "weigh=segment")):
        took: dict[str, list[float]] = {name: [] for name in companies}
        for turn in range(-5, requests):
            for name, (slug, cookie) in companies.items():
                began = time.perf_counter()
                call(application, f"/t/{slug}/asking/", query, cookie, 200)
                if turn >= 0:
                    took[name].append(1000 * (time.perf_counter() - began))
        for name, times in took.items():
            rows.append(
                (
                    f"{name}, {what}",
                    f"p50 {statistics.median(times):.0f}, p95 {harness.percentile(times, 0.95):.0f} ms",
                    "",
                    f"p95 {WANTED_MS} ms" if what == "page" else "",
                )
            )
    harness.report(rows)


def seed_asks(tenant: Any, touchpoints: list[int], asks: int) -> float:
    """Write the ledger, and count it; how long counting took in seconds."""
    from django.db import connection

    from cxplatform.tenancy.context import activate
    from surveys.asking.counts import count
    from surveys.models import Survey

    with activate(tenant.pk), connection.cursor() as cursor:
        survey = Survey.objects.create(name="After", slug="after")
        cursor.execute(_ASKS, {"tenant": tenant.pk, "survey": survey.pk, "places": touchpoints, "asks": asks})
    harness.analyse("surveys_invitation")
    began = time.perf_counter()
    more = 1
    while more:
        with activate(tenant.pk):
            more = count()
    seconds = time.perf_counter() - began
    harness.analyse("surveys_askrollup")
    return seconds


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000,
        int(sys.argv[2]) if len(sys.argv) > 2 else 50,
    )
