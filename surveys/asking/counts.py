"""Counting asks: the ledger's rows as rollups, brought up to date whoever changed a row and however.

A row remembers in `counted` what of it stands in the rollups, and in `counted_state` its state then. A row whose
state is another by now is in the partial index `invitation_uncounted`: that is the whole to-do list, so nobody who
writes the ledger has to tell, and counting costs as much as has changed.
"""

from django.db import connection
from psycopg2 import sql

from cxplatform.pipeline import locks, pulse
from cxplatform.pipeline.consumers import Claim
from cxplatform.stats.waiting import BINS, EDGES
from cxplatform.tenancy.context import active_tenant_id

NAME = "surveys.asks"
PER_STATEMENT = 5_000
COUNTS = ("decided", "skipped", "delivered", "rated", "completed", "refused", "failed")
HISTOGRAMS = ("minutes", "lag")


def _sums(name: str) -> sql.Composable:
    """A histogram as an array of sums, one per bin."""
    return sql.SQL("ARRAY[{}]").format(
        sql.SQL(", ").join(
            sql.SQL("coalesce(sum(n) FILTER (WHERE {} = {}), 0)::int").format(sql.Identifier(name), sql.Literal(place))
            for place in range(BINS)
        )
    )


# Rows somebody is just changing are passed over: they will still be in the index afterwards. What cannot be in the
# future is not: a clock may have been put right between sending and answering, hence greatest(0).
_COUNT = sql.SQL(
    """
WITH dirty AS MATERIALIZED (
    SELECT id FROM surveys_invitation
    WHERE tenant_id = (SELECT %(tenant)s::bigint) AND counted_state <> state
    ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED
),
seen AS MATERIALIZED (
    SELECT i.id, i.state, i.counted AS was, jsonb_build_object(
        'day', (i.decided_at AT TIME ZONE %(zone)s)::date,
        'state', i.state,
        'method', i.method,
        'survey', i.survey_id::text,
        'touchpoint', coalesce(i.touchpoint_id::text, ''),
        'language', i.language,
        'unit', coalesce(i.unit_id::text, ''),
        'delivered', i.method IN ('email', 'sms', 'ivr', 'widget')
            AND i.state IN ('sent', 'opened', 'answered', 'refused', 'expired') AND i.sent_at IS NOT NULL,
        'minutes', CASE WHEN i.state = 'answered' AND i.sent_at IS NOT NULL AND i.answered_at IS NOT NULL THEN
            width_bucket(greatest(0, extract(epoch FROM i.answered_at - i.sent_at) / 60), {edges}) END,
        'lag', CASE WHEN i.sent_at IS NOT NULL AND e.time IS NOT NULL THEN
            width_bucket(greatest(0, extract(epoch FROM i.sent_at - e.time) / 60), {edges}) END
    ) AS now
    FROM dirty
    CROSS JOIN LATERAL (
        SELECT * FROM surveys_invitation WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = dirty.id LIMIT 1
    ) i
    LEFT JOIN LATERAL (
        SELECT time FROM journeys_event WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = i.event_id LIMIT 1
    ) e ON i.sent_at IS NOT NULL AND i.event_id IS NOT NULL
),
marked AS (
    UPDATE surveys_invitation i SET counted_state = seen.state, counted = seen.now FROM seen
    WHERE i.tenant_id = (SELECT %(tenant)s::bigint) AND i.id = seen.id
),
difference AS (
    SELECT now AS ask, 1 AS n FROM seen
    UNION ALL
    SELECT was, -1 FROM seen WHERE was <> '{{}}'
),
spread AS (
    SELECT dimension, value, grain, start, n, ask ->> 'state' AS state, (ask ->> 'delivered')::boolean AS delivered,
        (ask ->> 'minutes')::int AS minutes, (ask ->> 'lag')::int AS lag
    FROM difference
    CROSS JOIN LATERAL (VALUES ('', ''), ('method', ask ->> 'method'), ('survey', ask ->> 'survey'),
        ('touchpoint', ask ->> 'touchpoint'), ('language', ask ->> 'language'), ('unit', ask ->> 'unit')
    ) AS of (dimension, value)
    CROSS JOIN LATERAL (VALUES
        ('d', (ask ->> 'day')::date), ('m', date_trunc('month', (ask ->> 'day')::date)::date)
    ) AS grains (grain, start)
),
added AS (
    INSERT INTO surveys_askrollup AS old (tenant_id, dimension, grain, start, value, {columns})
    SELECT %(tenant)s, dimension, grain, start, value, sum(n), coalesce(sum(n) FILTER (WHERE state = 'skipped'), 0),
        coalesce(sum(n) FILTER (WHERE delivered), 0),
        coalesce(sum(n) FILTER (WHERE delivered AND state = 'answered'), 0),
        coalesce(sum(n) FILTER (WHERE state = 'answered'), 0), coalesce(sum(n) FILTER (WHERE state = 'refused'), 0),
        coalesce(sum(n) FILTER (WHERE state = 'failed'), 0), {minutes}, {lag}
    FROM spread GROUP BY dimension, grain, start, value ORDER BY dimension, grain, start, value
    ON CONFLICT (tenant_id, dimension, grain, start, value) DO UPDATE SET {updates}
    RETURNING decided
)
SELECT (SELECT count(*) FROM seen), (SELECT count(*) FROM added WHERE decided = 0)
"""
).format(
    edges=sql.SQL("ARRAY[{}]::numeric[]").format(sql.SQL(", ").join(map(sql.Literal, EDGES))),
    columns=sql.SQL(", ").join(map(sql.Identifier, (*COUNTS, *HISTOGRAMS))),
    minutes=_sums("minutes"),
    lag=_sums("lag"),
    updates=sql.SQL(", ").join(
        [sql.SQL("{0} = old.{0} + excluded.{0}").format(sql.Identifier(name)) for name in COUNTS]
        + [
            sql.SQL(
                "{0} = (SELECT array_agg(a + b ORDER BY place) FROM unnest(old.{0}, excluded.{0})"
                " WITH ORDINALITY AS pair (a, b, place))"
            ).format(sql.Identifier(name))
            for name in HISTOGRAMS
        ]
    ),
)


def consume(claim: Claim) -> None:
    """The pipeline's consumer `surveys.asks`: what this claim decided or answered, and what else has changed."""
    count(most=PER_STATEMENT)


def count(*, most: int = PER_STATEMENT) -> int:
    """Bring the rollups up to the active tenant's ledger, `most` rows of it; how many there were.

    The caller holds the tenant's turn to count (pipeline.locks).
    """
    tenant_id = active_tenant_id()
    with connection.cursor() as cursor:
        # Almost always there is nothing, and one look into the index says so.
        cursor.execute(
            "SELECT timezone FROM tenancy_tenant WHERE id = %(tenant)s AND EXISTS ("
            "SELECT 1 FROM surveys_invitation WHERE tenant_id = %(tenant)s AND counted_state <> state)",
            {"tenant": tenant_id},
        )
        found = cursor.fetchone()
        if found is None:
            return 0
        cursor.execute(_COUNT, {"tenant": tenant_id, "zone": found[0], "most": most})
        rows, emptied = cursor.fetchone()
        if emptied:
            cursor.execute("DELETE FROM surveys_askrollup WHERE tenant_id = %s AND decided = 0", [tenant_id])
    return int(rows)


def count_all(tenant_id: int) -> int:
    """Count everything that waits in the active tenant's ledger, unless another worker is counting; how many."""
    try:
        locks.take(tenant_id)
    except locks.Busy:
        return 0
    counted = 0
    while rows := count():
        counted += rows
    if counted:
        pulse.beat()
    return counted


_SET_ASIDE = """
CREATE TEMPORARY TABLE earlier_asks ON COMMIT DROP AS SELECT * FROM surveys_askrollup WHERE tenant_id = %(tenant)s;
DELETE FROM surveys_askrollup WHERE tenant_id = %(tenant)s;
UPDATE surveys_invitation SET counted_state = '', counted = '{}' WHERE tenant_id = %(tenant)s AND counted_state <> ''
"""
_DIFFERENT = """
SELECT count(*) FROM (SELECT * FROM surveys_askrollup WHERE tenant_id = %(tenant)s) now
FULL JOIN earlier_asks earlier USING (tenant_id, dimension, grain, start, value)
WHERE to_jsonb(now) IS DISTINCT FROM to_jsonb(earlier)
"""


def rebuild(tenant_id: int) -> int:
    """Make the active tenant's counts of asks anew from its ledger; how many rows came out different."""
    with connection.cursor() as cursor:
        cursor.execute(_SET_ASIDE, {"tenant": tenant_id})
        while count():
            pass
        cursor.execute(_DIFFERENT, {"tenant": tenant_id})
        (different,) = cursor.fetchone()
        cursor.execute("DROP TABLE earlier_asks")
    return int(different)
