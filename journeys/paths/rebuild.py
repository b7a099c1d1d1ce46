"""Passages and their counts made anew from raw events: equal to what the pipeline made of them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import connection

from cxplatform.tenancy.models import Tenant
from journeys.models import Passage
from journeys.paths import counting, months, scratch
from journeys.paths.recount import BATCH, retrace
from journeys.paths.scores import any_answers, rescore
from journeys.paths.settled import settle
from journeys.paths.sweep import sweep
from journeys.paths.tracing import Reading, Tracing, read

COUNTED = 20_000


def rebuild(tenant_id: int) -> int:
    """Make all passages of the active tenant anew and count them again; how many rows came out different.

    What is over meanwhile is ended first: that is no difference. Passages whose events are all gone (retention,
    persons erased) stay as they are.
    """
    tenant = Tenant.objects.get(pk=tenant_id)
    while sweep(tenant):
        pass
    reading = read(tenant)
    different = 0
    while dropped := drop_strangers(reading):
        different += dropped
    for tracing in reading.tracings:
        for subjects in _subjects(reading, tracing):
            different += retrace(reading, tracing, subjects, counting=False)
        if any_answers():
            for passage_ids in _passages(reading, tracing):
                different += rescore(reading, tracing, passage_ids=passage_ids, counting=False)
    if reading.tracings:
        settle(tenant, reading)
    return different + count_again(replace(reading, zone=tenant.timezone))


def _subjects(reading: Reading, tracing: Tracing) -> Iterator[list[Any]]:
    """All cases or customers there are events of, by batches: a cursor of the database, so memory stays bounded."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL cursor_tuple_fraction = 1")
        cursor.execute(
            "DECLARE path_subjects NO SCROLL CURSOR FOR " + (_CASES if tracing.by_case else _CUSTOMERS),
            [reading.tenant_id],
        )
        while True:
            cursor.execute(f"FETCH {BATCH} FROM path_subjects")
            rows = cursor.fetchall()
            if not rows:
                break
            yield [subject for (subject,) in rows]
        cursor.execute("CLOSE path_subjects")


def _passages(reading: Reading, tracing: Tracing) -> Iterator[list[UUID]]:
    """All passages made one way, by batches."""
    after = UUID(int=0)
    while True:
        found = Passage.objects.filter(id__gt=after, trace_by=tracing.by, gap_hours=tracing.gap_hours)
        found = found.exclude(subject="")  # of persons erased: nothing is left to read
        ids = list(found.order_by("id").values_list("id", flat=True)[:BATCH])
        if not ids:
            return
        yield ids
        after = ids[-1]


_CASES = "SELECT DISTINCT correlation FROM journeys_event WHERE tenant_id = (SELECT %s::bigint) AND correlation <> ''"
_CUSTOMERS = (
    "SELECT DISTINCT customer_id FROM journeys_event WHERE tenant_id = (SELECT %s::bigint) AND customer_id IS NOT NULL"
)

_STRANGERS = """
INSERT INTO path_move
SELECT -1, * FROM journeys_passage
WHERE tenant_id = (SELECT %(tenant)s::bigint) AND trace_by || gap_hours <> ALL(%(tracings)s::text[]) LIMIT %(limit)s
"""


def drop_strangers(reading: Reading, *, limit: int = COUNTED) -> int:
    """Remove a batch of passages made in a way no journey asks for any more; how many there were."""
    with connection.cursor() as cursor:
        scratch.clear(cursor)
        tracings = [f"{tracing.by}{tracing.gap_hours}" for tracing in reading.tracings]
        cursor.execute(_STRANGERS, {"tenant": reading.tenant_id, "tracings": tracings, "limit": limit})
        dropped = int(cursor.rowcount)
        if dropped:
            cursor.execute(
                "DELETE FROM journeys_passage"
                " WHERE tenant_id = (SELECT %s::bigint) AND id = ANY(ARRAY(SELECT id FROM path_move))",
                [reading.tenant_id],
            )
            counting.count(cursor, tenant_id=reading.tenant_id, zone=reading.zone)
    return dropped


_TABLE = """
CREATE TEMPORARY TABLE IF NOT EXISTS path_rollup (LIKE journeys_pathrollup INCLUDING INDEXES) ON COMMIT DELETE ROWS;
TRUNCATE path_rollup
"""
_PART = """
INSERT INTO path_move
SELECT 1, * FROM journeys_passage
WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id > %(after)s::uuid ORDER BY id LIMIT %(limit)s
"""
_COLUMNS = "journey_id, measure, dimension, value, day, key, n, open, total, squares, histogram"
_KEY = "journey_id, measure, dimension, value, day, key"
_WRONG = f"""
DELETE FROM journeys_pathrollup WHERE tenant_id = (SELECT %(tenant)s::bigint) AND ({_KEY}) IN (
    SELECT {_KEY} FROM (
        SELECT {_COLUMNS} FROM journeys_pathrollup WHERE tenant_id = (SELECT %(tenant)s::bigint)
        EXCEPT SELECT {_COLUMNS} FROM path_rollup
    ) wrong)
"""
_RIGHT = f"""
INSERT INTO journeys_pathrollup (tenant_id, {_COLUMNS})
SELECT %(tenant)s, {_COLUMNS} FROM (
    SELECT {_COLUMNS} FROM path_rollup
    EXCEPT SELECT {_COLUMNS} FROM journeys_pathrollup WHERE tenant_id = (SELECT %(tenant)s::bigint)
) missing
ON CONFLICT DO NOTHING
"""


def count_again(reading: Reading) -> int:
    """Make the counts equal to the stored passages; how many rows were not."""
    with connection.cursor() as cursor:
        months.forget_all(cursor, tenant_id=reading.tenant_id)
        cursor.execute(_TABLE)
        after, values = UUID(int=0), {"tenant": reading.tenant_id, "limit": COUNTED}
        while True:
            scratch.clear(cursor)
            cursor.execute(_PART, values | {"after": after})
            if not cursor.rowcount:
                break
            cursor.execute("SELECT id FROM path_move ORDER BY id DESC LIMIT 1")
            after = cursor.fetchone()[0]
            counting.count(cursor, tenant_id=reading.tenant_id, zone=reading.zone, target="path_rollup")
        cursor.execute(_WRONG, values)
        wrong = int(cursor.rowcount)
        cursor.execute(_RIGHT, values)
        return max(wrong, int(cursor.rowcount))
