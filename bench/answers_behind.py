"""Server time of the answers behind a score: 500 000 answers of one touchpoint in 24 months, 40 000 of two beside it.

usage: python bench/answers_behind.py [requests]
In this process, through the real WSGI application, as somebody who may see who they are. Answers and their counts are
made in the database. Processor time is this process's and that of its database backend and of all who helped it.
"""

import statistics
import sys
import time

import harness
from leadership_page import call, sign_in
from passages_behind import processor

ANSWERS, BESIDE = 500_000, 20_000
LISTS = {
    "the touchpoint": ("touchpoints/{slug}/answers/", ""),
    "its stage": ("stages/{stage}/answers/", ""),
    "a channel": ("touchpoints/{slug}/answers/", "channel=web"),
    "a tenth, by segment": ("touchpoints/{slug}/answers/", "segment=segment:company"),
    "a rare segment": ("touchpoints/{slug}/answers/", "segment=segment:embassy"),
    "the 200th page": ("touchpoints/{slug}/answers/", "page=200"),
    "beside a channel of three": ("touchpoints/{other}/answers/", "channel=web"),
}
PERIODS = ("period=30d", "period=90d", "period=365d", "from=2024-12-01&to=2026-12-01")
_CUSTOMERS = """
INSERT INTO journeys_customer (id, tenant_id, external_id, name, email, phone, locale, account, role, dimensions)
SELECT md5('customer' || n)::uuid, %(tenant)s, 'c' || n, 'Asiakas ' || n, '', '', '', '', '', '{}'
FROM generate_series(0, %(customers)s) n
"""
# People answer some three times; one in 5 000 is of an embassy, three answer in the shop at the second touchpoint.
_FILL = """
INSERT INTO surveys_response (id, tenant_id, survey_id, version_id, submission_id, answered_at, language, audience,
    wave, customer_id, touchpoint_id, channel_id, unit_id, touchpoint_text, channel_text, unit_text, collected_by,
    answers, texts, contact, scores, dimensions, counted, is_test)
SELECT gen_random_uuid(), %(tenant)s, %(survey)s, %(version)s, %(touchpoint)s || '-' || n,
    now() - n * (interval '730 days' / %(answers)s),
    'fi', 'customer', '', md5('customer' || (n * 7919::bigint %% (%(answers)s / 3)))::uuid, %(touchpoint)s,
    (%(channels)s::bigint[])[CASE WHEN %(rare)s THEN CASE WHEN n <= 3 THEN 1 ELSE 2 + n %% 2 END ELSE 1 + n %% 3 END],
    NULL, '', '', '', 'link', jsonb_build_object('nps', n %% 11, 'reason', repeat('Hyvin meni. ', n %% 9)),
    '{}', NULL, score, jsonb_build_object('segment', CASE WHEN n %% 5000 = 0 THEN 'embassy' WHEN n %% 10 = 1
    THEN 'company' ELSE 'consumer' END), score, FALSE
FROM (SELECT n, jsonb_build_object('nps/0-10', n %% 11, 'ces/1-7', n %% 7) AS score
    FROM generate_series(1, %(answers)s) n) each
"""
_COUNT = """
INSERT INTO surveys_scorerollup (tenant_id, metric, dimension, value, grain, touchpoint_id, start, channel_id, audience,
    wave, histogram)
SELECT %(tenant)s, 'nps/0-10', dimension, value, grain, place, start, channel_id, 'customer', '',
    ARRAY[{bins}]
FROM (
    SELECT dimension, value, grain, place, start, channel_id, (counted ->> 'nps/0-10')::int AS bin, count(*) AS n
    FROM surveys_response
    CROSS JOIN LATERAL (VALUES ('', ''), ('segment', dimensions ->> 'segment')) AS s (dimension, value)
    CROSS JOIN LATERAL (VALUES ('d', (answered_at AT TIME ZONE %(zone)s)::date),
        ('m', date_trunc('month', answered_at AT TIME ZONE %(zone)s)::date)) AS g (grain, start)
    CROSS JOIN LATERAL (VALUES (0::bigint), (touchpoint_id)) AS p (place)
    GROUP BY 1, 2, 3, 4, 5, 6, 7
) each GROUP BY 3, 4, 5, 6, 7, 8
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
    from journeys.models import Channel, Stage
    from surveys.models import Question, Survey
    from surveys.questionnaire.publish import publish

    tenant, _touchpoints, _channels = seed_company(slug="bench", touchpoints=63)
    cookie = sign_in(tenant)
    with activate(tenant.pk):
        assert Membership.objects.filter(tenant=tenant).update(sees_identity=True)
        stage = Stage.objects.filter(journey__slug="journey-0").order_by("position").first()
        steps = [step.touchpoint for step in stage.steps.order_by("position").select_related("touchpoint")]
        channels = list(Channel.objects.order_by("pk").values_list("pk", flat=True))
        survey = Survey.objects.create(slug="bench", name="Bench")
        Question.objects.create(survey=survey, key="nps", metric="nps/0-10", position=0)
        version = publish(survey)
        with connection.cursor() as cursor:
            cursor.execute(_CUSTOMERS, {"tenant": tenant.pk, "customers": ANSWERS // 3})
            for place, answers in zip(steps, (ANSWERS, BESIDE, BESIDE), strict=True):
                cursor.execute(
                    _FILL,
                    {"tenant": tenant.pk, "touchpoint": place.pk, "answers": answers, "channels": channels,
                     "rare": place is steps[1], "survey": survey.pk, "version": version.pk},
                )  # fmt: skip
            bins = ", ".join(f"coalesce(sum(n) FILTER (WHERE bin = {k}), 0)::int" for k in range(11))
            cursor.execute(_COUNT.format(bins=bins), {"tenant": tenant.pk, "zone": tenant.timezone})
    harness.analyse("surveys_response", "surveys_scorerollup")
    rows = []
    names = {"slug": steps[0].slug, "other": steps[1].slug, "stage": stage.pk}
    for what, (path, words) in LISTS.items():
        for period in PERIODS:
            took, used = [], []
            for turn in range(-2, requests):
                before, began = processor(), time.perf_counter()
                call(application, f"/t/{tenant.slug}/{path.format(**names)}", f"{words}&{period}", cookie, 200)
                if turn >= 0:
                    took.append(1000 * (time.perf_counter() - began))
                    used.append(1000 * (processor() - before))
            on_clock = f"p50 {statistics.median(took):.0f} ms, p95 {harness.percentile(took, 0.95):.0f} ms"
            rows.append((what, period, on_clock, f"processor time {statistics.mean(used):.0f} ms"))
    harness.report(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10))
