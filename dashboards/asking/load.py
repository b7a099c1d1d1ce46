"""Counts behind the page of asking, read from AskRollup alone: one statement, whatever is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from psycopg2 import sql

from cxplatform.stats.waiting import BINS
from dashboards.periods import Period, spans
from surveys.asking.counts import COUNTS, HISTOGRAMS

DIMENSIONS = ("method", "touchpoint", "language", "unit", "survey")


@dataclass(frozen=True)
class Asks:
    """Sums over a period; `minutes` and `lag` are histograms of cxplatform.stats.waiting."""

    decided: int = 0
    skipped: int = 0
    delivered: int = 0
    rated: int = 0
    completed: int = 0
    refused: int = 0
    failed: int = 0
    minutes: tuple[int, ...] = (0,) * BINS
    lag: tuple[int, ...] = (0,) * BINS

    @property
    def asked(self) -> int:
        return self.decided - self.skipped


_COLUMNS = sql.SQL(", ").join(
    [sql.SQL("sum(w.sign * r.{})::int").format(sql.Identifier(name)) for name in COUNTS]
    + [
        sql.SQL("ARRAY[{}]").format(
            sql.SQL(", ").join(
                sql.SQL("coalesce(sum(w.sign * r.{}[{}]), 0)::int").format(sql.Identifier(name), sql.Literal(k + 1))
                for k in range(BINS)
            )
        )
        for name in HISTOGRAMS
    ]
)
# A range of the primary key for each dimension and span.
_READ = sql.SQL(
    """
    SELECT r.dimension, r.value, {columns}
    FROM unnest(%(grains)s::text[], %(firsts)s::date[], %(ends)s::date[], %(signs)s::int[])
        AS w (grain, first, "end", sign)
    CROSS JOIN unnest(%(dimensions)s::text[]) AS of (dimension)
    JOIN surveys_askrollup r
        ON r.dimension = of.dimension AND r.grain = w.grain AND r.start >= w.first AND r.start < w."end"
    GROUP BY r.dimension, r.value HAVING sum(w.sign * r.decided) <> 0
    """
).format(columns=_COLUMNS)


def asks(period: Period, *, dimensions: Sequence[str] = DIMENSIONS) -> Mapping[str, Mapping[str, Asks]]:
    """By dimension and value; "" holds everything under "". One query."""
    rows = list(spans(period))
    with connection.cursor() as cursor:
        cursor.execute(
            _READ,
            {
                "grains": [span.grain for span in rows],
                "firsts": [span.first for span in rows],
                "ends": [span.end for span in rows],
                "signs": [span.sign for span in rows],
                "dimensions": ["", *dimensions],
            },
        )
        found: dict[str, dict[str, Asks]] = {name: {} for name in ("", *dimensions)}
        for dimension, value, *sums in cursor.fetchall():
            found[dimension][value] = Asks(*map(_frozen, sums))
    return found


def _frozen(sums: Any) -> Any:
    return tuple(sums) if isinstance(sums, list) else sums
