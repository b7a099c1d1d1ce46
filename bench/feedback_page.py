"""Server time of the feedback stream at 100 k and at 1 M verbatims: the newest, filtered, and searched by words.

usage: python bench/feedback_page.py [requests]
In this process, through the real WSGI application. A word that nobody has written makes a page look as far back as
any page looks.
"""

import statistics
import sys
import time
from datetime import UTC, datetime
from typing import Any

import harness
from leadership_page import call, sign_in

SIZES = (100_000, 1_000_000)
WANTED_MS = 150
_TEXTS = (
    "Odotin kolme päivää vastausta eikä kukaan kertonut missä mennään.",
    "Renkaat vaihtuivat vartissa ja neuvot olivat hyviä.",
    "Lasku oli selkeä mutta hinta nousi viime vuodesta.",
    "Puhelimessa jonotin puoli tuntia ja sitten linja katkesi, soitin uudestaan.",
    "Ihan ok.",
)
_LEMMAS = (
    " odottaa kolme päivä vastaus ei kukaan kertoa missä mennä ",
    " rengas vaihtua vartti ja neuvo olla hyvä ",
    " lasku olla selkeä mutta hinta nousta viime vuosi ",
    " puhelin jonottaa puoli tunti ja sitten linja katketa soittaa uudestaan ",
    " ihan ok ",
)
_SEED = """
INSERT INTO surveys_verbatim (tenant_id, id, response_id, key, survey_id, answered_at, language, audience, source,
    customer_id, touchpoint_id, channel_id, unit_id, dimensions, scores, value, text, lemmas, topics, sentiment,
    confidence, emotions, model, counted)
SELECT %(tenant)s, uuidv7(), uuidv7(), 'reason', 1, %(now)s - n * interval '40 seconds', 'fi', 'customer', '', NULL,
    (%(places)s::bigint[])[1 + n %% cardinality(%(places)s)], (%(channels)s::bigint[])[1 + n %% 2], NULL,
    jsonb_build_object('segment', (ARRAY['consumer', 'small business', 'company'])[1 + n %% 3]),
    jsonb_build_object('nps/0-10', n %% 11), (n %% 11) * 10, (%(texts)s::text[])[1 + n %% 5],
    (%(lemmas)s::text[])[1 + n %% 5], jsonb_build_object((%(topics)s::text[])[1 + n %% 10], 0.8),
    (n %% 21 - 10) / 10.0, 0.7, '{}', 1, '{}'
FROM generate_series(1, %(rows)s) n
"""


def main(requests: int) -> int:
    with harness.servers():
        return measure(requests)


def measure(requests: int) -> int:
    from seed_rollups import seed_company, seed_counts

    from cxplatform.wsgi import application
    from dashboards.feedback.search import base_forms

    companies = {}
    for size in SIZES:
        tenant, places, channels = seed_company(slug=f"said-{size // 1000}")
        seed_counts(
            tenant=tenant,
            touchpoints=places,
            channels=channels,
            answers=size,
            until=datetime.now(UTC).date(),
            metrics=["nps/0-10"],
        )
        topic = seed(tenant, size, places, channels)
        companies[f"{size // 1000} k verbatims"] = (tenant.slug, sign_in(tenant), topic)
    base_forms("word")  # a process opens its dictionaries once, beside its first page
    rows = []
    for what, query in (
        ("the newest", ""),
        ("a touchpoint", "touchpoint=touchpoint-3"),
        ("a journey, bad scores", "journey=journey-1&score=bad"),
        ("a segment", "segment=segment:company"),
        ("a topic, negative", "topic={topic}&sentiment=negative"),
        ("a word", "q=jonottaa"),
        ("a word nobody wrote", "q=seepra"),
        ("two words nobody wrote, of a segment", "q=seepra+kirahvi&segment=segment:company"),
    ):
        took: dict[str, list[float]] = {name: [] for name in companies}
        for turn in range(-3, requests):
            for name, (slug, cookie, topic) in companies.items():
                began = time.perf_counter()
                call(application, f"/t/{slug}/feedback/", query.format(topic=topic), cookie, 200)
                if turn >= 0:
                    took[name].append(1000 * (time.perf_counter() - began))
        for name, times in took.items():
            seen = f"p50 {statistics.median(times):.0f}, p95 {harness.percentile(times, 0.95):.0f} ms"
            rows.append((f"{name}, {what}", seen, "", f"p95 {WANTED_MS} ms"))
    harness.report(rows)
    return 0


def seed(tenant: Any, size: int, places: list[int], channels: list[int]) -> int:
    """So many verbatims, forty seconds apart back from now, about ten topics; the id of one."""
    from django.db import connection

    from cxplatform.tenancy.context import activate
    from surveys.models import Topic

    with activate(tenant.pk):
        topics = [Topic.objects.create(slug=f"t{n}", name=f"Topic {n}").pk for n in range(10)]
        with connection.cursor() as cursor:
            cursor.execute(
                _SEED,
                {
                    "tenant": tenant.pk,
                    "now": datetime.now(UTC),
                    "rows": size,
                    "places": places,
                    "channels": channels,
                    "texts": list(_TEXTS),
                    "lemmas": list(_LEMMAS),
                    "topics": [str(topic) for topic in topics],
                },
            )
    harness.analyse("surveys_verbatim")
    return topics[0]


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
