"""When each passage of a customer began and was last heard of: `path_segment`, one row per passage.

Taking events in needs no more than their times and the stored passages near them: two are one when the silence
between is no longer than the gap. Making everything anew reads all of the customer's events instead.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from journeys.paths.traces import MATTERS, parameters
from journeys.paths.tracing import Reading, Tracing

_TABLES = """
CREATE TEMPORARY TABLE IF NOT EXISTS path_segment (
    subject text, customer_id uuid, since timestamptz, until timestamptz
) ON COMMIT DELETE ROWS;
TRUNCATE path_segment
"""

# Uses passage_by_subject: `low` and `high` are made in a step of their own, so that the look-up is by columns alone.
_NEAR = """
WITH given AS MATERIALIZED (
    SELECT subject, at, at - make_interval(hours => %(gap)s) AS low, at + make_interval(hours => %(gap)s) AS high
    FROM unnest(%(subjects)s::text[], %(times)s::timestamptz[]) AS g(subject, at)
),
span AS (
    SELECT subject, at AS since, at AS until FROM given
    UNION
    SELECT g.subject, p.started_at, p.last_at FROM given g CROSS JOIN LATERAL (
        SELECT started_at, last_at FROM journeys_passage
        WHERE tenant_id = %(tenant)s AND trace_by = 'customer' AND subject = g.subject AND gap_hours = %(gap)s
            AND started_at <= g.high AND last_at >= g.low
        OFFSET 0
    ) p
),
parted AS (
    SELECT *, count(*) FILTER (WHERE since - heard > make_interval(hours => %(gap)s)) OVER w AS part FROM (
        SELECT *, max(until) OVER (
            PARTITION BY subject ORDER BY since, until ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS heard
        FROM span
    ) s WINDOW w AS (PARTITION BY subject ORDER BY since, until ROWS UNBOUNDED PRECEDING)
)
INSERT INTO path_segment
SELECT subject, subject::uuid, min(since), max(until) FROM parted GROUP BY subject, part
"""

_ALL = f"""
INSERT INTO path_segment
SELECT customer_id::text, customer_id, min(time), max(time) FROM (
    SELECT customer_id, time,
        count(*) FILTER (WHERE time - heard > make_interval(hours => %(gap)s)) OVER (
            PARTITION BY customer_id ORDER BY time ROWS UNBOUNDED PRECEDING) AS part
    FROM (
        SELECT s.customer_id, e.time, lag(e.time) OVER (PARTITION BY s.customer_id ORDER BY e.time) AS heard
        FROM unnest(%(customers)s::uuid[]) AS s(customer_id)
        CROSS JOIN LATERAL (
            SELECT time FROM journeys_event
            WHERE tenant_id = %(tenant)s AND customer_id = s.customer_id AND {MATTERS}
            OFFSET 0
        ) e
    ) heard
) parted GROUP BY customer_id, part
"""


def near(cursor: Any, *, tracing: Tracing, tenant_id: int, events: Sequence[tuple[str, datetime]]) -> None:
    """The passages that events (customer's id, time) make, lengthen or join."""
    cursor.execute(_TABLES)
    cursor.execute(
        _NEAR,
        {
            "tenant": tenant_id,
            "gap": tracing.gap_hours,
            "subjects": [customer for customer, _ in events],
            "times": [moment for _, moment in events],
        },
    )


def all_of(cursor: Any, *, reading: Reading, tracing: Tracing, customer_ids: Sequence[UUID]) -> None:
    """All passages of these customers."""
    cursor.execute(_TABLES)
    cursor.execute(_ALL, parameters(reading) | {"gap": tracing.gap_hours, "customers": list(customer_ids)})
