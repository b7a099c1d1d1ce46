"""Baselines: counts of some days frozen as they stand, to compare every later day with."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.db import IntegrityError, connection, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from psycopg2 import sql

from cxplatform.tenancy import audit
from cxplatform.tenancy.context import active_tenant_id
from dashboards.load import BY, COMPANY, Histogram, Slice, bins_of
from dashboards.models import Baseline
from dashboards.periods import Period, spans

WINDOW = "baseline"
_EVERYBODY = Slice()
MOST = 50
"""Baselines a company may keep: each holds as much as the counts of its days."""


class CannotFreeze(ValueError):
    """A baseline that cannot be made; `field` names the fault's place, the text says what to do."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


_FREEZE = """
INSERT INTO dashboards_baselinecount (
    tenant_id, baseline_id, metric, dimension, value, touchpoint_id, channel_id, audience, wave, histogram)
SELECT %(tenant)s, %(baseline)s, metric, dimension, value, touchpoint_id, channel_id, audience, wave,
    array_agg(n ORDER BY place)
FROM (
    SELECT r.metric, r.dimension, r.value, r.touchpoint_id, r.channel_id, r.audience, r.wave, bins.place,
        sum(s.sign * bins.n)::int AS n
    FROM unnest(%(grains)s::text[], %(firsts)s::date[], %(ends)s::date[], %(signs)s::int[])
        AS s (grain, first, "end", sign)
    JOIN surveys_scorerollup r ON r.grain = s.grain AND r.start >= s.first AND r.start < s."end"
    CROSS JOIN LATERAL unnest(r.histogram) WITH ORDINALITY AS bins (n, place)
    WHERE r.tenant_id = %(tenant)s
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
) summed
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 HAVING bool_or(n <> 0)
"""


def freeze(*, name: str, period: Period) -> Baseline:
    """Keep the counts of these days of the active tenant. Raises CannotFreeze where there is nothing to keep, where
    the name is taken, and above MOST baselines."""
    slug = slugify(name)[:100]
    if not slug:
        raise CannotFreeze("name", _("Give a name with letters or numbers in it."))
    if Baseline.objects.count() >= MOST:
        raise CannotFreeze("name", _("There are %(most)d baselines already. Remove one first.") % {"most": MOST})
    try:
        with transaction.atomic():
            made = Baseline.objects.create(slug=slug, name=name.strip(), start=period.start, last=period.last)
    except IntegrityError:
        raise CannotFreeze("name", _("There is a baseline of this name already.")) from None
    rows = list(spans(period))
    with connection.cursor() as cursor:
        cursor.execute(
            _FREEZE,
            {
                "tenant": active_tenant_id(),
                "baseline": made.pk,
                "grains": [span.grain for span in rows],
                "firsts": [span.first for span in rows],
                "ends": [span.end for span in rows],
                "signs": [span.sign for span in rows],
            },
        )
        kept = cursor.rowcount
    if not kept:
        made.delete()
        raise CannotFreeze("start", _("Nothing was answered on these days. Choose others."))
    audit.record("added", made)
    return made


def remove(baseline: Baseline) -> None:
    """Take a baseline away, with its counts; the history keeps its name and days."""
    audit.record("removed", baseline, before=audit.state(baseline))
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM dashboards_baselinecount WHERE tenant_id = %s AND baseline_id = %s",
            [active_tenant_id(), baseline.pk],
        )
    baseline.delete()


# One range of the primary key for each metric and part.
_LOAD = """
SELECT {columns}, ARRAY[{bins}]
FROM unnest(%(metrics)s::text[]) AS m (metric)
CROSS JOIN unnest(%(dimensions)s::text[], %(values)s::text[]) AS p (dimension, value)
CROSS JOIN LATERAL (
    SELECT * FROM dashboards_baselinecount c
    WHERE c.baseline_id = %(baseline)s AND c.metric = m.metric AND c.dimension = p.dimension AND c.value = p.value
        AND c.touchpoint_id = ANY(%(touchpoints)s) AND c.audience = 'customer' {narrow}
) AS b
GROUP BY {columns}
"""


def load_baseline(
    baseline: Baseline, *, metrics: Sequence[str], of: Slice = _EVERYBODY, by: Sequence[str] = ()
) -> dict[tuple[Any, ...], Histogram]:
    """A baseline's histograms, keyed as those of `dashboards.load.counts` with the window WINDOW. One query.

    Raises ValueError for a column that `counts` does not divide by.
    """
    if unknown := set(by) - set(BY):
        raise ValueError(f"by: {', '.join(sorted(unknown))} is not known; use {', '.join(BY)}")
    bins = max(bins_of(name) for name in metrics)
    narrow = ("" if of.every_wave else " AND c.wave = ''") + (
        " AND c.channel_id = %(channel)s" if of.channel_id is not None else ""
    )
    statement = sql.SQL(_LOAD).format(
        columns=sql.SQL(", ").join(sql.Identifier("b", name) for name in ("metric", *by)),
        bins=sql.SQL(", ").join(sql.SQL("sum(b.histogram[{}])").format(sql.Literal(k + 1)) for k in range(bins)),
        narrow=sql.SQL(narrow),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "baseline": baseline.pk,
                "metrics": list(metrics),
                "dimensions": [dimension for dimension, _value in of.parts],
                "values": [value for _dimension, value in of.parts],
                "touchpoints": [COMPANY] if of.touchpoints is None else list(of.touchpoints),
                "channel": of.channel_id,
            },
        )
        rows = cursor.fetchall()
    return {
        (name, WINDOW, *keys): np.array([n or 0 for n in sums[: bins_of(name)]], dtype=np.int64)
        for name, *keys, sums in rows
    }
