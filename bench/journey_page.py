"""Server time of a journey's page at 100 000 and at 1 M passages: 21 touchpoints, 2 000 variants, 24 months.

usage: python bench/journey_page.py [requests]
In this process, through the real WSGI application: sign-in, tenant, queries, statistics, templates. Beside the time
on the clock stands that of the processor, of this process and of its database backend: it tells the page's own work
from what else the machine does.
"""

import os
import statistics
import sys
import time
from datetime import date
from pathlib import Path

import harness
from leadership_page import call, sign_in

SIZES = (100_000, 1_000_000)
WANTED_MS = 200
TABS = {
    "list": "journeys/",
    "map": "journeys/journey-0/",
    "paths": "journeys/journey-0/paths/",
    "drop-off": "journeys/journey-0/drop-off/",
    "hand-offs": "journeys/journey-0/hand-offs/",
    "channels": "journeys/journey-0/channels/",
    "peak and end": "journeys/journey-0/peak-end/",
    "paths of a source": "journeys/journey-0/paths/?source=search",
    "paths of a segment": "journeys/journey-0/paths/?segment=segment:consumer",
}


def main(requests: int) -> int:
    with harness.servers():
        return measure(requests)


def measure(requests: int) -> int:
    from seed_paths import seed_paths
    from seed_rollups import seed_company, seed_counts

    from cxplatform.tenancy.context import activate
    from cxplatform.wsgi import application
    from journeys.models import Journey
    from journeys.paths import months

    rows = []
    companies = {}
    for passages in SIZES:
        tenant, touchpoints, channels = seed_company(slug=f"bench-{passages // 1000}", touchpoints=63)
        seed_counts(
            tenant=tenant,
            touchpoints=touchpoints,
            channels=channels,
            answers=passages // 5,
            until=date.today(),
            days=400,
        )
        with activate(tenant.pk):
            journey = Journey.objects.get(slug="journey-0")
        written = seed_paths(tenant, journey, passages=passages, until=date.today())
        began, own, summed = backend_seconds(), time.perf_counter(), 0
        with activate(tenant.pk):
            while months.sum_up(tenant):
                summed += 1
        rows.append(
            (
                f"{passages:,} passages",
                f"{written:,} rows of counts",
                f"{summed} months summed up: {time.perf_counter() - own:.0f} s",
                f"processor {backend_seconds() - began:.1f} s",
            )
        )
        companies[f"{passages:,}"] = (tenant.slug, sign_in(tenant))
    for what, address in TABS.items():
        path, _, own_words = address.partition("?")
        for period in ("", "period=365d"):
            words = "&".join(filter(None, (own_words, period)))
            medians = []
            for name, (slug, cookie) in companies.items():
                took = []
                for turn in range(-3, requests):
                    if turn == 0:
                        own, behind = time.process_time(), backend_seconds()
                    began = time.perf_counter()
                    call(application, f"/t/{slug}/{path}", words, cookie, 200)
                    if turn >= 0:
                        took.append(1000 * (time.perf_counter() - began))
                own = 1000 * (time.process_time() - own) / requests
                behind = 1000 * (backend_seconds() - behind) / requests
                medians.append(statistics.median(took))
                rows.append(
                    (
                        f"{name}, {what}{' of a year' if period else ''}",
                        f"p50 {medians[-1]:.0f}, p95 {harness.percentile(took, 0.95):.0f} ms",
                        f"processor {own:.0f} + {behind:.0f} ms",
                        "" if period else f"p95 {WANTED_MS} ms",
                    )
                )
    harness.report(rows)
    return 0


def backend_seconds() -> float:
    """Processor time of the database backend that serves this process, to a hundredth of a second."""
    from django.db import connection

    connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.get_backend_pid()}/stat").read_text()
    user, system = stat.rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 40))
