"""When each passage of a customer began and ended: `path_segment`, one row per passage; and those stored near.

Steps make it; what else is said (`heard`) may come as long after the last of them as the gap is.
Taking events in needs no more than their times and the stored passages near them: two are one when the silence
between is no longer than the gap. Making everything anew reads all of the customer's events instead.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from cxplatform.ids import as_array
from journeys.paths.traces import IS_STEP, MATTERS, parameters
from journeys.paths.tracing import Reading, Tracing

_TABLES = """
CREATE TEMPORARY TABLE IF NOT EXISTS path_segment (
    subject text, customer_id uuid, since timestamptz, until timestamptz, heard timestamptz
) ON COMMIT DELETE ROWS;
TRUNCATE path_segment
"""

# Events are read by id before they are asked for a customer: else the planner may read all that have one instead.
# Uses passage_by_customer, the only index that has its rows in the order of their start; `low` and `high` are made in a
# step of their own, so that the look-up is by columns alone.
_NEAR = f"""
WITH given AS MATERIALIZED (
    SELECT *, at - make_interval(hours => %(gap)s) AS low, at + make_interval(hours => %(gap)s) AS high FROM (
        SELECT DISTINCT customer_id, time AS at, is_step FROM (
            SELECT customer_id, time, {IS_STEP} AS is_step FROM journeys_event
            WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = ANY(%(ids)s::uuid[]) AND {MATTERS}
            OFFSET 0
        ) given WHERE customer_id IS NOT NULL
    ) moments
),
stored AS MATERIALIZED (
    SELECT DISTINCT ON (p.id) p.* FROM given g CROSS JOIN LATERAL (
        SELECT * FROM journeys_passage
        WHERE tenant_id = (SELECT %(tenant)s::bigint)
            AND trace_by = 'customer' AND customer_id = g.customer_id AND gap_hours = %(gap)s
            AND started_at <= g.high AND last_at >= g.low
        ORDER BY started_at
    ) p
),
reached AS (INSERT INTO path_move SELECT -1, * FROM stored),
span AS (
    SELECT customer_id, at AS since, at AS until FROM given WHERE is_step
    UNION
    SELECT customer_id, started_at, last_at FROM stored
),
parted AS (
    SELECT *, count(*) FILTER (WHERE since - before > make_interval(hours => %(gap)s)) OVER w AS part FROM (
        SELECT *, max(until) OVER (
            PARTITION BY customer_id ORDER BY since, until ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
        FROM span
    ) s WINDOW w AS (PARTITION BY customer_id ORDER BY since, until ROWS UNBOUNDED PRECEDING)
)
INSERT INTO path_segment
SELECT customer_id::text, customer_id, min(since), max(until), max(until) + make_interval(hours => %(gap)s)
FROM parted GROUP BY customer_id, part
"""

_ALL = f"""
INSERT INTO path_segment
SELECT customer_id::text, customer_id, min(time), max(time), max(time) + make_interval(hours => %(gap)s) FROM (
    SELECT customer_id, time,
        count(*) FILTER (WHERE time - before > make_interval(hours => %(gap)s)) OVER (
            PARTITION BY customer_id ORDER BY time ROWS UNBOUNDED PRECEDING) AS part
    FROM (
        SELECT s.customer_id, e.time, lag(e.time) OVER (PARTITION BY s.customer_id ORDER BY e.time) AS before
        FROM unnest(%(customers)s::uuid[]) AS s(customer_id)
        CROSS JOIN LATERAL (
            SELECT time FROM journeys_event
            WHERE tenant_id = (SELECT %(tenant)s::bigint) AND customer_id = s.customer_id AND {MATTERS} AND {IS_STEP}
            OFFSET 0
        ) e
    ) steps
) parted GROUP BY customer_id, part
"""


def near(cursor: Any, *, reading: Reading, tracing: Tracing, event_ids: Sequence[UUID]) -> None:
    """The passages that events make, lengthen, join or say something of, and in `path_move` those stored so far."""
    cursor.execute(_TABLES)
    cursor.execute(_NEAR, parameters(reading) | {"gap": tracing.gap_hours, "ids": as_array(event_ids)})


def all_of(cursor: Any, *, reading: Reading, tracing: Tracing, customer_ids: Sequence[UUID]) -> None:
    """All passages of these customers."""
    cursor.execute(_TABLES)
    cursor.execute(_ALL, parameters(reading) | {"gap": tracing.gap_hours, "customers": list(customer_ids)})
