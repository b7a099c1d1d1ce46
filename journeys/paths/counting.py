"""What passages add to the counts: one statement for rows that come and rows that go, so that counts kept
incrementally are those counted at once.

Fractions are counted in steps of 2^-20: sums of them are exact, whatever comes and goes in which order.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

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


_VISITS = "GROUP BY s.g, s.a, s.b, designed"
# (measure, whether it has a histogram, select of (g, key's parts a, b, kind, text, bin, n, open, total, squares)).
# `kind` tells apart keys of one measure. Every arm is summed by itself: few rows are left to put together.
_ARMS = (
    (
        measures.PASSAGES, True,
        f"""SELECT g, 0, 0, 0, '', CASE WHEN ended THEN {_bin("lasted")} END, sum(sign), sum(o),
            sum(CASE WHEN ended THEN sign * lasted ELSE 0 END), 0
        FROM move GROUP BY 1, 6""",
    ),
    (
        measures.VARIANT, True,
        f"""SELECT g, 0, 0, 0, variant::text, CASE WHEN ended THEN {_bin("lasted")} END, sum(sign), sum(o),
            sum(CASE WHEN ended THEN sign * lasted ELSE 0 END), 0
        FROM move GROUP BY 1, 5, 6""",
    ),
    (
        measures.EDGE, True,
        f"""SELECT g, t, t2, 0, '', {_bin("s2 - s")}, sum(sign), sum(o), sum(sign * (s2 - s)), 0
        FROM step WHERE t2 IS NOT NULL GROUP BY 1, 2, 3, 6""",
    ),
    (
        measures.EDGE, False,
        "SELECT g, 0, t, 1, '', 0, sum(sign), sum(o), 0, 0 FROM step WHERE n = 1 GROUP BY 1, 3",
    ),
    (
        measures.EDGE, False,
        "SELECT g, t, 0, 2, '', 0, sum(sign), 0, 0, 0 FROM step WHERE t2 IS NULL AND o = 0 GROUP BY 1, 2",
    ),
    (
        measures.TRUNCATED, False,
        "SELECT g, 0, 0, 0, '', 0, sum(sign), sum(o), 0, 0 FROM move WHERE truncated GROUP BY 1",
    ),
    (measures.VISITED, False, "SELECT g, t, 0, 3, '', 0, sum(sign), sum(o), 0, 0 FROM met GROUP BY 1, 2"),
    (measures.ENCOUNTERS, False, "SELECT g, c, 0, 3, '', 0, sum(sign), sum(o), 0, 0 FROM step GROUP BY 1, 2"),
    (measures.REACHED, False, "SELECT g, stage, 0, 4, '', 0, sum(sign), sum(o), 0, 0 FROM hit GROUP BY 1, 2"),
    (
        measures.ONWARD, False,
        "SELECT g, stage, 0, 4, '', 0, sum(sign), sum(o), 0, 0 FROM hit WHERE latest > first GROUP BY 1, 2",
    ),
    (
        measures.LAST, False,
        "SELECT g, t, 0, 3, '', 0, sum(sign), 0, 0, 0 FROM step WHERE t2 IS NULL AND o = 0 GROUP BY 1, 2",
    ),
    (measures.SOURCE, False, "SELECT g, 0, 0, 0, source, 0, sum(sign), sum(o), 0, 0 FROM move GROUP BY 1, 5"),
    (measures.ENTRY, False, "SELECT g, c, 0, 3, '', 0, sum(sign), sum(o), 0, 0 FROM step WHERE n = 1 GROUP BY 1, 2"),
    (
        measures.SWITCH, True,
        f"""SELECT g, c, c2, 5, CASE WHEN forced THEN 'forced' WHEN designed THEN 'designed' ELSE 'other' END,
            {_bin("s2 - s")}, sum(sign), sum(o), sum(sign * (s2 - s)), 0
        FROM change WHERE c <> c2 AND c <> 0 AND c2 <> 0 GROUP BY 1, 2, 3, 5, 6""",
    ),
    (
        measures.HANDOFF, True,
        f"""SELECT g, u, u2, 5, CASE WHEN designed THEN 'designed' ELSE 'unplanned' END,
            {_bin("s2 - s")}, sum(sign), sum(o), sum(sign * (s2 - s)), 0
        FROM change WHERE u <> u2 AND u <> 0 AND u2 <> 0 GROUP BY 1, 2, 3, 5, 6""",
    ),
    (
        measures.HANDOFF_SCORE, False,
        f"""SELECT c.g, u, u2, 5, CASE WHEN designed THEN 'designed' ELSE 'unplanned' END, 0, sum(sign), sum(o),
            sum(sign * {_exact("(y.score - x.score) / 100.0")}),
            sum(sign * {_exact("((y.score - x.score) / 100.0) ^ 2")})
        FROM change c JOIN felt x ON x.k = c.k AND x.t = c.t JOIN felt y ON y.k = c.k AND y.t = c.t2
        WHERE u <> u2 AND u <> 0 AND u2 <> 0 AND c.t <> c.t2 GROUP BY 1, 2, 3, 5""",
    ),
    (
        measures.PING_PONG, False,
        """SELECT g, before, u, 6, '', 0, sum(sign), sum(o), 0, 0 FROM (
            SELECT *, lag(u) OVER (PARTITION BY k ORDER BY n) AS before FROM change WHERE u <> u2) runs
        WHERE before = u2 AND u <> 0 AND u2 <> 0 GROUP BY 1, 2, 3""",
    ),
    (
        measures.UNITS, False,
        """SELECT g, 0, 0, 0, '', 0, sum(sign), sum(o), 0, 0 FROM (
            SELECT k, g, sign, o FROM step WHERE u <> 0 GROUP BY k, g, sign, o HAVING min(u) <> max(u)) many
        GROUP BY 1""",
    ),
    (
        measures.FITNESS, False,
        f"""SELECT g, 0, 0, 0, '', 0, sum(sign), sum(o), sum(sign * {_exact("fitness")}),
            sum(sign * {_exact("fitness ^ 2")})
        FROM move WHERE ended AND fitness IS NOT NULL GROUP BY 1""",
    ),
    *(
        (
            name, False,
            f"""SELECT g, t, 0, 3, '', 0, sum(sign), sum(o), 0, 0
            FROM move CROSS JOIN LATERAL (SELECT DISTINCT unnest({name}) AS t) each WHERE ended GROUP BY 1, 2""",
        )
        for name in (measures.SKIPPED, measures.REPEATED, measures.UNDESIGNED)
    ),
    (measures.FAILURE, False, "SELECT g, 0, 0, 0, type, 0, sum(sign), sum(o), 0, 0 FROM failed GROUP BY 1, 5"),
    (
        measures.TO_HUMAN, True,
        f"""SELECT g, 0, 0, 0, '', {_bin("human_after")}, sum(sign), sum(o), sum(sign * human_after), 0
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
        measures.CURVE, False,
        f"""SELECT g, t, 0, 3, '', 0, sum(sign), sum(o), sum(sign * {_exact("score / 100.0")}),
            sum(sign * {_exact("(score / 100.0) ^ 2")})
        FROM scored GROUP BY 1, 2""",
    ),
)  # fmt: skip
_NAMES = sorted({name for name, _, _ in _ARMS})
_BINNED = [name for name in _NAMES if any(binned for of, binned, _ in _ARMS if of == name)]

# By kind of key: 0 its text, 1 ">b", 2 "a>", 3 "a", 4 "stage a", 5 "a>b text", 6 "a>b>a"; an edge is 0 with a and b.
_KEY = f"""
CASE WHEN kind = 0 AND measure = '{measures.EDGE}' THEN a || '>' || b WHEN kind = 0 THEN text
    WHEN kind = 1 THEN '>' || b WHEN kind = 2 THEN a || '>' WHEN kind = 3 THEN a::text WHEN kind = 4 THEN 'stage ' || a
    WHEN kind = 5 THEN a || '>' || b || ' ' || text ELSE a || '>' || b || '>' || a END
"""
_HISTOGRAM = f"ARRAY[{', '.join(f'coalesce(sum(n) FILTER (WHERE bin = {k}), 0)' for k in range(BINS))}]::bigint[]"
_PLUS = "ARRAY(SELECT x + y FROM unnest(r.histogram, excluded.histogram) AS h(x, y))"
_ID = "tenant_id, journey_id, measure, dimension, value, day, key"

# Rows go in by their key's order, so that no two writers can wait for each other.
_COUNT = f"""
WITH design AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(stages)s::jsonb) AS d (version bigint, stage bigint, place int, t bigint)
),
follows AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(follows)s::jsonb) AS d (version bigint, a bigint, b bigint)
),
move AS MATERIALIZED (
    SELECT m.*, row_number() OVER () AS k, dense_rank() OVER (ORDER BY journey_id, day, dimensions) AS g,
        CASE WHEN ended THEN 0 ELSE sign END AS o,
        trunc(extract(epoch FROM last_at - started_at))::bigint AS lasted
    FROM (
        SELECT *, (started_at AT TIME ZONE %(zone)s)::date AS day FROM path_move WHERE sign <> 0
    ) m
),
slice AS MATERIALIZED (
    SELECT g, journey_id, day, s.dimension, s.value
    FROM (SELECT DISTINCT g, journey_id, day, dimensions FROM move) part
    CROSS JOIN LATERAL (
        SELECT '' AS dimension, '' AS value UNION ALL SELECT * FROM jsonb_each_text(part.dimensions)
    ) s
),
step AS MATERIALIZED (
    SELECT m.k, m.g, m.sign, m.o, m.version_id, s.*
    FROM move m CROSS JOIN LATERAL unnest(
        touchpoint_ids, channel_ids, unit_ids, seconds,
        touchpoint_ids[2:], channel_ids[2:], unit_ids[2:], seconds[2:]
    ) WITH ORDINALITY AS s(t, c, u, s, t2, c2, u2, s2, n)
),
met AS MATERIALIZED (
    SELECT k, g, sign, o, version_id, t, min(n) AS first, max(n) AS last FROM step GROUP BY 1, 2, 3, 4, 5, 6
),
hit AS MATERIALIZED (
    SELECT *, max(last) OVER (
        PARTITION BY k ORDER BY place DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS latest
    FROM (
        SELECT k, g, sign, o, stage, place, min(first) AS first, max(last) AS last
        FROM met JOIN design d ON d.version = met.version_id AND d.t = met.t GROUP BY 1, 2, 3, 4, 5, 6
    ) stages
),
failed AS MATERIALIZED (
    SELECT k, g, sign, o, left(f ->> 0, 100) AS type, (f ->> 2)::int AS n
    FROM move CROSS JOIN LATERAL jsonb_array_elements(failures) AS f WHERE failures <> '[]'
),
change AS MATERIALIZED (
    SELECT step.*, follows.a IS NOT NULL AS designed, broke.k IS NOT NULL AS forced
    FROM step
    LEFT JOIN follows ON follows.version = step.version_id AND follows.a = step.t AND follows.b = step.t2
    LEFT JOIN (SELECT DISTINCT k, n FROM failed) broke ON broke.k = step.k AND broke.n = step.n
    WHERE t2 IS NOT NULL AND (c <> c2 OR u <> u2)
),
scored AS MATERIALIZED (
    SELECT k, g, sign, o, s.* FROM move
    CROSS JOIN LATERAL unnest(score_touchpoint_ids, scores) WITH ORDINALITY AS s(t, score, n) WHERE scores <> '{{}}'
),
felt AS (SELECT DISTINCT ON (k, t) k, t, score FROM scored ORDER BY k, t, n DESC),
remembered AS MATERIALIZED (
    SELECT g, sign, (
            (SELECT x FROM unnest(scores) AS s(x) ORDER BY abs(x) DESC, x LIMIT 1) + scores[cardinality(scores)]
        ) / 200.0 AS remembered,
        (SELECT avg(x) FROM unnest(scores) AS s(x)) / 100.0 AS mean
    FROM move WHERE ended AND cardinality(scores) >= 3
),
counted (measure, g, a, b, kind, text, bin, n, open, total, squares) AS (
    {" UNION ALL ".join(f"SELECT {_NAMES.index(name)}, arm.* FROM ({select}) arm" for name, _, select in _ARMS)}
),
sliced AS (
    SELECT measure, journey_id, day, dimension, value, a, b, kind, text,
        {_HISTOGRAM} AS histogram, sum(n) AS n, sum(open) AS open, sum(total) AS total, sum(squares) AS squares
    FROM counted JOIN slice USING (g)
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
),
named AS (
    SELECT names.measure, journey_id, day, dimension, value, {_KEY.replace("measure", "names.measure")} AS key,
        n::bigint, open::bigint, total::float8, squares::float8,
        CASE WHEN names.binned AND kind IN (0, 5) THEN histogram ELSE '{{}}' END AS histogram
    FROM sliced JOIN (VALUES {", ".join(f"({at}, '{name}', {name in _BINNED})" for at, name in enumerate(_NAMES))})
        AS names (place, measure, binned) ON names.place = sliced.measure
    WHERE n <> 0 OR open <> 0 OR total <> 0 OR squares <> 0
        OR names.binned AND histogram <> ARRAY[{", ".join(["0"] * BINS)}]::bigint[]
),
rolled AS (
    INSERT INTO {{target}} AS r
        (tenant_id, journey_id, measure, dimension, value, day, key, n, open, total, squares, histogram)
    SELECT %(tenant)s, journey_id, measure, dimension, value, day, key, n, open, total, squares, histogram
    FROM named ORDER BY journey_id, measure COLLATE "C", dimension COLLATE "C", value COLLATE "C", day, key COLLATE "C"
    ON CONFLICT ({_ID}) DO UPDATE
    SET n = r.n + excluded.n, open = r.open + excluded.open, total = r.total + excluded.total,
        squares = r.squares + excluded.squares, histogram = {_PLUS}
    RETURNING journey_id, measure, dimension, value, day, key, n
)
SELECT journey_id, measure, dimension, value, day::text, key FROM rolled WHERE n = 0
"""

_FORGET = """
DELETE FROM journeys_pathrollup
WHERE tenant_id = %(tenant)s AND n = 0 AND (journey_id, measure, dimension, value, day, key) IN (
    SELECT * FROM jsonb_to_recordset(%(rows)s::jsonb) AS z (
        journey_id bigint, measure text, dimension text, value text, day date, key text))
"""


def count(cursor: Any, *, tenant_id: int, zone: str, target: str = "journeys_pathrollup") -> None:
    """Add what `path_move` says to the counts; rows that come to nothing go."""
    cursor.execute("SELECT DISTINCT version_id FROM path_move WHERE sign <> 0 AND version_id IS NOT NULL")
    versions = sorted(version for (version,) in cursor.fetchall())
    # Nothing is known of how many rows each part has; of few the planner would join some row by row.
    cursor.execute("SET LOCAL enable_nestloop = off")
    cursor.execute(
        _COUNT.replace("{target}", target),
        {"tenant": tenant_id, "zone": zone, "stages": _stages(versions), "follows": _follows(versions)},
    )
    emptied = cursor.fetchall()
    cursor.execute("SET LOCAL enable_nestloop = on")
    if emptied:
        names = ("journey_id", "measure", "dimension", "value", "day", "key")
        rows = [dict(zip(names, row, strict=True)) for row in emptied]
        cursor.execute(_FORGET, {"tenant": tenant_id, "rows": msgspec.json.encode(rows).decode()})


def _stages(versions: Iterable[int]) -> str:
    rows = {
        (version, stage.id, place, step.touchpoint)
        for version, design in load(versions).items()
        for place, stage in enumerate(design.stages)
        for step in stage.steps
    }
    return _json(("version", "stage", "place", "t"), sorted(rows))


def _follows(versions: Iterable[int]) -> str:
    rows = {(version, *pair) for version, design in load(versions).items() for pair in follows(design)}
    return _json(("version", "a", "b"), sorted(rows))


def _json(names: tuple[str, ...], rows: Iterable[tuple[int, ...]]) -> str:
    return msgspec.json.encode([dict(zip(names, row, strict=True)) for row in rows]).decode()
