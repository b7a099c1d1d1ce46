"""Counting texts by topic and feeling: each verbatim remembers what of it is counted, as responses do in rollups."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from cxplatform.ids import as_array
from cxplatform.tenancy.context import active_tenant_id

PER_STATEMENT = 5_000
NEITHER = 0.2
"""Sentiments nearer to 0 than this are neither negative nor positive."""

# A row that was brought back to nothing goes, as a rebuild would not make it. Rows are locked in the order of their
# key, so that two who count at once wait for each other.
_COUNT = """
WITH judged AS (
    SELECT id, counted, CASE WHEN %(out)s OR audience <> 'customer' THEN '{}' ELSE jsonb_build_object(
        'day', (answered_at AT TIME ZONE %(zone)s)::date,
        'place', coalesce(touchpoint_id, 0),
        'bin', CASE WHEN sentiment <= -%(neither)s THEN 0 WHEN sentiment >= %(neither)s THEN 2 ELSE 1 END,
        'topics', (SELECT coalesce(jsonb_agg(t::bigint ORDER BY t::bigint), '[]') FROM jsonb_object_keys(topics) t)
    ) END AS effective
    FROM surveys_verbatim
    WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = ANY(%(ids)s::uuid[])
),
changed AS MATERIALIZED (SELECT id, counted, effective FROM judged WHERE effective <> counted),
marked AS (
    UPDATE surveys_verbatim v SET counted = changed.effective FROM changed
    WHERE v.tenant_id = (SELECT %(tenant)s::bigint) AND v.id = changed.id
),
signed AS (
    SELECT effective AS told, 1 AS n FROM changed WHERE effective <> '{}'
    UNION ALL
    SELECT counted, -1 FROM changed WHERE counted <> '{}'
),
summed AS (
    SELECT topic, place, (told ->> 'day')::date AS day,
        sum(n) FILTER (WHERE told ->> 'bin' = '0') AS negative,
        sum(n) FILTER (WHERE told ->> 'bin' = '1') AS neither,
        sum(n) FILTER (WHERE told ->> 'bin' = '2') AS positive
    FROM signed
    CROSS JOIN LATERAL (
        SELECT 0::bigint AS topic UNION ALL SELECT value::bigint FROM jsonb_array_elements_text(told -> 'topics')
    ) topics
    CROSS JOIN LATERAL (
        SELECT 0::bigint AS place UNION ALL SELECT (told ->> 'place')::bigint WHERE told ->> 'place' <> '0'
    ) places
    GROUP BY 1, 2, 3
),
added AS (
    INSERT INTO surveys_topicrollup AS old (tenant_id, topic_id, touchpoint_id, day, negative, neither, positive)
    SELECT %(tenant)s, topic, place, day, coalesce(negative, 0), coalesce(neither, 0), coalesce(positive, 0)
    FROM summed ORDER BY 2, 3, 4
    ON CONFLICT (tenant_id, topic_id, touchpoint_id, day) DO UPDATE SET
        negative = old.negative + excluded.negative,
        neither = old.neither + excluded.neither,
        positive = old.positive + excluded.positive
    RETURNING topic_id, touchpoint_id, day, negative, neither, positive
)
SELECT topic_id, touchpoint_id, day FROM added WHERE (negative, neither, positive) = (0, 0, 0)
"""
_CLEAR = """
DELETE FROM surveys_topicrollup r
USING unnest(%s::bigint[], %s::bigint[], %s::date[]) AS gone (topic_id, touchpoint_id, day)
WHERE r.tenant_id = %s AND r.topic_id = gone.topic_id AND r.touchpoint_id = gone.touchpoint_id AND r.day = gone.day
    AND (negative, neither, positive) = (0, 0, 0)
"""


def count(verbatim_ids: Sequence[UUID | str], *, out: bool = False) -> None:
    """Bring the topic counts up to what these verbatims of the active tenant should count; `out` takes them out.

    The caller holds the tenant's turn to count (pipeline.locks).
    """
    tenant_id = active_tenant_id()
    ids = sorted(map(str, set(verbatim_ids)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT timezone FROM tenancy_tenant WHERE id = %s", [tenant_id])
        (zone,) = cursor.fetchone()
        for start in range(0, len(ids), PER_STATEMENT):
            part = as_array(ids[start : start + PER_STATEMENT])
            cursor.execute(_COUNT, {"tenant": tenant_id, "ids": part, "zone": zone, "out": out, "neither": NEITHER})
            emptied = cursor.fetchall()
            if emptied:
                cursor.execute(_CLEAR, [*map(list, zip(*emptied, strict=True)), tenant_id])


_SET_ASIDE = """
CREATE TEMPORARY TABLE earlier_topics ON COMMIT DROP AS SELECT * FROM surveys_topicrollup WHERE tenant_id = %(tenant)s;
DELETE FROM surveys_topicrollup WHERE tenant_id = %(tenant)s;
UPDATE surveys_verbatim SET counted = '{}' WHERE tenant_id = %(tenant)s AND counted <> '{}'
"""
_NEXT = "SELECT id FROM surveys_verbatim WHERE tenant_id = %s AND (%s::uuid IS NULL OR id > %s) ORDER BY id LIMIT %s"
_DIFFERENT = """
SELECT count(*) FROM
    (SELECT * FROM surveys_topicrollup WHERE tenant_id = %(tenant)s) now
    FULL JOIN earlier_topics earlier USING (tenant_id, topic_id, touchpoint_id, day)
WHERE (now.negative, now.neither, now.positive) IS DISTINCT FROM (earlier.negative, earlier.neither, earlier.positive)
"""


def recount() -> int:
    """Make the active tenant's topic counts anew from its verbatims; how many rows differed."""
    tenant_id = active_tenant_id()
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
        cursor.execute(_DIFFERENT, {"tenant": tenant_id})
        (different,) = cursor.fetchone()
        cursor.execute("DROP TABLE earlier_topics")
    return int(different)
