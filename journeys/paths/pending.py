"""Counts move once for all that a turn does to passages: by what stood before it and what stands after.

An event and the answer to it come in one claim, and a passage that is made and then scored would be counted twice
over. Each change is noted in `path_before` and `path_touched`, which live in the turn's transaction; that of a turn's
only batch of passages stands in `path_move` with both its sides and is counted from there.
"""

from typing import Any

from django.db import connection

from journeys.paths import scratch
from journeys.paths.counting import count
from journeys.paths.tracing import Reading

_MOVE = """
INSERT INTO path_move SELECT * FROM path_before;
INSERT INTO path_move SELECT 1, * FROM journeys_passage
WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = ANY(ARRAY(SELECT id FROM path_touched));
TRUNCATE path_before, path_touched
"""


def note(cursor: Any) -> None:
    """Remember what `path_move` says changes: rows of sign -1 as they stood, and all of a sign but 0 by id."""
    cursor.execute(scratch.NOTE)


def note_later(cursor: Any) -> None:
    """The same before `path_move` is emptied for another batch, if it is: it has rows of sign 1 for all that stand."""
    cursor.execute(scratch.MARK, ["yes"])


def settle(reading: Reading) -> None:
    """Move the counts by all that was noted; nothing where nothing was."""
    with connection.cursor() as cursor:
        if not scratch.ready(cursor):
            return
        cursor.execute(f"SELECT {scratch.UNNOTED}, EXISTS (SELECT FROM path_touched)")
        unnoted, touched = cursor.fetchone()
        if touched:
            scratch.clear(cursor)
            cursor.execute(_MOVE, {"tenant": reading.tenant_id})
        if touched or unnoted:
            count(cursor, tenant_id=reading.tenant_id, zone=reading.zone)
            cursor.execute(scratch.MARK, ["no"])
