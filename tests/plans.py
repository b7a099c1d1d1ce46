"""How PostgreSQL would run a statement on tables as new, whatever the tests before this one left in them."""

from typing import Any

from django.db import connection
from django.db.models import Model

# What the planner knows of a table is its files' sizes, of it and of its indexes, and what ANALYZE found: rows that
# were rolled back or deleted still count in the first, and other tests' rows in the second.
_FORGET = """
SELECT pg_clear_relation_stats('public', c.relname), pg_clear_attribute_stats('public', c.relname, a.attname, false)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY(%s)
"""


def as_new(*models: type[Model]) -> None:
    """Empties the tables, and makes PostgreSQL forget what it knows of them; both end with the test's transaction."""
    tables = [model._meta.db_table for model in models]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks to come cannot be truncated
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(_FORGET, [tables])


def plan(statement: str, values: Any) -> str:
    """What EXPLAIN says of it, by lines."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}", values)
        return "\n".join(line for (line,) in cursor.fetchall())
