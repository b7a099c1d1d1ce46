"""Counts move once for all that a turn does to passages: by what stood before it and what stands after.

An event and the answer to it come in one claim, and a passage that is made and then scored would be counted twice
over. Each change is noted in `path_before` and `path_touched`, which live in the turn's transaction.
"""

from typing import Any

from django.db import connection

from journeys.paths import scratch
from journeys.paths.counting import count
from journeys.paths.tracing import Reading

# Of a passage that changes more than once what stood before the first change counts; of one made in this turn nothing.
_NOTE = """
INSERT INTO path_before SELECT * FROM path_move m
WHERE sign = -1 AND NOT EXISTS (SELECT FROM path_touched t WHERE t.id = m.id);
INSERT INTO path_touched
SELECT DISTINCT id FROM path_move m WHERE sign <> 0 AND NOT EXISTS (SELECT FROM path_touched t WHERE t.id = m.id)
"""
_MOVE = """
INSERT INTO path_move SELECT * FROM path_before;
INSERT INTO path_move SELECT 1, * FROM journeys_passage
WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = ANY(ARRAY(SELECT id FROM path_touched));
TRUNCATE path_before, path_touched
"""


def note(cursor: Any) -> None:
    """Remember what `path_move` says changes: rows of sign -1 as they stood, and all of a sign but 0 by id."""
    cursor.execute(_NOTE)


def settle(reading: Reading) -> None:
    """Move the counts by all that was noted; nothing where nothing was."""
    with connection.cursor() as cursor:
        scratch.clear(cursor)
        cursor.execute("SELECT EXISTS (SELECT FROM path_touched)")
        if cursor.fetchone()[0]:
            cursor.execute(_MOVE, {"tenant": reading.tenant_id})
            count(cursor, tenant_id=reading.tenant_id, zone=reading.zone)
