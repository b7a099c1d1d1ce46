"""What passages add to the counts: one statement for rows that come and rows that go, so that counts kept
incrementally are those counted at once.

Fractions are counted in steps of 2^-20: sums of them are exact, whatever comes and goes in which order; so are
seconds, as whole numbers.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import msgspec

from cxplatform.prepared import Prepared
from cxplatform.stats.waiting import BINS, EDGES
from journeys.paths import measures
from journeys.paths.conformance import follows
from journeys.paths.designs import load

_FINEST = 2**20
_SECONDS = f"ARRAY[{', '.join(str(60 * edge) for edge in EDGES)}]::bigint[]"


def _bin(seconds: str) -> str:
    return f"width_bucket(greatest(0, {seconds}), {_SECONDS})"


def _exact(value: str) -> str:
    return f"round(({value})::float8 * {_FINEST}) / {_FINEST}"


_LASTED = f"""CASE WHEN ended THEN {_bin("lasted")} END, sum(sign), sum(o),
            sum(CASE WHEN ended THEN sign * lasted ELSE 0 END::float8), 0"""
# Of a case: it went on after a silence as long as ends it. Most passages are shorter than that and not taken apart.
WENT_ON = """gap_hours = 0 AND last_at - started_at > over_at - last_at AND EXISTS (
        SELECT FROM unnest(seconds, seconds[2:]) AS s(before, after)
        WHERE after - before > extract(epoch FROM over_at - last_at))"""
# The channels a passage met, as text; "" of so many that a key would not hold them.
_WAY = """channel_ids[1] AS first_c, (
            SELECT CASE WHEN count(*) <= 8 THEN string_agg(c::text, ',' ORDER BY c) ELSE '' END
            FROM (SELECT DISTINCT unnest(channel_ids) AS c) channels
        ) AS met_c"""
# (measure, whether it has a histogram, select of (g, key's parts a, b, kind, text, bin, n, open, total, squares)).
# `kind` tells apart keys of one measure. Every arm is summed by itself: few rows are left to put together.
_ARMS = (
    (measures.PASSAGES, True, f"SELECT g, 0, 0, 0, '', {_LASTED} FROM move GROUP BY 1, 6"),
    (
        measures.VARIANT, True,
        f"SELECT g, 0, 0, 0, variant::text, {_LASTED} FROM move WHERE ended GROUP BY 1, variant, 6",
    ),
    (
        measures.EDGE, True,
        """SELECT g, t, t2, 0, '', bin, sum(n), sum(open), sum(total), 0
        FROM pair WHERE t2 IS NOT NULL GROUP BY 1, 2, 3, 6""",
    ),
    (measures.EDGE, False, "SELECT g, 0, first_t, 1, '', 0, sum(n), sum(open), 0, 0 FROM began GROUP BY 1, 3"),
    (
        measures.EDGE, False,
        "SELECT g, t, 0, 2, '', 0, sum(n - open), 0, 0, 0 FROM pair WHERE t2 IS NULL GROUP BY 1, 2",
    ),
    (
        measures.TRUNCATED, False,
        "SELECT g, 0, 0, 0, '', 0, sum(sign), sum(o), 0, 0 FROM move WHERE truncated GROUP BY 1",
    ),
    (
        measures.WENT_ON, False,
        "SELECT g, 0, 0, 0, '', 0, sum(sign), sum(o), 0, 0 FROM move WHERE went_on GROUP BY 1",
    ),
    (measures.VISITED, False, "SELECT g, t, 0, 3, '', 0, sum(n), sum(open), 0, 0 FROM met GROUP BY 1, 2"),
    (measures.ENCOUNTERS, False, "SELECT g, c, 0, 3, '', 0, sum(n), sum(open), 0, 0 FROM pair GROUP BY 1, 2"),
    (measures.REACHED, False, "SELECT g, stage, 0, 4, '', 0, sum(n), sum(open), 0, 0 FROM hit GROUP BY 1, 2"),
    (
        measures.ONWARD, False,
        "SELECT g, stage, 0, 4, '', 0, sum(n), sum(open), 0, 0 FROM hit WHERE latest > first GROUP BY 1, 2",
    ),
    (
        measures.LAST, False,
        "SELECT g, t, 0, 3, '', 0, sum(n - open), 0, 0, 0 FROM pair WHERE t2 IS NULL GROUP BY 1, 2",
    ),
    (measures.SOURCE, False, "SELECT g, 0, 0, 0, source, 0, sum(n), sum(open), 0, 0 FROM began GROUP BY 1, 5"),
    (measures.ENTRY, False, "SELECT g, first_c, 0, 3, '', 0, sum(n), sum(open), 0, 0 FROM began GROUP BY 1, 2"),
    (
        measures.SWITCH, True,
        """SELECT g, c, c2, 5, CASE WHEN forced THEN 'forced' WHEN designed THEN 'designed' ELSE 'other' END,
            bin, sum(n), sum(open), sum(total), 0
        FROM change WHERE c <> c2 AND c <> 0 AND c2 <> 0 GROUP BY 1, 2, 3, 5, 6""",
    ),
    (
        measures.HANDOFF, True,
        """SELECT g, u, u2, 5, CASE WHEN designed THEN 'designed' ELSE 'unplanned' END,
            bin, sum(n), sum(open), sum(total), 0
        FROM change WHERE u <> u2 AND u <> 0 AND u2 <> 0 GROUP BY 1, 2, 3, 5, 6""",
    ),
    (
        measures.HANDOFF_SCORE, False,
        f"""SELECT p.g, u, u2, 5, CASE WHEN follows.a IS NULL THEN 'unplanned' ELSE 'designed' END, 0,
            sum(p.sign), sum(p.o),
            sum(p.sign * {_exact("(y.score - x.score) / 100.0")}),
            sum(p.sign * {_exact("((y.score - x.score) / 100.0) ^ 2")})
        FROM (
            SELECT k, g, sign, o, version_id, s.* FROM move CROSS JOIN LATERAL unnest(
                touchpoint_ids, unit_ids, touchpoint_ids[2:], unit_ids[2:]) AS s(t, u, t2, u2) WHERE scores <> '{{}}'
        ) p
        JOIN felt x ON x.k = p.k AND x.t = p.t JOIN felt y ON y.k = p.k AND y.t = p.t2
        LEFT JOIN follows ON follows.version = p.version_id AND follows.a = p.t AND follows.b = p.t2
        WHERE u <> u2 AND u <> 0 AND u2 <> 0 AND p.t <> p.t2 GROUP BY 1, 2, 3, 5""",
    ),
    (
        measures.PING_PONG, False,
        """SELECT g, before, u, 6, '', 0, sum(n), sum(open), 0, 0 FROM (
            SELECT *, lag(u) OVER (PARTITION BY k ORDER BY place) AS before FROM served WHERE u <> u2) runs
        WHERE before = u2 AND u <> 0 AND u2 <> 0 GROUP BY 1, 2, 3""",
    ),
    (
        measures.UNITS, False,
        """SELECT g, 0, 0, 0, '', 0, sum(n), sum(open), 0, 0 FROM (
            SELECT k, g, n, open FROM served WHERE u <> 0 GROUP BY k, g, n, open HAVING min(u) <> max(u)) many
        GROUP BY 1""",
    ),
    (
        measures.FITNESS, False,
        f"""SELECT g, 0, 0, 0, '', 0, sum(n - open), 0, sum((n - open) * {_exact("fitness")}),
            sum((n - open) * {_exact("fitness ^ 2")})
        FROM way WHERE n <> open AND fitness IS NOT NULL GROUP BY 1""",
    ),
    *(
        (
            name, False,
            f"""SELECT g, t, 0, 3, '', 0, sum(n - open), 0, 0, 0
            FROM way CROSS JOIN LATERAL (SELECT DISTINCT unnest({name}) AS t) each
            WHERE n <> open AND {name} <> '{{}}' GROUP BY 1, 2""",
        )
        for name in (measures.SKIPPED, measures.REPEATED, measures.UNDESIGNED)
    ),
    (measures.FAILURE, False, "SELECT g, 0, 0, 0, type, 0, sum(sign), sum(o), 0, 0 FROM failed GROUP BY 1, 5"),
    (
        measures.TO_HUMAN, True,
        f"""SELECT g, 0, 0, 0, '', {_bin("human_after")}, sum(sign), sum(o), sum((sign * human_after)::float8), 0
        FROM move WHERE human_after IS NOT NULL GROUP BY 1, 6""",
    ),
    (
        measures.PEAK_END, False,
        f"""SELECT g, 0, 0, 0, '', 0, sum(sign), 0, sum(sign * {_exact("remembered")}),
            sum(sign * {_exact("remembered ^ 2")})
        FROM remembered GROUP BY 1""",
    ),
    (
        measures.PLAIN_MEAN, False,
        f"""SELECT g, 0, 0, 0, '', 0, sum(sign), 0, sum(sign * {_exact("mean")}), sum(sign * {_exact("mean ^ 2")})
        FROM remembered GROUP BY 1""",
    ),
    (
        measures.SOURCE_OVER, True,
        """SELECT g, 0, 0, 0, source, bin, sum(n), 0, sum(CASE WHEN done THEN n ELSE 0 END), 0
        FROM brought GROUP BY 1, 5, 6""",
    ),
    (
        measures.SOURCE_SCORE, False,
        f"""SELECT g, 0, 0, 0, source, 0, sum(sign), 0, sum(sign * {_exact("mean")}), sum(sign * {_exact("mean ^ 2")})
        FROM felt_all GROUP BY 1, 5""",
    ),
    (
        measures.WAY_OVER, False,
        """SELECT g, first_c, 0, 7, met_c, 0, sum(n), 0, sum(CASE WHEN done THEN n ELSE 0 END), 0
        FROM brought GROUP BY 1, 2, 5""",
    ),
    (
        measures.WAY_SCORE, False,
        f"""SELECT g, first_c, 0, 7, met_c, 0, sum(sign), 0, sum(sign * {_exact("mean")}),
            sum(sign * {_exact("mean ^ 2")})
        FROM felt_all GROUP BY 1, 2, 5""",
    ),
    (
        measures.SOURCE_VARIANT, True,
        "SELECT by_source, 0, 0, 0, variant::text, bin, sum(n), 0, sum(total), 0 FROM brought GROUP BY 1, variant, 6",
    ),
    (
        measures.CURVE, False,
        f"""SELECT g, t, 0, 3, '', 0, sum(sign), sum(o), sum(sign * {_exact("score / 100.0")}),
            sum(sign * {_exact("(score / 100.0) ^ 2")})
        FROM scored GROUP BY 1, 2""",
    ),
)  # fmt: skip
_NAMES = sorted({name for name, _, _ in _ARMS})
MEASURES = tuple(_NAMES)
_BINNED = [name for name in _NAMES if any(binned for of, binned, _ in _ARMS if of == name)]

# By kind of key: 0 its text, 1 ">b", 2 "a>", 3 "a", 4 "stage a", 5 "a>b text", 6 "a>b>a", 7 "a>text"; an edge is 0
# with a and b.
_KEY = f"""
CASE WHEN kind = 0 AND measure = '{measures.EDGE}' THEN a || '>' || b WHEN kind = 0 THEN text
    WHEN kind = 1 THEN '>' || b WHEN kind = 2 THEN a || '>' WHEN kind = 3 THEN a::text WHEN kind = 4 THEN 'stage ' || a
    WHEN kind = 5 THEN a || '>' || b || ' ' || text WHEN kind = 7 THEN a || '>' || text
    ELSE a || '>' || b || '>' || a END
"""
_HISTOGRAM = f"ARRAY[{', '.join(f'coalesce(sum(n) FILTER (WHERE bin = {k}), 0)' for k in range(BINS))}]::bigint[]"

# As int, since sums of bigint are numeric and cost far more: no turn has two thousand million steps.
_ALL = " UNION ALL ".join(
    f"SELECT {_NAMES.index(name)}, g, a, b, kind, text, bin, n::int, open::int, total, squares"
    f" FROM ({select}) arm (g, a, b, kind, text, bin, n, open, total, squares)"
    for name, _, select in _ARMS
)
_NOTHING = f"'{{{{{','.join(['0'] * BINS)}}}}}'::bigint[]"
_PLUS = f"""CASE WHEN excluded.histogram IN ('{{{{}}}}', {_NOTHING}) THEN r.histogram
            ELSE ARRAY[{", ".join(f"r.histogram[{k}] + excluded.histogram[{k}]" for k in range(1, BINS + 1))}] END"""
_ID = "tenant_id, journey_id, measure, dimension, value, day, key"

# What is the same for many passages is summed before it is taken apart: `pair` is of steps that follow each other
# (the last has none; taken apart in the select list, a third faster than by a join with one unnest), `way` of
# sequences of touchpoints, `began` of first steps, `served` of sequences of units.
_COUNT = f"""
WITH design AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(stages)s::jsonb) AS d (
        version bigint, stage bigint, place int, t bigint, ends boolean)
),
follows AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(follows)s::jsonb) AS d (version bigint, a bigint, b bigint)
),
move AS MATERIALIZED (
    SELECT row_number() OVER () AS k, dense_rank() OVER (ORDER BY journey_id, day, dimensions) AS g,
        sign::int AS sign, CASE WHEN ended THEN 0 ELSE sign END::int AS o,
        trunc(date_part('epoch', last_at - started_at))::bigint AS lasted,
        {WENT_ON} AS went_on,
        journey_id, day, dimensions, version_id, variant, ended, truncated, source, fitness, human_after, failures,
        touchpoint_ids, channel_ids, unit_ids, seconds, score_touchpoint_ids, scores, skipped, repeated, undesigned
    FROM (
        SELECT *, (started_at AT TIME ZONE %(zone)s)::date AS day FROM path_move WHERE sign <> 0
    ) m
),
brought AS MATERIALIZED (
    SELECT over.*, -dense_rank() OVER (ORDER BY journey_id, day, source) AS by_source,
        coalesce(touchpoint_ids && ending.ts, false) AS done
    FROM (
        SELECT g, journey_id, day, source, version_id, variant, {_bin("lasted")} AS bin, {_WAY},
            any_value(touchpoint_ids) AS touchpoint_ids, sum(sign)::int AS n, sum((sign * lasted)::float8) AS total
        FROM move WHERE ended GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 HAVING sum(sign) <> 0 OR sum(sign * lasted) <> 0
    ) over
    LEFT JOIN (SELECT version, array_agg(t) AS ts FROM design WHERE ends GROUP BY version) ending
        ON ending.version = over.version_id
),
felt_all AS MATERIALIZED (
    SELECT g, sign, source, {_WAY}, (SELECT avg(x) FROM unnest(scores) AS s(x)) / 100.0 AS mean
    FROM move WHERE ended AND scores <> '{{{{}}}}'
),
slice AS MATERIALIZED (
    SELECT g, journey_id, day, s.dimension, s.value
    FROM (SELECT DISTINCT g, journey_id, day, dimensions FROM move) part
    CROSS JOIN LATERAL (
        SELECT '' AS dimension, '' AS value UNION ALL SELECT * FROM jsonb_each_text(part.dimensions)
    ) s
    UNION ALL
    SELECT DISTINCT by_source, journey_id, day, '{measures.BY_SOURCE}', source FROM brought
),
failed AS MATERIALIZED (
    SELECT k, g, sign, o, left(f ->> 0, 100) AS type, (f ->> 2)::int AS n
    FROM move CROSS JOIN LATERAL jsonb_array_elements(failures) AS f WHERE failures <> '[]'
),
pair AS MATERIALIZED (
    SELECT g, version_id, t, c, u, t2, c2, u2, broke.k IS NOT NULL AS forced, {_bin("s2 - s")} AS bin,
        sum(sign)::int AS n, sum(o)::int AS open, sum((sign * (s2 - s))::float8) AS total
    FROM (
        SELECT k, g, sign, o, version_id, generate_subscripts(touchpoint_ids, 1) AS place,
            unnest(touchpoint_ids) AS t, unnest(channel_ids) AS c, unnest(unit_ids) AS u, unnest(seconds) AS s,
            unnest(touchpoint_ids[2:]) AS t2, unnest(channel_ids[2:]) AS c2, unnest(unit_ids[2:]) AS u2,
            unnest(seconds[2:]) AS s2
        FROM move
    ) step
    LEFT JOIN (SELECT DISTINCT k, n FROM failed) broke ON broke.k = step.k AND broke.n = step.place
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
),
change AS MATERIALIZED (
    SELECT pair.*, follows.a IS NOT NULL AS designed FROM pair
    LEFT JOIN follows ON follows.version = pair.version_id AND follows.a = pair.t AND follows.b = pair.t2
    WHERE t2 IS NOT NULL AND (c <> c2 OR u <> u2)
),
began AS MATERIALIZED (
    SELECT g, touchpoint_ids[1] AS first_t, channel_ids[1] AS first_c, source, sum(sign)::int AS n, sum(o)::int AS open
    FROM move GROUP BY 1, 2, 3, 4
),
way AS MATERIALIZED (
    SELECT row_number() OVER () AS k, * FROM (
        SELECT g, version_id, variant, fitness, skipped, repeated, undesigned,
            any_value(touchpoint_ids) AS touchpoint_ids, sum(sign)::int AS n, sum(o)::int AS open
        FROM move GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(sign) <> 0 OR sum(o) <> 0
    ) ways
),
met AS MATERIALIZED (
    SELECT k, g, version_id, n, open, t, min(place) AS first, max(place) AS last
    FROM way CROSS JOIN LATERAL unnest(touchpoint_ids) WITH ORDINALITY AS s(t, place) GROUP BY 1, 2, 3, 4, 5, 6
),
hit AS MATERIALIZED (
    SELECT *, max(last) OVER (
        PARTITION BY k ORDER BY place DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS latest
    FROM (
        SELECT k, g, n, open, stage, place, min(first) AS first, max(last) AS last
        FROM met JOIN design d ON d.version = met.version_id AND d.t = met.t GROUP BY 1, 2, 3, 4, 5, 6
    ) stages
),
served AS MATERIALIZED (
    SELECT k, g, n, open, s.* FROM (
        SELECT row_number() OVER () AS k, g, unit_ids, sum(sign)::int AS n, sum(o)::int AS open
        FROM move WHERE unit_ids <> array_fill(unit_ids[1], ARRAY[cardinality(unit_ids)]) GROUP BY g, unit_ids
    ) units CROSS JOIN LATERAL unnest(unit_ids, unit_ids[2:]) WITH ORDINALITY AS s(u, u2, place)
),
scored AS MATERIALIZED (
    SELECT k, g, sign, o, s.* FROM move
    CROSS JOIN LATERAL unnest(score_touchpoint_ids, scores) WITH ORDINALITY AS s(t, score, n) WHERE scores <> '{{{{}}}}'
),
felt AS MATERIALIZED (SELECT DISTINCT ON (k, t) k, t, score FROM scored ORDER BY k, t, n DESC),
remembered AS MATERIALIZED (
    SELECT g, sign, (
            (SELECT x FROM unnest(scores) AS s(x) ORDER BY abs(x) DESC, x LIMIT 1) + scores[cardinality(scores)]
        ) / 200.0 AS remembered,
        (SELECT avg(x) FROM unnest(scores) AS s(x)) / 100.0 AS mean
    FROM move WHERE ended AND cardinality(scores) >= 3
),
counted (measure, g, a, b, kind, text, bin, n, open, total, squares) AS (
    {_ALL.replace("{}", "{{}}")}
),
sliced AS (
    SELECT measure, journey_id, day, dimension, value, a, b, kind, text,
        CASE WHEN measure IN ({", ".join(str(_NAMES.index(name)) for name in _BINNED)}) AND kind IN (0, 5)
            THEN {_HISTOGRAM} ELSE '{{{{}}}}' END AS histogram,
        sum(n)::bigint AS n, sum(open)::bigint AS open, sum(total) AS total, sum(squares) AS squares
    FROM counted JOIN slice USING (g)
    WHERE dimension = '' OR measure NOT IN ({", ".join(str(_NAMES.index(name)) for name in measures.OF_ALL)})
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
),
named AS (
    SELECT journey_id, names.measure, dimension, value, day, {_KEY.replace("measure", "names.measure")} AS key,
        n, open, total, squares, histogram
    FROM sliced JOIN (VALUES {", ".join(f"({at}, '{name}')" for at, name in enumerate(_NAMES))})
        AS names (place, measure) ON names.place = sliced.measure
    WHERE n <> 0 OR open <> 0 OR total <> 0 OR squares <> 0
        OR histogram <> '{{{{}}}}' AND histogram <> {_NOTHING}
),
rolled AS (
    INSERT INTO {{target}} AS r
        (tenant_id, journey_id, measure, dimension, value, day, key, n, open, total, squares, histogram)
    SELECT %(tenant)s, * FROM named
    ORDER BY journey_id, measure COLLATE "C", dimension COLLATE "C", value COLLATE "C", day, key COLLATE "C"
    ON CONFLICT ({_ID}) DO UPDATE
    SET n = r.n + excluded.n, open = r.open + excluded.open, total = r.total + excluded.total,
        squares = r.squares + excluded.squares, histogram = {_PLUS}
    RETURNING journey_id, measure, dimension, value, day, key, n
)
SELECT journey_id, measure, dimension, value, day::text, key FROM rolled WHERE n = 0
"""

# Months summed up of which a day moves are read as days again.
_UNKEEP = """
DELETE FROM journeys_pathmonth m USING (
    SELECT DISTINCT journey_id, date_trunc('month', started_at AT TIME ZONE %(zone)s)::date AS month
    FROM path_move WHERE sign <> 0
) moved
WHERE m.tenant_id = (SELECT %(tenant)s::bigint) AND m.journey_id = moved.journey_id AND m.month = moved.month
"""
_FORGET = """
DELETE FROM journeys_pathrollup
WHERE tenant_id = %(tenant)s AND n = 0 AND (journey_id, measure, dimension, value, day, key) IN (
    SELECT * FROM jsonb_to_recordset(%(rows)s::jsonb) AS z (
        journey_id bigint, measure text, dimension text, value text, day date, key text))
"""

ROLLUP, SCRATCH = "journeys_pathrollup", "path_rollup"
_TYPES = {"tenant": "bigint", "zone": "text", "stages": "jsonb", "follows": "jsonb"}
_count = {target: Prepared(f"count_in_{target}", _COUNT.format(target=target), _TYPES) for target in (ROLLUP, SCRATCH)}


def count(cursor: Any, *, tenant_id: int, zone: str, target: str = ROLLUP) -> None:
    """Add what `path_move` says to the counts; rows that come to nothing go."""
    cursor.execute("SELECT DISTINCT version_id FROM path_move WHERE sign <> 0 AND version_id IS NOT NULL")
    versions = tuple(sorted(version for (version,) in cursor.fetchall()))
    # Nothing is known of how many rows each part has; of few the planner would join some row by row.
    cursor.execute("SET LOCAL enable_nestloop = off; SET LOCAL plan_cache_mode = force_generic_plan")
    _count[target].run(
        cursor, {"tenant": tenant_id, "zone": zone, "stages": _stages(versions), "follows": _follows(versions)}
    )
    emptied = cursor.fetchall()
    cursor.execute("SET LOCAL enable_nestloop = on; SET LOCAL plan_cache_mode = auto")
    if target == ROLLUP:
        cursor.execute(_UNKEEP, {"tenant": tenant_id, "zone": zone})
    if emptied:
        names = ("journey_id", "measure", "dimension", "value", "day", "key")
        rows = [dict(zip(names, row, strict=True)) for row in emptied]
        cursor.execute(_FORGET, {"tenant": tenant_id, "rows": msgspec.json.encode(rows).decode()})


@lru_cache(maxsize=100)
def _stages(versions: tuple[int, ...]) -> str:
    rows = {
        (version, stage.id, place, step.touchpoint, all(later.optional for later in design.stages[place + 1 :]))
        for version, design in load(versions).items()
        for place, stage in enumerate(design.stages)
        for step in stage.steps
    }
    return _json(("version", "stage", "place", "t", "ends"), sorted(rows))


@lru_cache(maxsize=100)
def _follows(versions: tuple[int, ...]) -> str:
    rows = {(version, *pair) for version, design in load(versions).items() for pair in follows(design)}
    return _json(("version", "a", "b"), sorted(rows))


def _json(names: tuple[str, ...], rows: Iterable[tuple[int, ...]]) -> str:
    return msgspec.json.encode([dict(zip(names, row, strict=True)) for row in rows]).decode()
