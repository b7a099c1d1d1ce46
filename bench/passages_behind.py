"""Server time of the customers behind a number of a journey's paths, at 100 000 and at 1 M passages of 24 months.

usage: python bench/passages_behind.py [requests]
In this process, through the real WSGI application, as somebody who may see who they are. Here the passages themselves
are read and not their counts: whether few people of them could be told by subtraction, how many there are, and the
newest of them. Processor time is this process's, its database backend's and that of all who helped it to read.
"""

import os
import statistics
import sys
import time
from pathlib import Path

import harness
from leadership_page import call, sign_in

SIZES = (100_000, 1_000_000)
LISTS = {
    "all": "",
    "a touchpoint": "of=visited&key={first}",
    "from one touchpoint to the next": "of=edge&key={first}>{second}",
    "a rare variant": "of=variant&key={rare}",
    "began over a channel": "of=entry&key={channel}",
    "reached a stage": "of=reached&key=stage {stage}",
    "what came after": "of=after",
}
# A tenth begins a third as often as the others; customers come some three times.
_FILL = """
INSERT INTO journeys_passage (id, tenant_id, journey_id, version_id, trace_by, gap_hours, subject,
    customer_id, started_at, last_at, over_at, ended, truncated, variant, touchpoint_ids, channel_ids, unit_ids,
    seconds, failures, human_after, score_touchpoint_ids, scores, score_seconds, source, dimensions, from_customer,
    fitness, skipped, repeated, undesigned)
SELECT gen_random_uuid(), %(tenant)s, %(journey)s, %(version)s, 'correlation', 0, 'case-' || n,
    md5('customer' || (n * 7919::bigint %% (%(passages)s / 3)))::uuid, at, at + interval '2 hours',
    at + interval '2 hours', TRUE, FALSE, md5('way' || way)::uuid,
    (%(touchpoints)s::bigint[])[1 + way %% 5 : 5 + way %% 13],
    array_fill((%(channels)s::bigint[])[1 + n %% 2], ARRAY[5]), array_fill(0::bigint, ARRAY[5]),
    ARRAY[0, 60, 600, 3600, 7200], '[]', NULL, '{}', '{}', '{}', '', '{"segment": "consumer"}', '{}', 0.9, '{}', '{}',
    '{}'
FROM (SELECT n, now() - n * (interval '730 days' / %(passages)s) AS at,
    (2000 * power(((n * 48271::bigint) %% 65537) / 65537.0, 3))::int AS way
    FROM generate_series(1, %(passages)s) n) each
"""
# How far back a list of what came after reaches goes by the counts of passages.
_COUNT = """
INSERT INTO journeys_pathrollup (tenant_id, journey_id, measure, dimension, value, day, key, n, open, total, squares,
    histogram)
SELECT %(tenant)s, journey_id, 'passages', '', '', started_at::date, '', count(*), 0, 7200 * count(*), 0,
    array_fill(0::bigint, ARRAY[7]) || count(*) || array_fill(0::bigint, ARRAY[9])
FROM journeys_passage GROUP BY journey_id, started_at::date
"""


def main(requests: int) -> int:
    with harness.servers():
        return measure(requests)


def measure(requests: int) -> int:
    from django.db import connection
    from seed_rollups import seed_company

    from cxplatform.tenancy.context import activate
    from cxplatform.tenancy.models import Membership
    from cxplatform.wsgi import application
    from journeys.models import Journey, Passage, Stage
    from journeys.versions import snapshot

    rows = []
    companies = {}
    for passages in SIZES:
        tenant, _touchpoints, channels = seed_company(slug=f"bench-{passages // 1000}", touchpoints=63)
        with activate(tenant.pk):
            journey = Journey.objects.get(slug="journey-0")
            version = snapshot(journey)
            stages = list(Stage.objects.filter(journey=journey).order_by("position"))
            mine = [step.touchpoint_id for stage in stages for step in stage.steps.order_by("position")]
            with connection.cursor() as cursor:
                given = {"tenant": tenant.pk, "journey": journey.pk, "version": version.pk, "passages": passages,
                         "touchpoints": mine, "channels": channels}  # fmt: skip
                cursor.execute(_FILL, given)
                cursor.execute(_COUNT, given)
                cursor.execute("SELECT md5('way1500')::uuid::text")
                (rare,) = cursor.fetchone()
            names = {"first": mine[4], "second": mine[5], "rare": rare, "channel": channels[0], "stage": stages[1].pk}
            assert Passage.objects.count() == passages
        companies[f"{passages:,}"] = (tenant.slug, sign_in(tenant), names)
        with activate(tenant.pk):
            assert Membership.objects.filter(tenant=tenant).update(sees_identity=True)
    harness.analyse("journeys_passage", "journeys_pathrollup")
    for what, words in LISTS.items():
        for period in ("period=30d", "period=365d", "from=2024-12-01&to=2026-12-01"):
            for name, (slug, cookie, names) in companies.items():
                took, used = [], []
                for turn in range(-1, requests):
                    before, began = processor(), time.perf_counter()
                    call(application, f"/t/{slug}/journeys/journey-0/passages/", f"{words.format(**names)}&{period}",
                         cookie, 200)  # fmt: skip
                    if turn >= 0:
                        took.append(1000 * (time.perf_counter() - began))
                        used.append(1000 * (processor() - before))
                on_clock = f"p50 {statistics.median(took):.0f} ms, p95 {harness.percentile(took, 0.95):.0f} ms"
                rows.append((f"{name}, {what}", period, on_clock, f"processor time {statistics.mean(used):.0f} ms"))
    harness.report(rows)
    return 0


def processor() -> float:
    """Seconds; who helps to read is PostgreSQL's child and is added to it when it ends."""
    from django.db import connection

    own = harness.processor()
    backend = connection.connection.get_backend_pid()
    parent = Path(f"/proc/{backend}/stat").read_text().rsplit(")", 1)[1].split()[1]
    fields = Path(f"/proc/{parent}/stat").read_text().rsplit(")", 1)[1].split()
    return own + (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
