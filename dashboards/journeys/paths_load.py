"""Counts of journeys' passages, read from PathRollup alone: one statement a question, whatever is stored."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from psycopg2 import sql

from cxplatform.stats.sums import Sums
from cxplatform.stats.waiting import BINS, quantile
from dashboards.periods import Period
from dashboards.query import Segment
from journeys.paths import measures


@dataclass(frozen=True)
class Tally:
    """What `PathRollup` says of one key over a period; `histogram` is empty where it was not asked for."""

    n: int = 0
    open: int = 0
    total: float = 0.0
    squares: float = 0.0
    histogram: tuple[int, ...] = ()

    @property
    def over(self) -> int:
        """Those that are no longer open."""
        return self.n - self.open

    @property
    def sums(self) -> Sums:
        return Sums(self.n, self.total, self.squares)

    @property
    def median(self) -> float | None:
        """Minutes."""
        return quantile(self.histogram, 0.5) if self.histogram else None

    @property
    def slow(self) -> float | None:
        """Minutes under which nine of ten lie."""
        return quantile(self.histogram, 0.9) if self.histogram else None


NOTHING = Tally()


def added(tallies: Sequence[Tally]) -> Tally:
    """Tallies together; bins only where any has them."""
    timed = [each.histogram for each in tallies if each.histogram]
    return Tally(
        sum(each.n for each in tallies),
        sum(each.open for each in tallies),
        sum(each.total for each in tallies),
        sum(each.squares for each in tallies),
        tuple(map(sum, zip(*timed, strict=True))),
    )


@dataclass(frozen=True)
class Counted:
    """Tallies by (journey id, window, measure) and key."""

    tallies: Mapping[tuple[int, str, str], Mapping[str, Tally]]

    def get(self, journey_id: int, measure: str, key: str = "", *, window: str = "now") -> Tally:
        return self.tallies.get((journey_id, window, measure), {}).get(key, NOTHING)

    def keys(self, journey_id: int, measure: str, *, window: str = "now") -> Mapping[str, Tally]:
        """Every key of a measure, the greatest first."""
        found = self.tallies.get((journey_id, window, measure), {})
        return dict(sorted(found.items(), key=lambda pair: (-pair[1].n, pair[0])))


# Those of which the median is shown: summing seventeen bins of the others would be most of the work.
TIMED = frozenset({measures.PASSAGES, measures.EDGE, measures.HANDOFF, measures.TO_HUMAN, measures.SOURCE_OVER})


def path_counts(
    *,
    journey_ids: Sequence[int],
    windows: Mapping[str, tuple[Period, Sequence[str]]],
    segment: Segment | None = None,
    timed: Collection[str] = TIMED,
) -> Counted:
    """Counts of journeys (0 = of none) per window, each with the measures read of it. One query.

    The `timed` measures come with their histograms, in the window "now" alone.
    """
    rows = [(label, measure) for label, (_, wanted) in windows.items() for measure in wanted]
    with connection.cursor() as cursor:
        cursor.execute(
            _READ,
            {
                "labels": list(windows),
                "firsts": [period.start for period, _ in windows.values()],
                "ends": [period.end for period, _ in windows.values()],
                "of": [label for label, _ in rows],
                "measures": [measure for _, measure in rows],
                "timed": [label == "now" and measure in timed for label, measure in rows],
                "journeys": list(journey_ids),
                "dimension": segment.dimension if segment else "",
                "value": segment.value if segment else "",
            },
        )
        tallies: dict[tuple[int, str, str], dict[str, Tally]] = {}
        for journey_id, label, measure, key, n, open_, total, squares, histogram in cursor.fetchall():
            tallies.setdefault((journey_id, label, measure), {})[key] = Tally(
                n, open_, total, squares, tuple(histogram or ())
            )
    return Counted(tallies)


_BINS = sql.SQL("ARRAY[{}]").format(
    sql.SQL(", ").join(
        sql.SQL("coalesce(sum(r.histogram[{}]), 0)::bigint").format(sql.Literal(k + 1)) for k in range(BINS)
    )
)
_WHERE = sql.SQL(
    "r.journey_id = {journey} AND r.measure = {measure} AND r.dimension = %(dimension)s AND r.value = %(value)s"
)
# What is read of a window: the months that stand summed up and lie wholly within, and the days before, between and
# after them.
_SPANS = """
    w (label, first, "end") AS (
        SELECT * FROM unnest(%(labels)s::text[], %(firsts)s::date[], %(ends)s::date[])
    ), kept AS MATERIALIZED (
        SELECT w.label, m.journey_id, m.month, (m.month + interval '1 month')::date AS next
        FROM w JOIN journeys_pathmonth m ON m.month >= w.first AND m.month <= w."end" - interval '1 month'
        WHERE m.journey_id = ANY(%(journeys)s::bigint[])
    ), span AS MATERIALIZED (
        SELECT * FROM (
            SELECT s.label, s.journey_id, s.since, coalesce((
                SELECT min(k.month) FROM kept k
                WHERE k.label = s.label AND k.journey_id = s.journey_id AND k.month >= s.since
            ), s."end") AS until
            FROM (
                SELECT w.label, j.id AS journey_id, w.first AS since, w."end"
                FROM w CROSS JOIN unnest(%(journeys)s::bigint[]) AS j (id)
                UNION ALL
                SELECT label, journey_id, next, w."end" FROM kept JOIN w USING (label)
            ) s
        ) spans WHERE since < until
    )
"""
# Ranges of the primary keys; OFFSET 0 keeps it that way round.
_OF_MONTHS = sql.SQL(
    """
    SELECT r.key, r.n, r.open, r.total, r.squares, r.histogram FROM kept k CROSS JOIN LATERAL (
        SELECT * FROM journeys_pathmonthrollup r WHERE {where} AND r.month = k.month OFFSET 0
    ) AS r
    WHERE k.label = {label} AND k.journey_id = {journey}
    """
)
_OF_DAYS = sql.SQL(
    """
    SELECT r.key, r.n, r.open, r.total, r.squares, r.histogram FROM span s CROSS JOIN LATERAL {days} AS r
    WHERE s.label = {label} AND s.journey_id = {journey}
    """
)
# Where a day has many keys: day by day, so that the planner sums them in a table of keys instead of sorting rows.
_BY_DAY = sql.SQL(
    """
    generate_series(0, s.until - s.since - 1) AS days (passed) CROSS JOIN LATERAL (
        SELECT * FROM journeys_pathrollup r WHERE {where} AND r.day = s.since + days.passed OFFSET 0
    )
    """
)
_IN_ONE = sql.SQL(
    "(SELECT * FROM journeys_pathrollup r WHERE {where} AND r.day >= s.since AND r.day < s.until OFFSET 0)"
)


def _rows(days: sql.SQL, names: Mapping[str, str], more: str = "") -> sql.Composed:
    """The rows of one window and measure; `names` say where the label, the journey and the measure come from."""
    found = {name: sql.SQL(text) for name, text in names.items()}
    where = _WHERE.format(journey=found["journey"], measure=found["measure"]) + sql.SQL(more)
    of = {"label": found["label"], "journey": found["journey"]}
    return sql.SQL("({days} UNION ALL {months}) AS r").format(
        days=_OF_DAYS.format(days=days.format(where=where), **of),
        months=_OF_MONTHS.format(where=where, **of),
    )


# In two branches: asking row by row and bin by bin whether a measure is timed took a third of the time.
_BRANCH = """
    SELECT j.id, m.label, m.measure, sums.*
    FROM unnest(%(of)s::text[], %(measures)s::text[], %(timed)s::bool[]) AS m (label, measure, timed)
    CROSS JOIN unnest(%(journeys)s::bigint[]) AS j (id)
    CROSS JOIN LATERAL (
        SELECT r.key, sum(r.n)::bigint, sum(r.open)::bigint, sum(r.total), sum(r.squares), {histogram}
        FROM {rows} GROUP BY r.key HAVING sum(r.n) > 0 OFFSET 0
    ) AS sums
    WHERE m.timed = {timed}
"""
_OF_WINDOW = {"label": "m.label", "journey": "j.id", "measure": "m.measure"}
_READ = sql.SQL("WITH {spans} {branches}").format(
    spans=sql.SQL(_SPANS),
    branches=sql.SQL(" UNION ALL ").join(
        sql.SQL(_BRANCH).format(histogram=histogram, rows=_rows(days, _OF_WINDOW), timed=sql.Literal(timed))
        for histogram, days, timed in ((_BINS, _BY_DAY, True), (sql.SQL("NULL::bigint[]"), _IN_ONE, False))
    ),
)


@dataclass(frozen=True)
class VariantTally:
    """A sequence of touchpoints and how many took it."""

    digest: str
    touchpoint_ids: tuple[int, ...]
    tally: Tally


@dataclass(frozen=True)
class Variants:
    """The most common ones first; `kinds` counts all there are."""

    most: tuple[VariantTally, ...]
    kinds: int


def variants(
    *, journey_id: int, period: Period, segment: Segment | None, most: int, measure: str = measures.VARIANT
) -> Variants:
    """The `most` common sequences of a journey's passages of a period that are over. Two queries."""
    given: dict[str, Any] = {
        "journey": journey_id,
        "journeys": [journey_id],
        "labels": [""],
        "firsts": [period.start],
        "ends": [period.end],
        "dimension": segment.dimension if segment else "",
        "value": segment.value if segment else "",
        "measure": measure,
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MOST, given)
        common = cursor.fetchall()
        # Told one by one: joined, the planner would go through the period's rows for each.
        cursor.execute(_OF_VARIANTS, given | {"keys": [key for key, *_rest in common]})
        sums = {key: row for key, *row in cursor.fetchall()}
    return Variants(
        tuple(
            VariantTally(key, tuple(touchpoints), Tally(n, open_, total, squares, tuple(histogram)))
            for key, touchpoints, n, _kinds in common
            if key in sums  # a worker may have counted between the two statements
            for open_, total, squares, histogram in [sums[key]]
        ),
        common[0][-1] if common else 0,
    )


_OF_PERIOD = {"label": "''", "journey": "%(journey)s", "measure": "%(measure)s"}
_MOST = sql.SQL(
    """
    WITH {spans}, kinds AS MATERIALIZED (
        SELECT r.key, sum(r.n)::bigint AS n FROM {rows} GROUP BY r.key HAVING sum(r.n) > 0
    ), most AS MATERIALIZED (
        SELECT key, n, (SELECT count(*) FROM kinds) AS kinds FROM kinds ORDER BY n DESC, key LIMIT %(most)s
    )
    SELECT most.key, v.touchpoint_ids, most.n, most.kinds FROM most
    JOIN journeys_variant v ON v.digest = most.key::uuid
    ORDER BY most.n DESC, most.key
    """
).format(spans=sql.SQL(_SPANS), rows=_rows(_BY_DAY, _OF_PERIOD))
_OF_VARIANTS = sql.SQL(
    """
    WITH {spans} SELECT r.key, sum(r.open)::bigint, sum(r.total), sum(r.squares), {bins}
    FROM {rows} GROUP BY r.key
    """
).format(spans=sql.SQL(_SPANS), rows=_rows(_IN_ONE, _OF_PERIOD, " AND r.key = ANY(%(keys)s::text[])"), bins=_BINS)


def segment_sizes(period: Period, *, journey_ids: Sequence[int]) -> dict[str, dict[str, int]]:
    """Passages of journeys by dimension and value: {dimension: {value: n}}. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT dimension, value, sum(n)::bigint FROM journeys_pathrollup
            WHERE journey_id = ANY(%s) AND measure = %s AND dimension > '' AND day >= %s AND day < %s
            GROUP BY dimension, value HAVING sum(n) > 0
            """,
            [list(journey_ids), measures.PASSAGES, period.start, period.end],
        )
        found: dict[str, dict[str, int]] = {}
        for dimension, value, n in cursor.fetchall():
            found.setdefault(dimension, {})[value] = n
    return found


# Of which the answers of single customers make up the sum.
SCORED = (measures.CURVE, measures.HANDOFF_SCORE, measures.PEAK_END, measures.PLAIN_MEAN)


def sizes_by_value(
    period: Period, *, journey_id: int, dimension: str, counted: Sequence[str] = SCORED
) -> dict[tuple[str, str], dict[str | None, int]]:
    """How many were counted by (measure, key) and value of a dimension; None = those without a value. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT measure, key, dimension, value, sum(n)::bigint FROM journeys_pathrollup
            WHERE journey_id = %s AND measure = ANY(%s) AND dimension = ANY(%s) AND day >= %s AND day < %s
            GROUP BY 1, 2, 3, 4 HAVING sum(n) > 0
            """,
            [journey_id, list(counted), ["", dimension], period.start, period.end],
        )
        found: dict[tuple[str, str], dict[str | None, int]] = {}
        for measure, key, of, value, n in cursor.fetchall():
            groups = found.setdefault((measure, key), {None: 0})
            groups[None] += -n if of else n
            if of:
                groups[value] = n
    return found


def pairs(tallies: Mapping[str, Tally]) -> Iterator[tuple[list[Any], Tally]]:
    """Keys such as "12>15" or "3>5 designed" as [12, 15] or [3, 5, "designed"]; "" stays ""."""
    for key, tally in tallies.items():
        ids, _, kind = key.partition(" ")
        yield [int(part) if part else "" for part in ids.split(">")] + ([kind] if kind else []), tally
