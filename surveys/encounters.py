"""Scores by encounter number: what customers answered at their first encounter with the company, the second ...

An encounter is an event with a touchpoint, not of our own making. The number of an answer is how many of them its
customer had had when it was given, at least one. An encounter heard of late moves the answers after it. Only
answers about single encounters count here: of the waves of relationship surveys a person has one.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from cxplatform.ids import as_array
from cxplatform.pipeline.consumers import Claim
from cxplatform.stats.metrics import METRICS
from cxplatform.tenancy.context import active_tenant_id
from journeys.claimed import claimed

NAME = "surveys.encounters"
MOST = 6
"""Encounters beyond are counted together with it."""
PER_STATEMENT = 5_000
_BINS = msgspec.json.encode({of.name: of.bins for of in METRICS.values()}).decode()

# Of the claim's customers those who ever answered; uses response_by_customer.
_CUSTOMERS = """
SELECT c.customer_id FROM (
    SELECT unnest(%(customers)s::uuid[]) AS customer_id
) c
CROSS JOIN LATERAL (
    SELECT FROM surveys_response WHERE tenant_id = (SELECT %(tenant)s::bigint) AND customer_id = c.customer_id LIMIT 1
) any_answer
"""
# The first encounters of each: event_by_customer, no further than is told apart.
_COUNT = """
WITH given AS MATERIALIZED (
    SELECT r.id, r.scores, r.answered_at, r.customer_id, r.is_test OR r.audience <> 'customer' OR r.wave <> '' AS out
    FROM unnest(%(customers)s::uuid[]) AS c (id)
    CROSS JOIN LATERAL (
        SELECT * FROM surveys_response WHERE tenant_id = (SELECT %(tenant)s::bigint) AND customer_id = c.id OFFSET 0
    ) r
),
met AS MATERIALIZED (
    SELECT c.id AS customer_id, array_agg(e.time) AS times FROM unnest(%(customers)s::uuid[]) AS c (id)
    CROSS JOIN LATERAL (
        SELECT time FROM journeys_event
        WHERE tenant_id = (SELECT %(tenant)s::bigint) AND customer_id = c.id
            AND (touchpoint_id IS NOT NULL OR touchpoint_text <> '')
            AND NOT type ^@ ANY(ARRAY['survey.', 'promise.', 'followup.', 'cx.'])
        ORDER BY time LIMIT %(most)s
    ) e GROUP BY 1
),
fresh AS (
    SELECT g.id, greatest(1, (SELECT count(*) FROM unnest(m.times) AS t (at) WHERE t.at <= g.answered_at)) AS number,
        CASE WHEN g.out THEN '{}' ELSE (
            SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(g.scores)
            WHERE %(bins)s::jsonb ? key) END AS scores
    FROM given g LEFT JOIN met m USING (customer_id)
),
changed AS MATERIALIZED (
    SELECT f.id, f.number, f.scores, o.number AS number_before, coalesce(o.scores, '{}') AS scores_before
    FROM fresh f
    LEFT JOIN LATERAL (
        SELECT number, scores FROM surveys_encountermark
        WHERE tenant_id = (SELECT %(tenant)s::bigint) AND response_id = f.id LIMIT 1
    ) o ON true
    WHERE (f.number, f.scores) IS DISTINCT FROM (o.number::bigint, o.scores)
        AND (f.scores <> '{}' OR coalesce(o.scores, '{}') <> '{}')
),
marked AS (
    INSERT INTO surveys_encountermark (tenant_id, response_id, number, scores)
    SELECT %(tenant)s, id, number, scores FROM changed ORDER BY id
    ON CONFLICT (tenant_id, response_id) DO UPDATE SET number = excluded.number, scores = excluded.scores
),
moved AS (
    SELECT key AS metric, number, value::int AS bin, 1 AS n FROM changed, jsonb_each_text(scores)
    UNION ALL
    SELECT key, number_before, value::int, -1 FROM changed, jsonb_each_text(scores_before)
),
summed AS (
    SELECT metric, number, array_agg(bin) AS bins, array_agg(n) AS counts FROM (
        SELECT metric, number, bin, sum(n) AS n FROM moved GROUP BY 1, 2, 3 HAVING sum(n) <> 0
    ) part GROUP BY 1, 2
),
added AS (
    INSERT INTO surveys_encounterrollup AS old (tenant_id, metric, number, histogram)
    SELECT %(tenant)s, metric, number, (
        SELECT array_agg(coalesce(n, 0)::int ORDER BY b)
        FROM generate_series(0, (%(bins)s::jsonb ->> metric)::int - 1) AS b
        LEFT JOIN unnest(bins, counts) AS told (bin, n) ON told.bin = b)
    FROM summed ORDER BY metric, number
    ON CONFLICT (tenant_id, metric, number) DO UPDATE SET histogram = (
        SELECT array_agg(a + b ORDER BY place) FROM unnest(old.histogram, excluded.histogram)
        WITH ORDINALITY AS pair (a, b, place))
    RETURNING 1
)
SELECT count(*) FROM changed
"""


def consume(claim: Claim) -> None:
    """The pipeline's consumer: answers of the customers this claim is of, and what came before them."""
    there = claimed(claim).customers
    if not there:
        return
    with connection.cursor() as cursor:
        cursor.execute(_CUSTOMERS, {"tenant": claim.tenant_id, "customers": as_array(there)})
        customers = [id_ for (id_,) in cursor.fetchall()]
    count(customers)


def follow_events(event_ids: Sequence[UUID]) -> None:
    """Count anew after these events of the active tenant moved: what got a place is an encounter now."""
    consume(Claim(active_tenant_id(), list(event_ids)))


def count(customer_ids: Sequence[UUID | str]) -> int:
    """Bring the counts up to what these customers of the active tenant answered; how many answers moved."""
    moved = 0
    values: dict[str, Any] = {"tenant": active_tenant_id(), "bins": _BINS, "most": MOST}
    with connection.cursor() as cursor:
        for start in range(0, len(customer_ids), PER_STATEMENT):
            cursor.execute(_COUNT, values | {"customers": as_array(customer_ids[start : start + PER_STATEMENT])})
            moved += int(cursor.fetchone()[0])
    return moved


_SET_ASIDE = """
CREATE TEMPORARY TABLE earlier_encounters ON COMMIT DROP AS
    SELECT * FROM surveys_encounterrollup WHERE tenant_id = %(tenant)s;
DELETE FROM surveys_encounterrollup WHERE tenant_id = %(tenant)s;
DELETE FROM surveys_encountermark WHERE tenant_id = %(tenant)s
"""
_NEXT = """
SELECT DISTINCT customer_id FROM surveys_response
WHERE tenant_id = %(tenant)s AND customer_id IS NOT NULL AND customer_id > %(after)s ORDER BY 1 LIMIT %(most)s
"""
_DIFFERENT = """
SELECT count(*) FROM (SELECT * FROM surveys_encounterrollup WHERE tenant_id = %(tenant)s AND NOT 0 = ALL(histogram)) now
FULL JOIN (SELECT * FROM earlier_encounters WHERE NOT 0 = ALL(histogram)) earlier USING (tenant_id, metric, number)
WHERE now.histogram IS DISTINCT FROM earlier.histogram
"""


def rebuild(tenant_id: int) -> int:
    """Make the active tenant's counts anew from events and responses; how many rows came out different."""
    after = UUID(int=0)
    with connection.cursor() as cursor:
        cursor.execute(_SET_ASIDE, {"tenant": tenant_id})
        while True:
            cursor.execute(_NEXT, {"tenant": tenant_id, "after": after, "most": PER_STATEMENT})
            customers = [id_ for (id_,) in cursor.fetchall()]
            if not customers:
                break
            count(customers)
            after = customers[-1]
        cursor.execute(_DIFFERENT, {"tenant": tenant_id})
        (different,) = cursor.fetchone()
        cursor.execute("DROP TABLE earlier_encounters")
    return int(different)
