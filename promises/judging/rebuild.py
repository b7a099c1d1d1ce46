"""Outcomes and their counts made anew from raw events: equal to what the pipeline made of them."""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from cxplatform.tenancy.models import Tenant
from journeys.keepers import ERASED
from promises.judging.announce import announce
from promises.judging.counting import ADDED, COUNTS, SLICES, counts_of
from promises.judging.instances import Touched
from promises.judging.measure import Measure
from promises.judging.outcomes import judged_rules, measures_of, rejudge
from promises.judging.sweep import sweep

BATCH = 5_000


def rebuild(tenant_id: int) -> int:
    """Judge everything the active tenant has stored and count it again; how many rows came out different.

    What has fallen due meanwhile is counted first: that is no difference. Outcomes whose raw events are
    gone (retention, erasure) and those of retired promises stay as they are.
    """
    tenant = Tenant.objects.get(pk=tenant_id)
    while sweep(tenant):
        pass
    different = 0
    for measure in measures_of(list(judged_rules()), tenant):
        for part in _everything(tenant_id, measure):
            changes = rejudge(tenant, measure, part)
            announce(changes)
            different += len(changes)
    return different + _recount(tenant_id)


def _everything(tenant_id: int, measure: Measure) -> Iterator[Touched]:
    """All subjects of a rule, by batches: those its events name and those it has outcomes of."""
    rows = subjects(tenant_id, measure)
    for start in range(0, len(rows), BATCH):
        yield touch(rows[start : start + BATCH])


def subjects(
    tenant_id: int, measure: Measure, *, after: str = "", limit: int | None = None
) -> list[tuple[str, str | None]]:
    """What a rule judges, in order: (subject, None), or (subject, event) where each event is an instance."""
    values: dict[str, Any] = {
        "tenant": tenant_id,
        "rule": measure.rule_id,
        "after": after or None,
        "limit": limit,
        "erased": ERASED,
        # Before a version's beginning nothing opens that is its own; a period may have begun long ago.
        "from": None if measure.periodic else measure.valid_from,
    }
    with connection.cursor() as cursor:
        if measure.single:
            subject, known = ("id", "") if measure.by_event else ("customer_id", "AND customer_id IS NOT NULL")
            cursor.execute(
                _EVENTS.format(subject=subject, known=known),
                values | {"type": measure.opening_type or measure.closing_type},
            )
        else:
            column = "correlation" if measure.by_case else "customer_id"
            cursor.execute(_SUBJECTS.format(column=column), values | {"types": list(measure.own_types)})
        return list(cursor.fetchall())


def beyond(tenant_id: int, measure: Measure) -> list[tuple[str, str | None]]:
    """Of what a version has judged, in the form of `subjects`, that which opened after its end."""
    values = {"tenant": tenant_id, "rule": measure.rule_id, "until": measure.valid_until, "single": measure.single}
    with connection.cursor() as cursor:
        cursor.execute(_BEYOND, values)
        return list(cursor.fetchall())


def touch(rows: list[tuple[str, str | None]]) -> Touched:
    return Touched({subject for subject, _ in rows}, {event for _, event in rows if event})


_EVENTS = """
SELECT subject, id::text FROM (
    SELECT {subject}::text, id FROM journeys_event
    WHERE tenant_id = %(tenant)s AND type = %(type)s {known} AND NOT starts_with(source_id, %(erased)s)
        AND (%(from)s::timestamptz IS NULL OR time >= %(from)s)
    UNION
    SELECT o.subject, e.id FROM promises_promiseoutcome o
    JOIN journeys_event e ON e.tenant_id = %(tenant)s AND e.id = o.opened_by
    WHERE o.tenant_id = %(tenant)s AND o.rule_id = %(rule)s AND NOT starts_with(o.subject, %(erased)s)
) every (subject, id) WHERE %(after)s::uuid IS NULL OR id > %(after)s::uuid
ORDER BY id LIMIT %(limit)s
"""

# Set operations, not EXISTS: they are hashed or sorted whatever the planner believes of the tables.
_SUBJECTS = """
SELECT * FROM (
    SELECT DISTINCT {column}::text, NULL::uuid FROM journeys_event
    WHERE tenant_id = %(tenant)s AND type = ANY(%(types)s) AND {column}::text <> ''
        AND NOT starts_with(source_id, %(erased)s) AND (%(from)s::timestamptz IS NULL OR time >= %(from)s)
    UNION
    (
        SELECT subject, NULL::uuid FROM promises_promiseoutcome
        WHERE tenant_id = %(tenant)s AND rule_id = %(rule)s AND NOT starts_with(subject, %(erased)s)
        INTERSECT
        SELECT {column}::text, NULL::uuid FROM journeys_event WHERE tenant_id = %(tenant)s
    )
) every (subject, id) WHERE %(after)s::text IS NULL OR subject > %(after)s::text
ORDER BY subject LIMIT %(limit)s
"""


_BEYOND = """
SELECT DISTINCT subject, CASE WHEN %(single)s THEN opened_by::text END FROM promises_promiseoutcome
WHERE tenant_id = %(tenant)s AND rule_id = %(rule)s AND opened_at >= %(until)s
"""


def _recount(tenant_id: int) -> int:
    """Make the rollups equal to the outcomes; how many rows were not."""
    with connection.cursor() as cursor:
        cursor.execute(_RECOUNT, {"tenant": tenant_id})
        return int(cursor.fetchone()[0])


# A row of zeros says the same as no row: it is removed, and is no difference.
_RECOUNT = f"""
WITH right_ones AS MATERIALIZED (
    SELECT m.rule_id, slice.dimension, slice.value, m.counted_day AS day, coalesce(m.channel_id, 0) AS channel_id,
        {ADDED}
    FROM (SELECT *, 1 AS n FROM promises_promiseoutcome) m, {SLICES}
    WHERE m.tenant_id = %(tenant)s AND m.counted <> ''
    GROUP BY 1, 2, 3, 4, 5
),
removed AS (
    DELETE FROM promises_outcomerollup
    WHERE tenant_id = %(tenant)s AND (rule_id, dimension, value, day, channel_id) IN (
        SELECT rule_id, dimension, value, day, channel_id FROM promises_outcomerollup WHERE tenant_id = %(tenant)s
        EXCEPT SELECT rule_id, dimension, value, day, channel_id FROM right_ones)
    RETURNING ({COUNTS}) <> (0, 0, 0, 0, 0, 0) AS counted
),
mended AS (
    INSERT INTO promises_outcomerollup AS r
        (tenant_id, rule_id, dimension, value, day, channel_id, {COUNTS})
    SELECT %(tenant)s, * FROM right_ones
    ON CONFLICT (tenant_id, rule_id, dimension, value, day, channel_id) DO UPDATE
    SET ({COUNTS}) = ({counts_of("excluded")})
    WHERE ({counts_of("r")}) <> ({counts_of("excluded")})
    RETURNING 1
)
SELECT (SELECT count(*) FROM removed WHERE counted) + (SELECT count(*) FROM mended)
"""
