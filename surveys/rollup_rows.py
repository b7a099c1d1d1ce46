"""Adding differences to the rows of the rollups: the last step of whatever counts answers."""

from typing import Any

import msgspec
from django.db.backends.utils import CursorWrapper

from cxplatform.stats.metrics import METRICS
from surveys.questionnaire import choices

_BINS = msgspec.json.encode({m.name: m.bins for m in METRICS.values()} | dict(choices.BINS)).decode()

# `summed` has the key of each row and its difference, as `bins` and as many `counts`.
_ADD = """
added AS (
    INSERT INTO surveys_scorerollup AS old
        (tenant_id, metric, dimension, value, grain, touchpoint_id, start, channel_id, audience, wave, histogram)
    SELECT %(tenant)s, metric, dimension, value, grain, place, start, channel_id, audience, wave,
        nullif(ARRAY(
            SELECT coalesce(counts[array_position(bins, b)], 0)::int
            FROM generate_series(0, (%(bins)s::jsonb ->> split_part(metric, ':', 1))::int - 1) AS b
        ), '{}')  -- none of a metric nobody knows: refused, not lost
    FROM summed ORDER BY 2, 3, 4, 5, 6, 7, 8, 9, 10
    ON CONFLICT (tenant_id, metric, dimension, value, grain, touchpoint_id, start, channel_id, audience, wave)
    DO UPDATE SET histogram = (
        SELECT array_agg(a + b ORDER BY place) FROM unnest(old.histogram, excluded.histogram)
        WITH ORDINALITY AS pair (a, b, place)
    )
    RETURNING metric, dimension, value, grain, touchpoint_id, start, channel_id, audience, wave, histogram
)
SELECT metric, dimension, value, grain, touchpoint_id, start, channel_id, audience, wave
FROM added WHERE 0 = ALL(histogram)
"""
# A row that was brought back to nothing goes, as a rebuild would not make it.
_CLEAR = """
DELETE FROM surveys_scorerollup r
USING unnest(
        %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::date[], %s::bigint[], %s::text[], %s::text[]
    ) AS gone (metric, dimension, value, grain, touchpoint_id, start, channel_id, audience, wave)
WHERE r.tenant_id = %s AND r.metric = gone.metric AND r.dimension = gone.dimension AND r.value = gone.value
    AND r.grain = gone.grain AND r.touchpoint_id = gone.touchpoint_id AND r.start = gone.start
    AND r.channel_id = gone.channel_id AND r.audience = gone.audience AND r.wave = gone.wave
"""


def add_summed(cursor: CursorWrapper, summing: str, values: dict[str, Any]) -> None:
    """Run a statement that ends in the table `summed` (its CTEs, with a comma behind), and add that to the rollups."""
    cursor.execute(summing + _ADD, values | {"bins": _BINS})
    emptied = cursor.fetchall()
    if emptied:
        cursor.execute(_CLEAR, [*map(list, zip(*emptied, strict=True)), values["tenant"]])
