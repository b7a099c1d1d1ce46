"""What staff guessed that customers would answer, and what customers did answer, as running sums on 0-100."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db import connection

from cxplatform.stats.metrics import METRICS, metric
from cxplatform.stats.sums import Sums
from dashboards.load import COMPANY, Histogram, Slice, counts
from dashboards.periods import Period

COMPARED = tuple(m.name for m in METRICS.values() if m.answered and not m.by_subject and not m.key.startswith("pulse_"))
"""What may be asked of both, in the customers' own words."""

# One range of the primary key for each metric and touchpoint. Mirror surveys stand in waves of their own
# ("mirror:2026-Q4"); what else is asked of employees is no guess of customers' answers.
_STAFF = """
SELECT m.metric, t.touchpoint_id, r.wave, r.histogram
FROM unnest(%(metrics)s::text[]) AS m (metric)
CROSS JOIN unnest(%(touchpoints)s::bigint[]) AS t (touchpoint_id)
CROSS JOIN LATERAL (
    SELECT wave, histogram FROM surveys_scorerollup
    WHERE metric = m.metric AND dimension = '' AND value = '' AND grain = 'd' AND touchpoint_id = t.touchpoint_id
        AND start >= %(start)s AND start < %(end)s AND audience = 'employee' AND wave LIKE 'mirror:%%'
    OFFSET 0
) AS r
"""
_WAVES = """
SELECT CASE WHEN wave = '' THEN '' ELSE 'relationship' END, histogram FROM surveys_scorerollup
WHERE metric = %s AND dimension = '' AND value = '' AND grain = 'd' AND touchpoint_id = %s
    AND start >= %s AND start < %s AND audience = 'customer' AND wave NOT LIKE '%%:%%'
"""


@dataclass(frozen=True)
class Guess:
    """Answers of one wave of mirror surveys, the newest that enough people answered."""

    wave: str
    sums: Sums


def guesses(
    *, metrics: Sequence[str], touchpoints: Sequence[int], window: Period, fewest: int
) -> Mapping[tuple[str, int], Guess]:
    """Staff's guesses by metric and touchpoint (0 = the whole company). One query.

    Of several waves the newest that `fewest` people answered counts, else the newest: two waves are not pooled, as
    the same people answer each.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _STAFF,
            {"metrics": list(metrics), "touchpoints": list(touchpoints), "start": window.start, "end": window.end},
        )
        rows = cursor.fetchall()
    waves: dict[tuple[str, int], dict[str, Sums]] = {}
    for name, touchpoint_id, wave, histogram in rows:
        of = waves.setdefault((name, touchpoint_id), {})
        of[wave] = of.get(wave, Sums()) + sums_of(name, np.array(histogram))
    found = {}
    for key, by_wave in waves.items():
        newest = sorted(by_wave, reverse=True)
        wave = next((wave for wave in newest if by_wave[wave].n >= fewest), newest[0])
        found[key] = Guess(wave, by_wave[wave])
    return found


def said(*, metrics: Sequence[str], touchpoints: Sequence[int], window: Period) -> Mapping[tuple[str, int], Sums]:
    """What customers answered about single encounters, by metric and touchpoint. One query."""
    if not metrics or not touchpoints:
        return {}
    counted = counts(
        metrics=metrics, windows={"": window}, of=Slice(touchpoints=tuple(touchpoints)), by=["touchpoint_id"]
    )
    return {(name, place): sums_of(name, histogram) for (name, _, place), histogram in counted.histograms.items()}


def said_of_the_company(name: str, *, window: Period) -> Sums:
    """What customers answered to a question about the company: of relationship surveys where it was asked there,
    else of single encounters; the two are never pooled. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_WAVES, [name, COMPANY, window.start, window.end])
        rows = cursor.fetchall()
    found: dict[str, Sums] = {}
    for kind, histogram in rows:
        found[kind] = found.get(kind, Sums()) + sums_of(name, np.array(histogram))
    return found.get("relationship") or found.get("") or Sums()


def sums_of(name: str, histogram: Histogram) -> Sums:
    """A histogram as sums of its 0-100 values; answers outside the denominator are left out."""
    values = metric(name).normal
    inside = [(int(n), value) for n, value in zip(histogram, values, strict=True) if value is not None and n]
    return Sums(
        n=sum(n for n, _ in inside),
        total=sum(n * value for n, value in inside),
        squares=sum(n * value**2 for n, value in inside),
    )


def window_of(today: date, days: int) -> Period:
    """The last `days` days, today included."""
    end = date.fromordinal(today.toordinal() + 1)
    return Period(date.fromordinal(end.toordinal() - days), end)
