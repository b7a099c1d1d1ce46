"""Counting answers: the pipeline's consumer, and the rebuild that must find the same.

A response remembers in `counted` what of it stands in the rollups. Counting brings that up to what should stand
there (its effective scores) by adding the difference, so an answer that comes late, twice or out of order, a
second page of answers, a removed test and a newer answer in the wave are all the same step.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from cxplatform.ids import as_array
from cxplatform.pipeline.consumers import Claim
from cxplatform.tenancy.context import active_tenant_id
from journeys.claimed import claimed
from surveys import monthly
from surveys.rollup_rows import add_summed

PER_STATEMENT = 5_000

# In a relationship wave ("2026-Q4") a customer's latest answer stands for the person and replaces the earlier ones, so
# counting one answer of a wave looks at all the customer's answers there (response_by_customer). A test stands for
# nobody. In the waves of other kinds ("recall:2026-Q4") every answer counts: onboarding asks three times in a quarter.
# LATERAL ... LIMIT 1 and the tenant by a subselect (see journeys.paths.scratch) keep the look-up of responses on their
# key: of a tenant that statistics have not met yet the planner would read all there is, claim after claim.
# The pre-summed differences are spread over days and months and over the touchpoint and the company's total last,
# when they are few.
_COUNT = """
WITH claimed AS (
    SELECT id, survey_id, customer_id, wave FROM surveys_response
    WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = ANY(%(ids)s::uuid[])
),
affected AS (
    SELECT id FROM claimed WHERE wave = '' OR wave LIKE '%%:%%' OR customer_id IS NULL
    UNION ALL
    SELECT r.id FROM surveys_response r
    JOIN (SELECT DISTINCT survey_id, customer_id, wave FROM claimed
            WHERE wave <> '' AND wave NOT LIKE '%%:%%' AND customer_id IS NOT NULL) k
        ON r.customer_id = k.customer_id AND r.wave = k.wave AND r.survey_id = k.survey_id
    WHERE r.tenant_id = (SELECT %(tenant)s::bigint)
),
judged AS (
    SELECT r.*, CASE
        WHEN is_test OR (%(out)s AND r.id = ANY(%(ids)s::uuid[])) THEN '{}'
        WHEN wave <> '' AND wave NOT LIKE '%%:%%' AND customer_id IS NOT NULL AND 1 < row_number() OVER (
            PARTITION BY survey_id, customer_id, wave, CASE WHEN wave = '' OR customer_id IS NULL THEN r.id END
            ORDER BY is_test, answered_at DESC, r.id DESC
        ) THEN '{}'
        ELSE scores END AS effective
    FROM (SELECT DISTINCT id FROM affected) a
    CROSS JOIN LATERAL (
        SELECT * FROM surveys_response WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = a.id LIMIT 1
    ) r
),
changed AS MATERIALIZED (
    SELECT id, effective, counted, unit_id, dimensions, audience, wave,
        coalesce(touchpoint_id, 0) AS touchpoint_id, coalesce(channel_id, 0) AS channel_id,
        (answered_at AT TIME ZONE %(zone)s)::date AS day
    FROM judged WHERE effective <> counted
),
marked AS (
    UPDATE surveys_response r SET counted = changed.effective FROM changed
    WHERE r.tenant_id = (SELECT %(tenant)s::bigint) AND r.id = changed.id
),
difference AS (
    SELECT changed.id, key AS metric, value::int AS bin, 1 AS n FROM changed, jsonb_each_text(effective)
    UNION ALL
    SELECT changed.id, key, value::int, -1 FROM changed, jsonb_each_text(counted)
),
slice AS (
    SELECT id, '' AS dimension, '' AS value FROM changed
    UNION ALL
    SELECT id, key, left(e.value, 200) FROM changed, jsonb_each_text(dimensions - 'unit') e WHERE key <> ''
    UNION ALL
    SELECT id, 'unit', unit_id::text FROM changed WHERE unit_id IS NOT NULL
),
daily AS (
    SELECT metric, dimension, value, touchpoint_id, day, channel_id, audience, wave, bin, sum(n)::int AS n
    FROM changed JOIN difference USING (id) JOIN slice USING (id)
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 HAVING sum(n) <> 0
),
spread AS (
    SELECT metric, dimension, value, grain, place, start, channel_id, audience, wave, bin, sum(n) AS n
    FROM daily
    CROSS JOIN LATERAL (VALUES ('d', day), ('m', date_trunc('month', day)::date)) AS grains (grain, start)
    CROSS JOIN LATERAL (
        SELECT 0::bigint AS place UNION ALL SELECT touchpoint_id WHERE touchpoint_id <> 0
    ) places
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
),
summed AS (
    SELECT metric, dimension, value, grain, place, start, channel_id, audience, wave,
        array_agg(bin) AS bins, array_agg(n) AS counts
    FROM spread WHERE n <> 0 GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
),
"""


def consume(claim: Claim) -> None:
    """The pipeline's consumer `surveys.rollups`: a response has the id of its event."""
    answers = claimed(claim).answers
    if answers:
        count(list(map(UUID, answers)))


def count(response_ids: Sequence[UUID]) -> None:
    """Bring the rollups up to what these responses of the active tenant should count, wherever they stand now.

    Ids of other events are passed over. The caller holds the tenant's turn to count (pipeline.locks).
    """
    _bring(response_ids, out=False)


def uncount(response_ids: Sequence[UUID]) -> None:
    """Take these responses out of the rollups: before a correction that moves them, and `count` after it."""
    _bring(response_ids, out=True)


def _bring(response_ids: Sequence[UUID], *, out: bool) -> None:
    tenant_id = active_tenant_id()
    ids = sorted(map(str, set(response_ids)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT timezone FROM tenancy_tenant WHERE id = %s", [tenant_id])
        (zone,) = cursor.fetchone()
        for start in range(0, len(ids), PER_STATEMENT):
            part = ids[start : start + PER_STATEMENT]
            add_summed(cursor, _COUNT, {"tenant": tenant_id, "ids": as_array(part), "zone": zone, "out": out})


_SET_ASIDE = """
CREATE TEMPORARY TABLE earlier_rollup ON COMMIT DROP AS SELECT * FROM surveys_scorerollup WHERE tenant_id = %(tenant)s;
DELETE FROM surveys_scorerollup WHERE tenant_id = %(tenant)s;
UPDATE surveys_response SET counted = '{}' WHERE tenant_id = %(tenant)s AND counted <> '{}'
"""
_NEXT = "SELECT id FROM surveys_response WHERE tenant_id = %s AND (%s::uuid IS NULL OR id > %s) ORDER BY id LIMIT %s"
_DIFFERENT = """
SELECT count(*) FROM
    (SELECT * FROM surveys_scorerollup WHERE tenant_id = %(tenant)s) now
    FULL JOIN earlier_rollup earlier
    USING (tenant_id, metric, dimension, value, grain, touchpoint_id, start, channel_id, audience, wave)
WHERE now.histogram IS DISTINCT FROM earlier.histogram
"""


def rebuild(tenant_id: int) -> int:
    """Make the active tenant's rollups anew from its responses and the months that were told; how many rows differed.

    The caller holds the tenant's turn to count. Answers that were still waiting are counted with the rest.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SET_ASIDE, {"tenant": tenant_id})
        last = None
        while True:
            cursor.execute(_NEXT, [tenant_id, last, last, PER_STATEMENT])
            ids = [id_ for (id_,) in cursor.fetchall()]
            if not ids:
                break
            count(ids)
            last = ids[-1]
        monthly.count_all()
        cursor.execute(_DIFFERENT, {"tenant": tenant_id})
        (different,) = cursor.fetchone()
        cursor.execute("DROP TABLE earlier_rollup")
    return int(different)
