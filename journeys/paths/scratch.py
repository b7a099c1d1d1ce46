"""The temporary tables through which a batch of passages goes: rows never leave the database on their way.

Each lives as long as its connection and is emptied by every commit; a second batch in one transaction empties
them first.

Statements beside them ask for the tenant by a subselect: of one that statistics have not met yet the planner would
else expect a row, and read all that is stored of it by any index.
"""

from typing import Any

_TABLES = """
CREATE TEMPORARY TABLE IF NOT EXISTS path_trace (
    id uuid, subject text, customer_id uuid, started_at timestamptz, last_at timestamptz, truncated boolean,
    touchpoint_ids bigint[], channel_ids bigint[], unit_ids bigint[], seconds bigint[], failures jsonb,
    human_after bigint, source text, said jsonb, holds bigint[], era int, kind uuid
) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS path_fit (
    kind uuid, journey_id bigint, version_id bigint, over_hours int, fitness float8,
    skipped bigint[], repeated bigint[], undesigned bigint[]
) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS path_move (sign smallint, LIKE journeys_passage) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS path_before (sign smallint, LIKE journeys_passage) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS path_touched (id uuid PRIMARY KEY) ON COMMIT DELETE ROWS
"""
NAMES = ("path_trace", "path_fit", "path_move")
# Of a passage that changes more than once what stood before the first change counts; of one made in this turn nothing.
NOTE = """
INSERT INTO path_before SELECT * FROM path_move m
WHERE sign = -1 AND NOT EXISTS (SELECT FROM path_touched t WHERE t.id = m.id);
INSERT INTO path_touched
SELECT DISTINCT id FROM path_move m WHERE sign <> 0 AND NOT EXISTS (SELECT FROM path_touched t WHERE t.id = m.id)
"""
# Whether `path_move` has changes that nobody noted yet; ends with the transaction, as what is in the tables does.
MARK = "SELECT set_config('path.unnoted', %s, true)"
UNNOTED = "coalesce(current_setting('path.unnoted', true) = 'yes', false)"
_FULL = " OR ".join(f"EXISTS (SELECT FROM {name})" for name in NAMES)


def clear(cursor: Any) -> None:
    """Have the tables there, and empty but for what `pending` has noted."""
    if not ready(cursor):
        cursor.execute(_TABLES)
        return
    cursor.execute(f"SELECT {UNNOTED}, {_FULL}")
    unnoted, full = cursor.fetchone()
    if unnoted:
        cursor.execute(NOTE)
        cursor.execute(MARK, ["no"])
    if full:
        cursor.execute(f"TRUNCATE {', '.join(NAMES)}")


def ready(cursor: Any) -> bool:
    """Whether this connection has the tables."""
    cursor.execute("SELECT to_regclass('pg_temp.path_move') IS NOT NULL")
    return bool(cursor.fetchone()[0])
